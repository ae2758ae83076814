//! Tables whose keys are numbers of this side's own making: addresses, ids, flags.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Mixes a number by one multiplication. Nobody outside chooses the keys, so there is nothing to defend against.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct NumberHasher(u64);

pub(crate) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        // The table takes its index from the low bits and a tag from the high ones; addresses vary in neither of them alone.
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn write_usize(&mut self, number: usize) {
        // Addresses have 32 bits in WebAssembly, and natively this is compiled but never run.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the low bits tell objects apart"
        )]
        self.write_u32(number as u32);
    }
}
