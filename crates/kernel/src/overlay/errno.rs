//! `errno` with Linux's numbers, which the file system uses.

pub(super) use errno::module_def;

#[rustpython_vm::pymodule]
mod errno {
    use krait_vfs::Errno;
    use rustpython_vm::builtins::PyModule;
    use rustpython_vm::{AsObject, Py, PyResult, VirtualMachine};

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        let errorcode = vm.ctx.new_dict();
        for (name, number, _) in Errno::ALL {
            let name = vm.ctx.intern_str(*name);
            errorcode.set_item(
                vm.ctx.new_int(*number).as_object(),
                name.to_owned().into(),
                vm,
            )?;
            module.set_attr(name, vm.ctx.new_int(*number), vm)?;
        }
        module.set_attr("errorcode", errorcode, vm)
    }
}
