//! `_signal`: names, numbers and a handler table. Nothing sends a signal to a page, so handlers are only remembered.

pub(super) use _signal::module_def;

#[rustpython_vm::pymodule]
mod _signal {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use rustpython_vm::builtins::{PyModule, PyTupleRef};
    use rustpython_vm::function::{FuncArgs, OptionalArg};
    use rustpython_vm::{Py, PyObjectRef, PyResult, VirtualMachine};

    /// Linux's numbers, which is what the rest of the platform (`emscripten`) uses.
    const SIGNALS: &[(&str, i32)] = &[
        ("SIGHUP", 1),
        ("SIGINT", 2),
        ("SIGQUIT", 3),
        ("SIGILL", 4),
        ("SIGTRAP", 5),
        ("SIGABRT", 6),
        ("SIGBUS", 7),
        ("SIGFPE", 8),
        ("SIGKILL", 9),
        ("SIGUSR1", 10),
        ("SIGSEGV", 11),
        ("SIGUSR2", 12),
        ("SIGPIPE", 13),
        ("SIGALRM", 14),
        ("SIGTERM", 15),
        ("SIGCHLD", 17),
        ("SIGCONT", 18),
        ("SIGSTOP", 19),
        ("SIGTSTP", 20),
        ("SIGTTIN", 21),
        ("SIGTTOU", 22),
        ("SIGURG", 23),
        ("SIGXCPU", 24),
        ("SIGXFSZ", 25),
        ("SIGVTALRM", 26),
        ("SIGPROF", 27),
        ("SIGWINCH", 28),
        ("SIGIO", 29),
        ("SIGPWR", 30),
        ("SIGSYS", 31),
    ];
    const LAST_SIGNAL: i32 = 64;

    #[pyattr]
    const SIG_DFL: i32 = 0;
    #[pyattr]
    const SIG_IGN: i32 = 1;
    #[pyattr]
    const NSIG: i32 = LAST_SIGNAL + 1;
    #[pyattr]
    const SIG_BLOCK: i32 = 0;
    #[pyattr]
    const SIG_UNBLOCK: i32 = 1;
    #[pyattr]
    const SIG_SETMASK: i32 = 2;

    thread_local! {
        static HANDLERS: RefCell<BTreeMap<i32, PyObjectRef>> = const { RefCell::new(BTreeMap::new()) };
    }

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        for (name, number) in SIGNALS {
            module.set_attr(vm.ctx.intern_str(*name), vm.ctx.new_int(*number), vm)?;
        }
        HANDLERS.with(|handlers| handlers.borrow_mut().clear());
        let default = module.get_attr("default_int_handler", vm)?;
        HANDLERS.with(|handlers| handlers.borrow_mut().insert(2, default));
        Ok(())
    }

    fn checked(number: i32, vm: &VirtualMachine) -> PyResult<i32> {
        if (1..=LAST_SIGNAL).contains(&number) {
            Ok(number)
        } else {
            Err(vm.new_value_error("signal number out of range"))
        }
    }

    #[pyfunction]
    fn getsignal(number: i32, vm: &VirtualMachine) -> PyResult {
        let number = checked(number, vm)?;
        Ok(HANDLERS
            .with(|h| h.borrow().get(&number).cloned())
            .unwrap_or_else(|| vm.ctx.new_int(SIG_DFL).into()))
    }

    #[pyfunction]
    fn signal(number: i32, handler: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let number = checked(number, vm)?;
        let is_constant = handler
            .try_to_value::<i32>(vm)
            .is_ok_and(|v| v == SIG_DFL || v == SIG_IGN);
        if !is_constant && !handler.is_callable() {
            return Err(vm.new_type_error(
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
            ));
        }
        if matches!(number, 9 | 19) {
            return Err(crate::overlay::os_error(vm, krait_vfs::Errno::EINVAL));
        }
        let before = getsignal(number, vm)?;
        HANDLERS.with(|h| h.borrow_mut().insert(number, handler));
        Ok(before)
    }

    #[pyfunction]
    fn default_int_handler(_args: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
        Err(vm.new_exception_empty(vm.ctx.exceptions.keyboard_interrupt.to_owned()))
    }

    /// Runs the Python handler at once, as a signal that the program sends to itself would be.
    #[pyfunction]
    fn raise_signal(number: i32, vm: &VirtualMachine) -> PyResult<()> {
        let handler = getsignal(number, vm)?;
        if handler.is_callable() {
            handler.call((vm.ctx.new_int(number), vm.ctx.none()), vm)?;
        }
        Ok(())
    }

    #[pyfunction]
    fn strsignal(number: i32, vm: &VirtualMachine) -> PyResult<Option<String>> {
        let number = checked(number, vm)?;
        Ok(SIGNALS
            .iter()
            .find(|(_, n)| *n == number)
            .map(|(name, _)| (*name).to_owned()))
    }

    #[pyfunction]
    fn valid_signals(vm: &VirtualMachine) -> PyTupleRef {
        vm.ctx.new_tuple(
            SIGNALS
                .iter()
                .map(|(_, n)| vm.ctx.new_int(*n).into())
                .collect(),
        )
    }

    #[pyfunction]
    fn set_wakeup_fd(_fd: i32, _args: FuncArgs) -> i32 {
        -1
    }

    #[pyfunction]
    fn siginterrupt(number: i32, _flag: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        checked(number, vm).map(drop)
    }

    #[pyfunction]
    fn alarm(_seconds: i32, vm: &VirtualMachine) -> PyResult<i32> {
        Err(crate::overlay::unsupported(
            vm,
            "signal.alarm() has no timer behind it in a page; use asyncio.get_running_loop().call_later()",
        ))
    }

    #[pyfunction]
    fn pause(_unused: OptionalArg<PyObjectRef>, vm: &VirtualMachine) -> PyResult<()> {
        Err(crate::overlay::unsupported(
            vm,
            "signal.pause() would wait for ever in a page, to which nothing sends signals; await an asyncio.Event instead",
        ))
    }
}
