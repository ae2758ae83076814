//! `select`: there is nothing to wait for without sockets, so its functions say so when they are called.

pub(super) use select::module_def;

#[rustpython_vm::pymodule]
mod select {
    use rustpython_vm::builtins::PyTypeRef;
    use rustpython_vm::function::FuncArgs;
    use rustpython_vm::{PyResult, VirtualMachine};

    #[pyattr]
    fn error(vm: &VirtualMachine) -> PyTypeRef {
        vm.ctx.exceptions.os_error.to_owned()
    }

    #[pyfunction]
    fn select(_args: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
        Err(crate::overlay::unsupported(
            vm,
            "select.select() cannot wait: a page has no sockets or pipes to wait for; await the asyncio event loop instead",
        ))
    }
}
