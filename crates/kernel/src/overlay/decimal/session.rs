//! What a session keeps for `decimal`: classes that Python has made, and the current context.

use std::cell::RefCell;

use krait_decimal::{Number, Status};
use rustpython_vm::builtins::{PyTuple, PyType, PyTypeRef};
use rustpython_vm::{AsObject, Py, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine};

use super::native::{PyContext, PyDecimal};
use crate::state;

/// What `_krait_decimal_types.py` registers.
#[derive(rustpython_vm::FromArgs)]
pub(super) struct Classes {
    /// The class of results.
    #[pyarg(any)]
    pub(super) decimal: PyTypeRef,
    /// Signals in the order in which they are raised: pairs of a mask and an exception class.
    #[pyarg(any)]
    pub(super) signals: PyRef<PyTuple>,
    /// Conditions in the order in which an exception lists them: pairs of a mask and a class.
    #[pyarg(any)]
    pub(super) conditions: PyRef<PyTuple>,
    /// The context variable that holds the current context.
    #[pyarg(any)]
    pub(super) variable: PyObjectRef,
    /// Makes the first context of a thread or task.
    #[pyarg(any)]
    pub(super) new_context: PyObjectRef,
    /// A tuple or list as numeric text.
    #[pyarg(any)]
    pub(super) text_of_tuple: PyObjectRef,
    /// Numerator and denominator of a rational number; `None` for what is none.
    #[pyarg(any)]
    pub(super) rational: PyObjectRef,
    /// `__format__` of specifiers that need a locale.
    #[pyarg(any)]
    pub(super) format: PyObjectRef,
}

/// The decimal context that belongs to a context of `contextvars`.
///
/// It changes in two ways only: another context of `contextvars` becomes the current one, which is another object, or
/// `set_current` is called.
struct Remembered {
    scope: PyObjectRef,
    context: PyRef<PyContext>,
}

/// One session's part.
#[derive(Default)]
pub(crate) struct Session {
    classes: RefCell<Option<std::rc::Rc<Classes>>>,
    remembered: RefCell<Option<Remembered>>,
}

impl Session {
    /// Forgets all Python objects.
    pub(crate) fn clear(&self) {
        let classes = self.classes.borrow_mut().take();
        let remembered = self.remembered.borrow_mut().take();
        drop((classes, remembered));
    }

    pub(super) fn register(&self, classes: Classes, _vm: &VirtualMachine) {
        let before = self.classes.borrow_mut().replace(std::rc::Rc::new(classes));
        drop(before);
    }

    pub(super) fn classes(&self, vm: &VirtualMachine) -> PyResult<std::rc::Rc<Classes>> {
        match &*self.classes.borrow() {
            Some(classes) => Ok(std::rc::Rc::clone(classes)),
            None => Err(vm.new_system_error("_krait_decimal is used through decimal")),
        }
    }

    fn remember(&self, context: &PyRef<PyContext>, vm: &VirtualMachine) {
        let scope = vm.context_stack.borrow().last().cloned();
        let remembered = scope.map(|scope| Remembered {
            scope,
            context: context.clone(),
        });
        let before = std::mem::replace(&mut *self.remembered.borrow_mut(), remembered);
        drop(before);
    }

    pub(super) fn set_current(
        &self,
        context: PyRef<PyContext>,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let classes = self.classes(vm)?;
        vm.call_method(&classes.variable, "set", (context.clone(),))?;
        self.remember(&context, vm);
        Ok(())
    }

    fn current(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyContext>> {
        if let (Some(remembered), Some(scope)) =
            (&*self.remembered.borrow(), vm.context_stack.borrow().last())
            && remembered.scope.is(scope)
        {
            return Ok(remembered.context.clone());
        }
        let classes = self.classes(vm)?;
        let found = vm.call_method(&classes.variable, "get", (vm.ctx.none(),))?;
        if let Ok(context) = found.downcast::<PyContext>() {
            self.remember(&context, vm);
            return Ok(context);
        }
        let context = classes.new_context.call((), vm)?;
        let context = context
            .downcast::<PyContext>()
            .map_err(|_| vm.new_system_error("a decimal context is of another class"))?;
        self.set_current(context.clone(), vm)?;
        Ok(context)
    }
}

/// The current context.
pub(super) fn current(vm: &VirtualMachine) -> PyResult<PyRef<PyContext>> {
    state::current().decimal.current(vm)
}

/// The context that a caller gave, or the current one.
pub(super) fn context_or_current(
    given: Option<PyObjectRef>,
    vm: &VirtualMachine,
) -> PyResult<PyRef<PyContext>> {
    match given {
        None => current(vm),
        Some(given) if vm.is_none(&given) => current(vm),
        Some(given) => given
            .downcast::<PyContext>()
            .map_err(|_| vm.new_type_error("optional argument must be a context")),
    }
}

/// Whether it is Python's class `Decimal` itself, not a subclass.
pub(super) fn is_decimal_class(class: &Py<PyType>) -> bool {
    match &*state::current().decimal.classes.borrow() {
        Some(classes) => classes.decimal.is(class),
        None => false,
    }
}

/// A number as an object.
pub(super) fn decimal(number: Number, vm: &VirtualMachine) -> PyResult {
    let class = state::current().decimal.classes(vm)?.decimal.clone();
    PyDecimal { number }
        .into_ref_with_type(vm, class)
        .map(Into::into)
}

/// The result of an operation, or the exception that a trap makes of what it has met.
pub(super) fn finish(
    number: Number,
    status: Status,
    context: &Py<PyContext>,
    vm: &VirtualMachine,
) -> PyResult {
    report(context, status, vm)?;
    decimal(number, vm)
}

/// The same for two results.
pub(super) fn finish_pair(
    (first, second): (Number, Number),
    status: Status,
    context: &Py<PyContext>,
    vm: &VirtualMachine,
) -> PyResult {
    report(context, status, vm)?;
    let pair = vec![decimal(first, vm)?, decimal(second, vm)?];
    Ok(vm.ctx.new_tuple(pair).into())
}

/// Sets the flags of what an operation has met, and raises if one is trapped.
pub(super) fn report(context: &Py<PyContext>, status: Status, vm: &VirtualMachine) -> PyResult<()> {
    if status.0 == 0 {
        return Ok(());
    }
    if status.has(Status::MALLOC_ERROR) {
        return Err(vm.new_memory_error(
            "the result has more digits than fit into memory; a smaller precision helps",
        ));
    }
    context.flags.set(context.flags.get() | status.0);
    let trapped = status.0 & context.traps.get();
    if trapped == 0 {
        return Ok(());
    }
    let classes = state::current().decimal.classes(vm)?;
    let met = |table: &Py<PyTuple>| -> PyResult<Vec<PyObjectRef>> {
        let mut met = Vec::new();
        for row in table.as_slice() {
            let mask: u32 = row.get_item(&0, vm)?.try_into_value(vm)?;
            if trapped & mask != 0 {
                met.push(row.get_item(&1, vm)?);
            }
        }
        Ok(met)
    };
    let signals = met(&classes.signals)?;
    let Some(class) = signals.into_iter().next() else {
        return Ok(());
    };
    let conditions = vm.ctx.new_list(met(&classes.conditions)?);
    let exception = class.call((conditions,), vm)?;
    Err(exception
        .downcast()
        .unwrap_or_else(|_| vm.new_system_error("a signal of decimal is no exception")))
}
