//! How much of the stacks is left.

/// Bytes of the scale that `psm` measures the stacks of a browser with (`crates/names/stack`). Natively stacks are larger: a
/// megabyte is assumed.
pub(crate) fn left() -> usize {
    if cfg!(target_arch = "wasm32") {
        psm::stack_pointer().addr()
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
