//! How much of the stack in linear memory is left.

/// Bytes below the caller's frame. The linker puts this stack at the beginning of linear memory (`--stack-first`), so a local's
/// address is what is left. Natively stacks are larger: a megabyte is assumed.
pub(crate) fn left() -> usize {
    if cfg!(target_arch = "wasm32") {
        let local = 0_u8;
        std::hint::black_box(&raw const local).addr()
    } else {
        1 << 20
    }
}

/// What is kept free for what a recursion calls at its end.
pub(crate) const RESERVE: usize = 20 << 10;

/// Levels of a recursion that takes `frame` bytes each which still fit.
pub(crate) fn levels(frame: usize) -> usize {
    left().saturating_sub(RESERVE) / frame
}
