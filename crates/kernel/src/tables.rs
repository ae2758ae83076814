//! When the tables of dicts and sets are looked at for room that nobody uses: `_krait_tables` says why, and does it.

use std::cell::Cell;

use rustpython_vm::gc_state::gc_state;
use rustpython_vm::{PyResult, VirtualMachine};

/// Turns of the loop after which the tables are looked at, and objects that are looked at for each: so many take far less time
/// than a turn.
const TURNS: usize = 10_000;
const OBJECTS_FOR_TURN: usize = 2;

/// Pages of linear memory, of 64 KiB, by which it may grow before that.
const GROWTH: usize = 64;

thread_local! {
    static TURN: Cell<usize> = const { Cell::new(0) };
    /// The size of memory, in pages, at which the tables are looked at; 0 before the first turn.
    static NEXT: Cell<usize> = const { Cell::new(0) };
}

/// Pages of linear memory; natively that is not known.
fn pages() -> usize {
    #[cfg(target_arch = "wasm32")]
    {
        core::arch::wasm32::memory_size(0)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        0
    }
}

/// Whether it is time to look at the tables; the loop asks in each turn.
pub fn tables_are_due() -> bool {
    let turn = TURN.get() + 1;
    TURN.set(turn);
    let (pages, next) = (pages(), NEXT.get());
    let grown = pages >= next;
    if !grown && (turn < TURNS || turn < objects() / OBJECTS_FOR_TURN) {
        return false;
    }
    TURN.set(0);
    NEXT.set(pages + GROWTH.max(pages / 8));
    next != 0
}

fn objects() -> usize {
    let (young, middle, old) = gc_state().get_count();
    young + middle + old
}

/// Gives back what the tables of dicts and sets hold in vain.
///
/// # Errors
/// What the library raises: a guest may have replaced parts of it.
pub fn shrink_tables(vm: &VirtualMachine) -> PyResult<()> {
    let module = vm.import("_krait_tables", 0)?;
    vm.call_method(&module, "shrink", ()).map(drop)
}
