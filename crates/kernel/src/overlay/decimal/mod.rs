//! `_krait_decimal`: the numbers and contexts of `decimal` on the arithmetic of `krait-decimal`.
//!
//! Operators, conversions, comparison and formatting of `Decimal` are native. The named operations are one function,
//! [`operations`] lists them by number. What is left, `_krait_decimal_types.py` writes in Python: it makes the classes
//! `Decimal` and `Context` out of the two of here, the exceptions, the mappings of signals, and registers what this side
//! needs of that.

mod operations;
mod session;
mod values;

pub(crate) use session::Session;

pub(super) use native::module_def;

#[rustpython_vm::pymodule(name = "_krait_decimal")]
mod native {
    use std::cell::Cell;

    use krait_decimal::{Context, Conversion, Kind, LIMITS, Number, Rounding, Spec, Status};
    use rustpython_vm::builtins::{PyInt, PyStr, PyTuple, PyType, PyTypeRef};
    use rustpython_vm::common::hash::PyHash;
    use rustpython_vm::function::{FuncArgs, OptionalArg, PosArgs, PyComparisonValue};
    use rustpython_vm::protocol::PyNumberMethods;
    use rustpython_vm::types::{
        AsNumber, Comparable, Constructor, Hashable, PyComparisonOp, Representable,
    };
    use rustpython_vm::{
        AsObject, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, pyclass,
    };

    use super::operations::{OPERATIONS, Outcome};
    use super::session::{self, Classes};
    use super::values::{self, Operand};
    use crate::state;

    /// A number. Python's class `Decimal` is a subclass without attributes of its own.
    #[pyattr]
    #[pyclass(name = "Decimal", module = "_krait_decimal")]
    #[derive(Debug, PyPayload)]
    pub(super) struct PyDecimal {
        pub(super) number: Number,
    }

    #[derive(rustpython_vm::FromArgs)]
    pub(super) struct NewArgs {
        #[pyarg(any, optional)]
        value: OptionalArg<PyObjectRef>,
        #[pyarg(any, default)]
        context: Option<PyObjectRef>,
    }

    impl Constructor for PyDecimal {
        type Args = NewArgs;

        fn slot_new(cls: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
            let args: NewArgs = args.bind(vm)?;
            let context = session::context_or_current(args.context, vm)?;
            let number = match args.value {
                OptionalArg::Missing => Number::zero(false, 0),
                OptionalArg::Present(value) => {
                    if value.class().is(&cls) && session::is_decimal_class(&cls) {
                        return Ok(value);
                    }
                    values::exact(&value, &context, vm)?
                }
            };
            Self { number }.into_ref_with_type(vm, cls).map(Into::into)
        }

        fn py_new(_cls: &Py<PyType>, _args: Self::Args, vm: &VirtualMachine) -> PyResult<Self> {
            Err(vm.new_system_error("Decimal is made by its slot"))
        }
    }

    #[pyclass(
        with(Constructor, AsNumber, Comparable, Hashable, Representable),
        flags(BASETYPE)
    )]
    impl PyDecimal {
        #[pyslot]
        fn slot_str(
            zelf: &PyObject,
            vm: &VirtualMachine,
        ) -> PyResult<rustpython_vm::builtins::PyStrRef> {
            let capitals = session::current(vm)?.capitals.get();
            let number = values::number_of(zelf, vm)?;
            Ok(vm.ctx.new_str(number.to_text(false, capitals)))
        }

        #[pymethod]
        fn __format__(zelf: PyRef<Self>, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
            let spec = match args.args.first().map(|spec| spec.downcast_ref::<PyStr>()) {
                Some(Some(spec)) => spec,
                Some(None) => return Err(vm.new_type_error("format arg must be str")),
                None => {
                    return Err(vm.new_type_error(
                        "function missing required argument 'format_spec' (pos 1)",
                    ));
                }
            };
            // What asks for a locale is left to Python.
            let text = spec
                .to_str()
                .filter(|_| args.args.len() == 1 && args.kwargs.is_empty());
            let parsed = text.map(Spec::parse).transpose();
            let spec = match parsed {
                Ok(Some(Some(spec))) => spec,
                Ok(_) => {
                    let fallback = state::current().decimal.classes(vm)?.format.clone();
                    let mut arguments = args;
                    arguments.prepend_arg(zelf.into());
                    return fallback.call(arguments, vm);
                }
                Err(error) => return Err(values::format_error(error, text.unwrap_or(""), vm)),
            };
            let context = session::current(vm)?;
            spec.format(&zelf.number, &context.context.get(), context.capitals.get())
                .map(|text| vm.ctx.new_str(text).into())
                .map_err(|error| values::format_error(error, text.unwrap_or(""), vm))
        }

        #[pymethod]
        fn __sizeof__(zelf: &Py<Self>) -> usize {
            let limbs = usize::try_from(zelf.number.coefficient.bits().div_ceil(64)).unwrap_or(0);
            size_of::<Self>() + limbs * 8
        }

        /// Sign, digits and exponent; the exponent of what is not finite is `'F'`, `'n'` or `'N'`.
        #[pymethod]
        fn _parts(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
            let number = &zelf.number;
            let no_digits = number.is_nan() && number.coefficient == Default::default();
            let digits: Vec<PyObjectRef> = if no_digits {
                Vec::new()
            } else {
                let text = number.coefficient.to_str_radix(10);
                let digit = |c: u8| vm.ctx.new_int(c - b'0').into();
                text.bytes().map(digit).collect()
            };
            let exponent: PyObjectRef = match number.kind {
                Kind::Finite => vm.ctx.new_int(number.exponent).into(),
                Kind::Infinite => vm.ctx.new_str("F").into(),
                Kind::Quiet => vm.ctx.new_str("n").into(),
                Kind::Signaling => vm.ctx.new_str("N").into(),
            };
            let parts = vec![
                vm.ctx.new_int(i32::from(number.negative)).into(),
                vm.ctx.new_tuple(digits).into(),
                exponent,
            ];
            Ok(vm.ctx.new_tuple(parts).into())
        }

        /// The kind by the letters of [`PyDecimal::_parts`], an empty text for finite numbers.
        #[pygetset]
        fn _kind(zelf: &Py<Self>) -> &'static str {
            match zelf.number.kind {
                Kind::Finite => "",
                Kind::Infinite => "F",
                Kind::Quiet => "n",
                Kind::Signaling => "N",
            }
        }

        #[pygetset]
        fn _negative(zelf: &Py<Self>) -> bool {
            zelf.number.negative
        }

        #[pymethod]
        fn _adjusted(zelf: &Py<Self>) -> i64 {
            zelf.number.adjusted()
        }

        #[pymethod]
        fn _with_sign(zelf: PyRef<Self>, negative: bool, vm: &VirtualMachine) -> PyResult {
            session::decimal(zelf.number.with_sign(negative), vm)
        }

        /// In lowest terms.
        #[pymethod]
        fn _ratio(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
            values::check_convertible(&zelf.number, "integer ratio", vm)?;
            let (numerator, denominator) = zelf
                .number
                .integer_ratio()
                .ok_or_else(|| vm.new_memory_error(""))?;
            let denominator = krait_decimal::BigInt::from(denominator);
            let pair = vec![
                vm.ctx.new_bigint(&numerator).into(),
                vm.ctx.new_bigint(&denominator).into(),
            ];
            Ok(vm.ctx.new_tuple(pair).into())
        }
    }

    impl Representable for PyDecimal {
        fn repr_str(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<String> {
            let capitals = session::current(vm)?.capitals.get();
            Ok(format!(
                "Decimal('{}')",
                zelf.number.to_text(false, capitals)
            ))
        }
    }

    impl Hashable for PyDecimal {
        fn hash(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<PyHash> {
            if let Some(hash) = zelf.number.numeric_hash() {
                return Ok(hash);
            }
            match zelf.number.kind {
                Kind::Signaling => Err(vm.new_type_error("Cannot hash a signaling NaN value")),
                Kind::Infinite if zelf.number.negative => Ok(-314_159),
                Kind::Infinite => Ok(314_159),
                _ => Ok(zelf.get_id() as PyHash),
            }
        }
    }

    impl Comparable for PyDecimal {
        fn cmp(
            zelf: &Py<Self>,
            other: &PyObject,
            op: PyComparisonOp,
            vm: &VirtualMachine,
        ) -> PyResult<PyComparisonValue> {
            let context = session::current(vm)?;
            let equality = matches!(op, PyComparisonOp::Eq | PyComparisonOp::Ne);
            let Some((left, right)) =
                values::comparable(&zelf.number, other, equality, &context, vm)?
            else {
                return Ok(PyComparisonValue::NotImplemented);
            };
            let (left, right) = (&*left, &*right);
            if left.is_nan() || right.is_nan() {
                if left.is_signaling() || right.is_signaling() || !equality {
                    session::report(&context, Status(Status::INVALID_OPERATION), vm)?;
                }
                return Ok(PyComparisonValue::Implemented(op == PyComparisonOp::Ne));
            }
            Ok(op.eval_ord(left.compare_values(right)).into())
        }
    }

    /// An operator: operands that are neither decimals nor integers are left to their own class.
    fn operator(
        a: &PyObject,
        b: &PyObject,
        operation: fn(&Context, &Number, &Number, &mut Status) -> Number,
        vm: &VirtualMachine,
    ) -> PyResult {
        let (Some(a), Some(b)) = (Operand::of(a), Operand::of(b)) else {
            return Ok(vm.ctx.not_implemented());
        };
        let context = session::current(vm)?;
        let mut status = Status::default();
        let number = operation(&context.context.get(), &a, &b, &mut status);
        session::finish(number, status, &context, vm)
    }

    fn sign_operator(
        a: &PyObject,
        operation: fn(&Context, &Number, &mut Status) -> Number,
        vm: &VirtualMachine,
    ) -> PyResult {
        let context = session::current(vm)?;
        let mut status = Status::default();
        let number = operation(
            &context.context.get(),
            values::number_of(a, vm)?,
            &mut status,
        );
        session::finish(number, status, &context, vm)
    }

    impl AsNumber for PyDecimal {
        fn as_number() -> &'static PyNumberMethods {
            static AS_NUMBER: PyNumberMethods = PyNumberMethods {
                add: Some(|a, b, vm| operator(a, b, Context::add, vm)),
                subtract: Some(|a, b, vm| operator(a, b, Context::subtract, vm)),
                multiply: Some(|a, b, vm| operator(a, b, Context::multiply, vm)),
                true_divide: Some(|a, b, vm| operator(a, b, Context::divide, vm)),
                floor_divide: Some(|a, b, vm| operator(a, b, Context::divide_int, vm)),
                remainder: Some(|a, b, vm| operator(a, b, Context::remainder, vm)),
                divmod: Some(|a, b, vm| {
                    let (Some(a), Some(b)) = (Operand::of(a), Operand::of(b)) else {
                        return Ok(vm.ctx.not_implemented());
                    };
                    let context = session::current(vm)?;
                    let mut status = Status::default();
                    let pair = context.context.get().divmod(&a, &b, &mut status);
                    session::finish_pair(pair, status, &context, vm)
                }),
                power: Some(|a, b, modulo, vm| {
                    if vm.is_none(modulo) {
                        return operator(a, b, Context::power, vm);
                    }
                    let (Some(a), Some(b), Some(modulo)) =
                        (Operand::of(a), Operand::of(b), Operand::of(modulo))
                    else {
                        return Ok(vm.ctx.not_implemented());
                    };
                    let context = session::current(vm)?;
                    let mut status = Status::default();
                    let number = context
                        .context
                        .get()
                        .power_modulo(&a, &b, &modulo, &mut status);
                    session::finish(number, status, &context, vm)
                }),
                negative: Some(|a, vm| sign_operator(a.obj, Context::minus, vm)),
                positive: Some(|a, vm| sign_operator(a.obj, Context::plus, vm)),
                absolute: Some(|a, vm| sign_operator(a.obj, Context::abs, vm)),
                boolean: Some(|a, vm| Ok(!values::number_of(a.obj, vm)?.is_zero())),
                int: Some(|a, vm| {
                    let number = values::number_of(a.obj, vm)?;
                    values::check_convertible(number, "integer", vm)?;
                    match number.to_int() {
                        Some(int) => Ok(vm.ctx.new_bigint(&int).into()),
                        None => Err(vm.new_memory_error("")),
                    }
                }),
                float: Some(|a, vm| {
                    let number = values::number_of(a.obj, vm)?;
                    if number.is_signaling() {
                        return Err(vm.new_value_error("cannot convert signaling NaN to float"));
                    }
                    Ok(vm.ctx.new_float(number.to_float()).into())
                }),
                ..PyNumberMethods::NOT_IMPLEMENTED
            };
            &AS_NUMBER
        }
    }

    /// A context with its flags and traps. Python's class `Context` is a subclass without attributes of its own.
    #[pyattr]
    #[pyclass(name = "Context", module = "_krait_decimal")]
    #[derive(Debug, PyPayload)]
    pub(super) struct PyContext {
        pub(super) context: Cell<Context>,
        pub(super) capitals: Cell<bool>,
        pub(super) flags: Cell<u32>,
        pub(super) traps: Cell<u32>,
    }

    impl PyContext {
        fn initial() -> Self {
            Self {
                context: Cell::new(Context {
                    prec: 28,
                    rounding: Rounding::HalfEven,
                    emin: -999_999,
                    emax: 999_999,
                    clamp: false,
                }),
                capitals: Cell::new(true),
                flags: Cell::new(0),
                traps: Cell::new(
                    Status::IEEE_INVALID_OPERATION | Status::DIVISION_BY_ZERO | Status::OVERFLOW,
                ),
            }
        }
    }

    impl Constructor for PyContext {
        type Args = FuncArgs;

        fn py_new(_cls: &Py<PyType>, _args: FuncArgs, _vm: &VirtualMachine) -> PyResult<Self> {
            Ok(Self::initial())
        }
    }

    #[pyclass(with(Constructor), flags(BASETYPE))]
    impl PyContext {
        /// Everything but flags from another context.
        #[pymethod]
        fn _copy_from(zelf: &Py<Self>, other: PyRef<Self>) {
            zelf.context.set(other.context.get());
            zelf.capitals.set(other.capitals.get());
            zelf.traps.set(other.traps.get());
        }

        #[pygetset]
        fn _flags(zelf: &Py<Self>) -> u32 {
            zelf.flags.get()
        }

        #[pygetset(setter)]
        fn set__flags(zelf: &Py<Self>, bits: u32) {
            zelf.flags.set(bits);
        }

        #[pygetset]
        fn _traps(zelf: &Py<Self>) -> u32 {
            zelf.traps.get()
        }

        #[pygetset(setter)]
        fn set__traps(zelf: &Py<Self>, bits: u32) {
            zelf.traps.set(bits);
        }

        /// prec, rounding, Emin, Emax, capitals, clamp.
        #[pymethod]
        fn _get(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
            let context = zelf.context.get();
            let values: Vec<PyObjectRef> = vec![
                vm.ctx.new_int(context.prec).into(),
                vm.ctx.intern_str(context.rounding.name()).to_object(),
                vm.ctx.new_int(context.emin).into(),
                vm.ctx.new_int(context.emax).into(),
                vm.ctx.new_int(i32::from(zelf.capitals.get())).into(),
                vm.ctx.new_int(i32::from(context.clamp)).into(),
            ];
            Ok(vm.ctx.new_tuple(values).into())
        }

        /// Sets one of them; Python has checked the value.
        #[pymethod]
        fn _set(
            zelf: &Py<Self>,
            name: PyRef<PyStr>,
            value: PyObjectRef,
            vm: &VirtualMachine,
        ) -> PyResult<()> {
            let mut context = zelf.context.get();
            let name = name.to_str().unwrap_or("");
            if name == "rounding" {
                context.rounding = values::rounding(&value, vm)?;
                zelf.context.set(context);
                return Ok(());
            }
            let number: i64 = value
                .downcast_ref::<PyInt>()
                .ok_or_else(|| vm.new_type_error("an integer is required"))?
                .try_to_primitive(vm)?;
            match name {
                "prec" => context.prec = number.max(1),
                "Emin" => context.emin = number.min(0),
                "Emax" => context.emax = number.max(0),
                "clamp" => context.clamp = number != 0,
                "capitals" => zelf.capitals.set(number != 0),
                _ => return Err(vm.new_attribute_error(format!("no attribute {name}"))),
            }
            zelf.context.set(context);
            Ok(())
        }
    }

    /// The names of the operations; `apply` takes the index in this tuple.
    #[pyattr(once)]
    fn operations(vm: &VirtualMachine) -> PyRef<PyTuple> {
        let names = OPERATIONS
            .iter()
            .map(|(name, _)| vm.ctx.new_str(*name).into())
            .collect();
        vm.ctx.new_tuple(names)
    }

    #[pyattr]
    const MAX_PREC: i64 = LIMITS.prec;
    #[pyattr]
    const MAX_EMAX: i64 = LIMITS.emax;
    #[pyattr]
    const MIN_EMIN: i64 = LIMITS.emin;

    /// Takes what this module needs of Python's side.
    #[pyfunction]
    fn register(args: Classes, vm: &VirtualMachine) {
        state::current().decimal.register(args, vm);
    }

    /// The context of the current thread or task.
    #[pyfunction]
    fn getcontext(vm: &VirtualMachine) -> PyResult<PyRef<PyContext>> {
        session::current(vm)
    }

    /// Makes a context the current one, without a copy.
    #[pyfunction]
    fn set_current(context: PyRef<PyContext>, vm: &VirtualMachine) -> PyResult<()> {
        state::current().decimal.set_current(context, vm)
    }

    /// Carries out an operation in a context; `None` stands for the current one.
    #[pyfunction]
    fn apply(
        operation: usize,
        context: Option<PyObjectRef>,
        operands: PosArgs,
        vm: &VirtualMachine,
    ) -> PyResult {
        let context = session::context_or_current(context, vm)?;
        let arithmetic = context.context.get();
        run(operation, &context, &arithmetic, &operands.into_vec(), vm)
    }

    /// The same with another rounding; `None` stands for the context's.
    #[pyfunction]
    fn apply_rounding(
        operation: usize,
        context: Option<PyObjectRef>,
        rounding: Option<PyObjectRef>,
        operands: PosArgs,
        vm: &VirtualMachine,
    ) -> PyResult {
        let context = session::context_or_current(context, vm)?;
        let mut arithmetic = context.context.get();
        if let Some(rounding) = rounding {
            arithmetic.rounding = values::rounding(&rounding, vm)?;
        }
        run(operation, &context, &arithmetic, &operands.into_vec(), vm)
    }

    fn run(
        operation: usize,
        context: &PyRef<PyContext>,
        arithmetic: &Context,
        operands: &[PyObjectRef],
        vm: &VirtualMachine,
    ) -> PyResult {
        let Some((_, operation)) = OPERATIONS.get(operation) else {
            return Err(vm.new_system_error("no such operation of decimal"));
        };
        let mut numbers = Vec::with_capacity(3);
        for operand in operands {
            numbers.push(Operand::of(operand).ok_or_else(|| values::not_convertible(operand, vm))?);
        }
        let mut status = Status::default();
        match operation.run(arithmetic, &numbers, &mut status) {
            Some(Outcome::Number(number)) => session::finish(number, status, context, vm),
            Some(Outcome::Pair(pair)) => session::finish_pair(pair, status, context, vm),
            Some(Outcome::Test(answer)) => Ok(vm.ctx.new_bool(answer).into()),
            Some(Outcome::Text(text)) => Ok(vm.ctx.new_str(text).into()),
            Some(Outcome::Written { engineering }) => {
                let capitals = context.capitals.get();
                let text = numbers
                    .first()
                    .map(|number| number.to_text(engineering, capitals));
                Ok(vm.ctx.new_str(text.unwrap_or_default()).into())
            }
            None => Err(vm.new_type_error("wrong number of operands")),
        }
    }

    /// A number as `Context.create_decimal` makes it: rounded to the context.
    #[pyfunction]
    fn create(context: PyRef<PyContext>, value: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let number = values::rounded(&value, &context, vm)?;
        session::decimal(number, vm)
    }

    /// The exact value of a float or an integer; in a context, rounded to it.
    #[pyfunction]
    fn from_float(
        value: PyObjectRef,
        context: Option<PyRef<PyContext>>,
        vm: &VirtualMachine,
    ) -> PyResult {
        let number = values::of_float_or_int(&value)
            .ok_or_else(|| vm.new_type_error("argument must be int or float"))?;
        let Some(context) = context else {
            return session::decimal(number, vm);
        };
        let mut status = Status::default();
        let arithmetic = context.context.get();
        let number = arithmetic.convert(number, Conversion::Rounded, &mut status);
        session::finish(number, status, &context, vm)
    }

    /// `quantize` to an exponent, in the current context.
    #[pyfunction]
    fn quantize_to(number: PyRef<PyDecimal>, exponent: i64, vm: &VirtualMachine) -> PyResult {
        let context = session::current(vm)?;
        let mut status = Status::default();
        let unit = Number::new(false, 1_u32.into(), exponent);
        let arithmetic = context.context.get();
        let number = arithmetic.quantize(&number.number, &unit, &mut status);
        session::finish(number, status, &context, vm)
    }
}
