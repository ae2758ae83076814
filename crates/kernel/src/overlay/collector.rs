//! `gc`: collections of the older generations without being asked.
//!
//! The interpreter starts collections of the youngest generation by itself, while it allocates; what survives one is only
//! looked at again by `gc.collect()`. Here is what starts the others:
//!
//! 1. A [`Watch`] is a piece of cyclic garbage. It dies in every collection of the youngest generation, which is how one
//!    becomes known; it counts, and leaves a new one behind.
//! 2. When the threshold is reached, a larger collection is due. It cannot start there, inside of another one. So a
//!    [`SafePoint`] is set as trace function: the interpreter calls it before the next line of the running function or
//!    in the next function that is called, whichever comes first.
//! 3. The safe point takes itself out, collects, and is dropped by the interpreter; only then tracing can be switched
//!    off again, because the interpreter switches it on when a trace function returns.
//!
//! A program that has a trace function of its own (a debugger) goes without until it ends.
//!
//! The collections that are started here let go of what they find as `garbage.rs` says. The interpreter's own use a level of
//! its stack for each link of a chain, wherever the program is: so they get few objects at a time.

pub(super) use collector::functions_def;

use std::cell::{Cell, RefCell};
use std::sync::OnceLock;

use rustpython_vm::builtins::PyModuleDef;
use rustpython_vm::gc_state::gc_state;
use rustpython_vm::{PyPayload, PyResult, VirtualMachine};

use super::garbage;
use super::replace::{Exec, run_original, with_exec};

static GC_EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// Objects by which the oldest generation grows at least between two full collections.
const LEAST_GROWTH: usize = 10_000;

/// Objects of the youngest generation that a collection of the interpreter's may have before it. A chain of as many can be let go of
/// wherever the stack is not so low that the program would get a `RecursionError`; one of twice as many cannot.
const MOST_YOUNG: u32 = 1000;

/// The threshold of the youngest generation that a session begins with, the interpreter's.
const YOUNG: u32 = 2000;

/// `gc` whose `collect` leaves the watch out of its count, and whose thresholds are those of the collections that are started here.
pub(super) fn gc_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    GC_EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&GC_EXEC, vm, module)?;
        let functions = rustpython_vm::import::import_builtin(vm, collector::NAME)?;
        let collect = module.get_attr("collect", vm)?;
        functions.set_attr("original_collect", collect, vm)?;
        ["collect", "enable", "get_threshold", "set_threshold"]
            .into_iter()
            .try_for_each(|name| module.set_attr(name, functions.get_attr(name, vm)?, vm))
    })
}

/// Does what makes many objects that stay, and runs no Python: the interpreter's collections would go through them again and
/// again. The next one comes when it has returned, with the first object that is made.
pub fn without_collections<R>(vm: &VirtualMachine, make: impl FnOnce() -> R) -> R {
    if !vm.state.gc.is_enabled() {
        return make();
    }
    vm.state.gc.disable();
    let made = make();
    vm.state.gc.enable();
    made
}

/// How far a session is on the way to its next collections.
#[derive(Default)]
pub(crate) struct Progress {
    /// The threshold of the youngest generation that the program sees.
    young: Cell<u32>,
    /// Collections of the youngest generation since the last larger one.
    youngest: Cell<u32>,
    /// Collections of the middle generation since the last full one.
    middle: Cell<u32>,
    /// Objects in the oldest generation after the last full collection.
    old_objects: Cell<usize>,
    /// Larger collections that were started here: middle, full.
    started: Cell<[u32; 2]>,
    /// Whether a safe point is set.
    armed: Cell<bool>,
    watch: RefCell<Option<rustpython_vm::PyWeakRef<collector::Watch>>>,
}

impl Progress {
    /// A collection of the youngest generation is running: decides whether it is time for a larger one.
    fn youngest_collected(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.youngest.set(self.youngest.get().saturating_add(1));
        let (_, threshold, _) = vm.state.gc.get_threshold();
        // More of the interpreter's collections than the program expects are one of those.
        let each = self.young.get().div_ceil(MOST_YOUNG).max(1);
        if threshold == 0
            || self.youngest.get() < threshold.saturating_mul(each)
            || !vm.state.gc.is_enabled()
            || self.armed.get()
            || vm.use_tracing.get()
        {
            return Ok(());
        }
        self.armed.set(true);
        collector::SafePoint::set(vm)
    }

    /// Collects the generation whose turn it is.
    fn collect(&self, vm: &VirtualMachine) -> PyResult<()> {
        let (_, _, threshold) = vm.state.gc.get_threshold();
        self.youngest.set(0);
        self.middle.set(self.middle.get().saturating_add(1));
        // As in CPython before its incremental collector: a full collection looks at everything, so it waits until the
        // oldest generation has grown by a quarter.
        let (_, _, old) = gc_state().get_count();
        let before = self.old_objects.get();
        let grown = old.saturating_sub(before) > LEAST_GROWTH.max(before / 4);
        let full = self.middle.get() >= threshold && grown;
        let mut started = self.started.get();
        started[usize::from(full)] = started[usize::from(full)].wrapping_add(1);
        self.started.set(started);
        self.without_watch(vm, || {
            let gc = &vm.state.gc;
            let ((), left) = garbage::saving(vm, || {
                gc.collect(if full { 2 } else { 1 });
            });
            // What a smaller one leaves is old then, and waits for a full one.
            if full && left > 0 {
                gc.collect(2);
            }
        })?;
        if full {
            self.full_collected();
        }
        Ok(())
    }

    fn set_young(&self, threshold: u32, vm: &VirtualMachine) {
        self.young.set(threshold);
        let gc = &vm.state.gc;
        gc.set_threshold(threshold.min(MOST_YOUNG), None, None);
    }

    /// Leaves the interpreter's next collection no more than it may find: for programs that were without collections.
    fn relieve(&self, vm: &VirtualMachine) -> PyResult<()> {
        let (young, _, _) = gc_state().get_count();
        if young <= MOST_YOUNG as usize || self.young.get() == 0 || !vm.state.gc.is_enabled() {
            return Ok(());
        }
        self.without_watch(vm, || {
            garbage::saving(vm, || vm.state.gc.collect(1));
        })
    }

    fn full_collected(&self) {
        self.youngest.set(0);
        self.middle.set(0);
        self.old_objects.set(gc_state().get_count().2);
    }

    /// Runs a collection that shall not find the watch.
    fn without_watch<R>(&self, vm: &VirtualMachine, collect: impl FnOnce() -> R) -> PyResult<R> {
        let watch = self
            .watch
            .borrow_mut()
            .take()
            .and_then(|weak| weak.upgrade());
        if let Some(watch) = watch {
            collector::keep_in_itself(&watch, false, vm)?;
        }
        let result = collect();
        self.start_watch(vm)?;
        Ok(result)
    }

    fn start_watch(&self, vm: &VirtualMachine) -> PyResult<()> {
        let watch = collector::Watch {}.into_ref(&vm.ctx);
        *self.watch.borrow_mut() = Some(watch.downgrade(None, vm)?);
        collector::keep_in_itself(&watch, true, vm)
    }
}

#[rustpython_vm::pymodule(name = "_krait_gc")]
mod collector {
    use rustpython_vm::common::lock::PyMutex;
    use rustpython_vm::function::{FuncArgs, OptionalArg};
    use rustpython_vm::types::{Callable, Destructor};
    use rustpython_vm::{AsObject, Py, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass};

    use crate::overlay::garbage;
    use crate::state;

    pub(super) const NAME: &str = "_krait_gc";

    pub(crate) fn functions_def(
        ctx: &rustpython_vm::vm::Context,
    ) -> &'static rustpython_vm::builtins::PyModuleDef {
        module_def(ctx)
    }

    /// An object that only itself keeps alive.
    #[pyattr]
    #[pyclass(name = "Watch")]
    #[derive(Debug, PyPayload)]
    pub(crate) struct Watch {}

    #[pyclass(with(Destructor), flags(HAS_DICT, HAS_WEAKREF))]
    impl Watch {}

    /// Makes the watch garbage that only a collection finds, or frees it.
    pub(super) fn keep_in_itself(
        watch: &Py<Watch>,
        keep: bool,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        match (watch.as_object().dict(), keep) {
            (Some(dict), true) => dict.set_item("itself", watch.to_owned().into(), vm),
            (Some(dict), false) => dict.del_item("itself", vm),
            (None, _) => Ok(()),
        }
    }

    impl Destructor for Watch {
        fn del(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<()> {
            // Outside of a session it dies with the interpreter; taken out of itself, it made way for a collection.
            let alone = zelf
                .as_object()
                .dict()
                .is_none_or(|dict| !dict.contains_key("itself", vm));
            match state::try_current() {
                Some(state) if !alone => {
                    crate::overlay::finalizers::finish(vm);
                    state.collector.start_watch(vm)?;
                    state.collector.youngest_collected(vm)
                }
                _ => Ok(()),
            }
        }
    }

    /// The trace function that collects.
    #[pyattr]
    #[pyclass(name = "SafePoint")]
    #[derive(Debug, PyPayload)]
    pub(crate) struct SafePoint {
        /// The frame that was running when it was set.
        frame: PyMutex<Option<PyObjectRef>>,
    }

    #[pyclass(with(Callable, Destructor))]
    impl SafePoint {
        pub(super) fn set(vm: &VirtualMachine) -> PyResult<()> {
            let frame: Option<PyObjectRef> = vm.current_frame().map(Into::into);
            let zelf: PyObjectRef = Self {
                frame: PyMutex::new(frame.clone()),
            }
            .into_ref(&vm.ctx)
            .into();
            if let Some(frame) = frame {
                frame.set_attr("f_trace", zelf.clone(), vm)?;
            }
            *vm.trace_func.borrow_mut() = zelf;
            vm.use_tracing.set(true);
            Ok(())
        }
    }

    impl Callable for SafePoint {
        type Args = FuncArgs;

        fn call(zelf: &Py<Self>, _args: FuncArgs, vm: &VirtualMachine) -> PyResult {
            let frame = zelf.frame.lock().take();
            if let Some(frame) = frame
                && frame.get_attr("f_trace", vm)?.is(zelf)
            {
                frame.set_attr("f_trace", vm.ctx.none(), vm)?;
            }
            let installed = vm.trace_func.borrow().is(zelf);
            if installed {
                let _this = vm.trace_func.replace(vm.ctx.none());
            }
            if let Some(state) = state::try_current() {
                state.collector.collect(vm)?;
            }
            Ok(vm.ctx.none())
        }
    }

    impl Destructor for SafePoint {
        fn del(_zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<()> {
            let tracing = [&vm.trace_func, &vm.profile_func]
                .into_iter()
                .any(|function| !vm.is_none(&function.borrow()));
            vm.use_tracing.set(tracing);
            if let Some(state) = state::try_current() {
                state.collector.armed.set(false);
            }
            Ok(())
        }
    }

    /// Begins to watch; the boot module calls it once.
    #[pyfunction]
    fn watch(vm: &VirtualMachine) -> PyResult<()> {
        let collector = &state::current().collector;
        collector.set_young(super::YOUNG, vm);
        collector.start_watch(vm)
    }

    /// `gc.enable`.
    #[pyfunction]
    fn enable(vm: &VirtualMachine) -> PyResult<()> {
        vm.state.gc.enable();
        state::current().collector.relieve(vm)
    }

    /// `gc.get_threshold`: three numbers.
    #[pyfunction]
    fn get_threshold(vm: &VirtualMachine) -> (u32, u32, u32) {
        let (_, middle, full) = vm.state.gc.get_threshold();
        (state::current().collector.young.get(), middle, full)
    }

    /// `gc.set_threshold`.
    #[pyfunction]
    fn set_threshold(
        threshold0: u32,
        threshold1: OptionalArg<u32>,
        threshold2: OptionalArg<u32>,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let gc = &vm.state.gc;
        gc.set_threshold(
            threshold0,
            threshold1.into_option(),
            threshold2.into_option(),
        );
        let collector = &state::current().collector;
        collector.set_young(threshold0, vm);
        collector.relieve(vm)
    }

    /// `gc.collect`.
    #[pyfunction]
    fn collect(args: FuncArgs, vm: &VirtualMachine) -> PyResult {
        let original = vm.import(NAME, 0)?.get_attr("original_collect", vm)?;
        let collector = &state::current().collector;
        let result = collector.without_watch(vm, || {
            let (result, left) = garbage::saving(vm, || original.call(args, vm));
            if left > 0 {
                vm.state.gc.collect_force(2);
            }
            result
        })??;
        collector.full_collected();
        Ok(result)
    }

    /// Larger collections that started by themselves (middle, full), and whether the interpreter is tracing.
    #[pyfunction]
    fn progress(vm: &VirtualMachine) -> (u32, u32, bool) {
        let [middle, full] = state::current().collector.started.get();
        (middle, full, vm.use_tracing.get())
    }
}
