//! What the interpreter asks for the stack pointer, where there are two stacks and only one can be read.
//!
//! A wasm module has a stack in linear memory, for what has an address, and the engine's, for everything else. Overflowing
//! either is the end of the session, and nothing tells how much of the engine's is used. The crate of this name answers with
//! the pointer of the first. Here [`stack_pointer`] answers with a **scale** instead: [`SCALE`] bytes when nothing is used,
//! 0 when the first of the two stacks is full. The interpreter compares it with its limit and raises `RecursionError`.
//!
//! The engine's part is estimated. Each time somebody asks, the distance in linear memory to whoever asked further out is a
//! sample: many small frames lie between two questions that are near each other, and few large ones between two that are far
//! apart, so a byte counts for up to [`RATE`] of the engine's, and beyond a knee for less than one
//! (`tests/python/bridge/stack_estimate.py` compares the estimate with what the engine has left).
//!
//! ```
//! // Natively it is an address: threads have one stack, and large ones.
//! assert!(!psm::stack_pointer().is_null());
//! ```

#![no_std]

/// Bytes of the scale: what is left when nothing is used.
pub const SCALE: usize = 192 << 10;

/// Bytes of the engine's stack for a byte of the scale: at 960 KiB, engines give 984 KiB or more, and 950 to a suspendable stack.
/// The interpreter keeps 16 KiB of the scale free, which are 80 KiB there.
pub const RATE: usize = 5;

/// Bytes of the stack in linear memory. At its end the estimate is [`RATE`] times the scale in any case.
pub const STACK_SIZE: usize = 1088 << 10;

/// Bytes of the engine's stack for so many of linear memory that are few frames: nine for ten.
#[cfg(any(target_arch = "wasm32", test))]
const fn large(bytes: usize) -> usize {
    bytes / 10 * 9
}

/// What the engine's stack holds between two questions so many bytes of linear memory apart.
#[cfg(any(target_arch = "wasm32", test))]
fn engine_bytes(distance: usize) -> usize {
    (distance * RATE).min(large(distance) + 430)
}

/// The scale's stack pointer: bytes that are left of [`SCALE`]. Natively the address of a local.
#[inline(never)]
#[must_use]
pub fn stack_pointer() -> *mut u8 {
    let local = 0_u8;
    let address = core::hint::black_box(&raw const local).addr();
    #[cfg(target_arch = "wasm32")]
    let address = samples::left(address);
    core::ptr::without_provenance_mut(address)
}

/// Says how many bytes of [`SCALE`] times [`RATE`] the stack of this thread lacks: a browser's workers have smaller ones.
pub fn set_thread_lacks(bytes: usize) {
    #[cfg(target_arch = "wasm32")]
    samples::set_thread_lacks(bytes);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = bytes;
}

/// Says that what runs now was entered on a stack of the engine's that is empty and not the thread's, while others may be suspended.
///
/// Holds until the caller returns.
#[inline(never)]
pub fn begin_stack() {
    #[cfg(target_arch = "wasm32")]
    {
        let local = 0_u8;
        samples::begin(core::hint::black_box(&raw const local).addr());
    }
}

/// Says that what runs now was entered from JavaScript, on the thread's own stack: engines go to it for JavaScript, wherever
/// that is called.
///
/// Holds until the caller returns. Where the thread lacks nothing it says nothing: what lies on other stacks is then counted, too.
#[inline]
pub fn enter_thread() {
    #[cfg(target_arch = "wasm32")]
    if samples::thread_lacks() {
        enter_small_thread();
    }
}

#[cfg(target_arch = "wasm32")]
#[inline(never)]
fn enter_small_thread() {
    let local = 0_u8;
    samples::enter_thread(core::hint::black_box(&raw const local).addr());
}

#[cfg(any(target_arch = "wasm32", test))]
mod samples {
    extern crate std;

    use core::cell::Cell;

    use super::{RATE, SCALE, STACK_SIZE, engine_bytes, large};

    /// How many are remembered: several for each of the 1000 frames that Python may have. What is deeper counts in full.
    const MOST: usize = 4096;

    /// In the bytes of a sample: it is on a stack of its own, not the thread's.
    const APART: u32 = 1 << 31;

    /// Who asked, from the outside to the inside: their addresses, and the bytes of the engine's stack below them.
    struct Samples {
        len: Cell<usize>,
        taken: [Cell<(u32, u32)>; MOST],
        /// Bytes that the thread's stack lacks.
        lacks: Cell<u32>,
    }

    std::thread_local! {
        static SAMPLES: Samples = const {
            Samples {
                len: Cell::new(0),
                taken: [const { Cell::new((0, 0)) }; MOST],
                lacks: Cell::new(0),
            }
        };
    }

    impl Samples {
        /// Forgets those that have returned, and gives the last of the others.
        fn outer(&self, address: usize) -> Option<(usize, u32)> {
            let mut len = self.len.get();
            while let Some((at, used)) = len.checked_sub(1).map(|last| self.taken[last].get()) {
                if at as usize > address {
                    self.len.set(len);
                    return Some((at as usize, used));
                }
                len -= 1;
            }
            self.len.set(0);
            None
        }

        fn push(&self, address: usize, used: usize, apart: u32) -> bool {
            let len = self.len.get();
            let Some(slot) = self.taken.get(len) else {
                return false;
            };
            #[expect(
                clippy::cast_possible_truncation,
                reason = "both are below the sizes of the stacks"
            )]
            slot.set((address as u32, used as u32 | apart));
            self.len.set(len + 1);
            true
        }

        /// The innermost that is on the thread's stack.
        fn on_thread(&self) -> u32 {
            let taken = self.taken[..self.len.get()].iter().rev();
            taken
                .map(|sample| sample.get().1)
                .find(|used| used & APART == 0)
                .unwrap_or_else(|| self.lacks.get())
        }
    }

    /// Bytes of the scale that are left for whoever has a local at `address`.
    pub(super) fn left(address: usize) -> usize {
        SAMPLES.with(|samples| {
            let (at, outer) = samples
                .outer(address)
                .unwrap_or_else(|| (STACK_SIZE, samples.lacks.get()));
            // The address lies on no stack of ours: all that is known is that it is not near an end.
            let Some(distance) = at.checked_sub(address) else {
                return SCALE;
            };
            let used = (outer & !APART) as usize;
            let mut here = used + engine_bytes(distance);
            if !samples.push(address, here, outer & APART) {
                here = used + distance * RATE;
            }
            (SCALE * RATE).saturating_sub(here) / RATE
        })
    }

    pub(super) fn begin(address: usize) {
        SAMPLES.with(|samples| {
            samples.outer(address);
            samples.push(address, held(address), APART);
        });
    }

    pub(super) fn enter_thread(address: usize) {
        SAMPLES.with(|samples| {
            let used = match samples.outer(address) {
                Some((at, used)) if used & APART == 0 => used as usize + engine_bytes(at - address),
                _ => samples.on_thread() as usize,
            };
            samples.push(address, used.max(held(address)), 0);
        });
    }

    /// Linear memory has one stack for all: what others hold of it stays used.
    fn held(address: usize) -> usize {
        large(STACK_SIZE.saturating_sub(address))
    }

    pub(super) fn set_thread_lacks(bytes: usize) {
        SAMPLES.with(|samples| {
            let bytes = u32::try_from(bytes.min(SCALE * RATE)).unwrap_or(0);
            samples.lacks.set(bytes);
        });
    }

    #[cfg(target_arch = "wasm32")]
    pub(super) fn thread_lacks() -> bool {
        SAMPLES.with(|samples| samples.lacks.get() != 0)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_has_returned_is_forgotten() {
            let first = left(STACK_SIZE - 1000);
            assert!(left(STACK_SIZE - 3000) < first);
            assert_eq!(left(STACK_SIZE - 1000), first);
        }

        #[test]
        fn both_stacks_end_the_scale() {
            // Many small frames, then a few large ones: neither reaches the end of linear memory before that of the scale.
            for step in [40, 160, 1000, 20_000] {
                left(STACK_SIZE);
                let mut address = STACK_SIZE;
                while let Some(next) = address.checked_sub(step) {
                    if left(next) == 0 {
                        break;
                    }
                    address = next;
                }
                assert!(address < STACK_SIZE);
                assert!(left(step) <= SCALE / 50, "steps of {step}");
            }
        }

        #[test]
        fn a_stack_of_its_own_has_all_but_what_others_hold_in_memory() {
            let mut address = STACK_SIZE;
            for _ in 0..100 {
                address -= 200;
                left(address);
            }
            let before = left(address - 200);
            begin(address - 400);
            assert!(left(address - 600) > before);
            assert_eq!(left(address - 200), before);
        }

        #[test]
        fn a_small_thread_has_less_wherever_javascript_comes_in() {
            let lacks = 400 << 10;
            set_thread_lacks(lacks);
            let whole = left(STACK_SIZE);
            assert_eq!(whole, SCALE - lacks / RATE);
            // On a stack of its own it lacks nothing, and calls back on the thread's, as empty as before.
            begin(STACK_SIZE - 100);
            let apart = left(STACK_SIZE - 20_000);
            assert!(apart > whole);
            enter_thread(STACK_SIZE - 22_000);
            let first = left(STACK_SIZE - 22_100);
            assert!(first < whole && first > whole - 1000);
            // Its next entry goes on where this one is, even if a stack of its own lies between them.
            enter_thread(STACK_SIZE - 24_100);
            let second = left(STACK_SIZE - 24_200);
            assert!(second < first);
            begin(STACK_SIZE - 25_000);
            enter_thread(STACK_SIZE - 26_000);
            assert!(left(STACK_SIZE - 26_100) <= second);
            assert_eq!(left(STACK_SIZE - 20_000), apart);
            set_thread_lacks(0);
        }
    }
}

/// There is no other stack to go to: what would grow one goes on on the present.
#[macro_export]
macro_rules! psm_stack_manipulation {
    (yes { $($yes: tt)* } no { $($no: tt)* }) => { $($no)* };
}

/// The pointer can be asked for.
#[macro_export]
macro_rules! psm_stack_information {
    (yes { $($yes: tt)* } no { $($no: tt)* }) => { $($yes)* };
}
