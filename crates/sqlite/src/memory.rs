//! Memory: SQLite's allocator is the only one that knows what of it is free.

use core::alloc::{GlobalAlloc, Layout};

use crate::ffi;

struct Allocator;

/// What `malloc` aligns to.
const ALIGNMENT: usize = 8;

// SAFETY: these are C's functions, with C's guarantees; larger alignments have a function of their own.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any size may be asked for.
        unsafe {
            if layout.align() <= ALIGNMENT {
                ffi::malloc(layout.size())
            } else {
                ffi::emscripten_builtin_memalign(layout.align(), layout.size())
            }
        }
    }

    unsafe fn dealloc(&self, at: *mut u8, _: Layout) {
        // SAFETY: it comes from `alloc`.
        unsafe { ffi::free(at) };
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: it comes from `alloc`. What is more aligned is not asked to grow by this crate, and is copied.
        unsafe {
            if layout.align() <= ALIGNMENT {
                return ffi::realloc(at, size);
            }
            let new = ffi::emscripten_builtin_memalign(layout.align(), size);
            if !new.is_null() {
                core::ptr::copy_nonoverlapping(at, new, layout.size().min(size));
                ffi::free(at);
            }
            new
        }
    }
}

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;
