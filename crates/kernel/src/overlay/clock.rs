//! `time` and the clock functions of `datetime` on the host's clocks.
//!
//! On wasm32-unknown-unknown the interpreter's own read `SystemTime`, which traps, its weeks begin on Sunday, and its `strftime` takes no fields that are no date. The functions here stand in a module
//! of their own, [`clock_functions`], and are copied over the interpreter's after its module is set up.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyModule, PyModuleDef, PyTuple};
use rustpython_vm::class::StaticType;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::vm::Context;
use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

use super::replace::{Exec, run_original, with_exec};

static TIME_EXEC: OnceLock<Option<Exec>> = OnceLock::new();
static DATETIME_EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// The module that holds the functions; `time` and `_datetime` copy from it.
pub(super) fn functions_def(ctx: &Context) -> &'static PyModuleDef {
    clock_functions::module_def(ctx)
}

/// `time` with every function that asks a clock replaced.
pub(super) fn time_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    TIME_EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&TIME_EXEC, vm, module)?;
        let functions = rustpython_vm::import::import_builtin(vm, NAME)?;
        for name in [
            "time",
            "time_ns",
            "monotonic",
            "monotonic_ns",
            "perf_counter",
            "perf_counter_ns",
            "process_time",
            "process_time_ns",
            "thread_time",
            "thread_time_ns",
            "sleep",
            "get_clock_info",
            "strftime",
            "asctime",
            "ctime",
        ] {
            module.set_attr(name, functions.get_attr(name, vm)?, vm)?;
        }
        correct_fields(module, "gmtime", vm)?;
        correct_fields(module, "localtime", vm)
    })
}

/// Days from January to the middle of winter and of summer, in whichever half of the earth.
const SEASONS: [i64; 2] = [14, 195];

/// Gives `gmtime` or `localtime` the weekday as Python counts, and whether there is daylight saving time: on this target the
/// interpreter's weeks begin on Sunday, and it never knows.
fn correct_fields(module: &Py<PyModule>, name: &'static str, vm: &VirtualMachine) -> PyResult<()> {
    let original = module.get_attr(name, vm)?;
    if !cfg!(target_arch = "wasm32") {
        return Ok(());
    }
    let corrected = move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
        let made = original.call(args, vm)?;
        let number = |object: &PyObjectRef, name| -> PyResult<i64> {
            object.get_attr(name, vm)?.try_to_value(vm)
        };
        let offset = number(&made, "tm_gmtoff")?;
        let mut standard = offset;
        if name == "localtime" {
            let days = (number(&made, "tm_year")? - 1970) * 1461 / 4;
            for season in SEASONS {
                let then = original.call(((days + season) * 86_400,), vm)?;
                standard = standard.min(number(&then, "tm_gmtoff")?);
            }
        }
        let Some(fields) = made.downcast_ref::<PyTuple>() else {
            return Ok(made);
        };
        let mut fields: Vec<PyObjectRef> = fields.as_slice().iter().take(9).cloned().collect();
        let [.., weekday, _, summer] = fields.as_mut_slice() else {
            return Ok(made);
        };
        *weekday = vm
            .ctx
            .new_int((weekday.try_to_value::<i64>(vm)? + 6) % 7)
            .into();
        *summer = vm.ctx.new_int(i64::from(offset != standard)).into();
        fields.push(made.get_attr("tm_zone", vm)?);
        fields.push(vm.ctx.new_int(offset).into());
        made.class()
            .as_object()
            .call((vm.ctx.new_tuple(fields),), vm)
    };
    let function: PyObjectRef = vm.new_function(name, corrected).into();
    function.set_attr("__module__", module.get_attr("__name__", vm)?, vm)?;
    module.set_attr(name, function, vm)
}

/// `_datetime` with `datetime.now` and `datetime.utcnow` replaced.
pub(super) fn datetime_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    DATETIME_EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&DATETIME_EXEC, vm, module)?;
        let functions = rustpython_vm::import::import_builtin(vm, NAME)?;
        let datetime = module.get_attr("datetime", vm)?;
        let datetime = datetime
            .downcast_ref::<rustpython_vm::builtins::PyType>()
            .ok_or_else(|| vm.new_system_error("_datetime.datetime is no type"))?;
        for (name, function) in [("now", "datetime_now"), ("utcnow", "datetime_utcnow")] {
            let function = functions.get_attr(function, vm)?;
            let method = rustpython_vm::builtins::PyClassMethod::static_type()
                .as_object()
                .call((function,), vm)?;
            datetime.set_attr(vm.ctx.intern_str(name), method);
        }
        Ok(())
    })
}

const NAME: &str = "_krait_clock";

#[rustpython_vm::pymodule(name = "_krait_clock")]
mod clock_functions {
    use std::time::Duration;

    use rustpython_vm::builtins::{PyStrRef, PyTuple};
    use rustpython_vm::function::OptionalArg;
    use rustpython_vm::{AsObject, FromArgs, PyObjectRef, PyResult, VirtualMachine};

    use crate::overlay::strftime::{self, Fields};
    use crate::state;

    fn nanoseconds(duration: Duration) -> u64 {
        u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
    }

    #[pyfunction]
    fn time() -> f64 {
        state::current().host.realtime().as_secs_f64()
    }

    #[pyfunction]
    fn time_ns() -> u64 {
        nanoseconds(state::current().host.realtime())
    }

    /// One monotonic clock serves all of them: a page cannot see the processor time of its thread.
    #[pyfunction(name = "perf_counter")]
    #[pyfunction(name = "process_time")]
    #[pyfunction(name = "thread_time")]
    #[pyfunction]
    fn monotonic() -> f64 {
        state::current().host.monotonic().as_secs_f64()
    }

    #[pyfunction(name = "perf_counter_ns")]
    #[pyfunction(name = "process_time_ns")]
    #[pyfunction(name = "thread_time_ns")]
    #[pyfunction]
    fn monotonic_ns() -> u64 {
        nanoseconds(state::current().host.monotonic())
    }

    #[pyfunction]
    fn sleep(seconds: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let seconds: f64 = match seconds.try_float_opt(vm) {
            Some(value) => value?.to_f64(),
            None => seconds.try_index(vm)?.try_to_primitive::<i64>(vm)? as f64,
        };
        if seconds.is_nan() {
            return Err(vm.new_value_error("Invalid value NaN (not a number)"));
        }
        if seconds < 0.0 {
            return Err(vm.new_value_error("sleep length must be non-negative"));
        }
        let duration = Duration::try_from_secs_f64(seconds)
            .map_err(|_| vm.new_overflow_error("timestamp out of range for platform time_t"))?;
        state::current()
            .host
            .sleep(duration)
            .map_err(|refused| vm.new_runtime_error(refused.0))
    }

    #[pyfunction]
    fn get_clock_info(
        name: rustpython_vm::builtins::PyUtf8StrRef,
        vm: &VirtualMachine,
    ) -> PyResult {
        let (implementation, monotonic, adjustable) = match name.as_str() {
            "time" => ("Date.now()", false, true),
            "monotonic" | "perf_counter" | "process_time" | "thread_time" => {
                ("performance.now()", true, false)
            }
            _ => return Err(vm.new_value_error("unknown clock")),
        };
        let info = rustpython_vm::py_namespace!(vm, {
            "implementation" => vm.ctx.new_str(implementation),
            "monotonic" => vm.ctx.new_bool(monotonic),
            "adjustable" => vm.ctx.new_bool(adjustable),
            // Browsers round both clocks, to between 5 and 100 microseconds.
            "resolution" => vm.ctx.new_float(1e-4),
        });
        Ok(info.into())
    }

    /// Convert a time tuple to a string according to a format specification.
    #[pyfunction]
    fn strftime(
        format: PyStrRef,
        tuple: OptionalArg<PyObjectRef>,
        vm: &VirtualMachine,
    ) -> PyResult<PyStrRef> {
        let tuple = tuple.map_or_else(|| now(vm), Ok)?;
        let mut fields = fields_of(&tuple, "strftime", vm)?;
        // The local zone costs more than all the rest.
        if format
            .as_bytes()
            .iter()
            .any(|byte| matches!(byte, b'z' | b'Z' | b's'))
        {
            (fields.zone, fields.offset) = zone_of(&tuple, vm)?;
        }
        if let Some(text) = format.to_str() {
            return Ok(vm.ctx.new_str(strftime::format(text, &fields)));
        }
        // Text with lone surrogates, piece by piece.
        let mut out = rustpython_vm::common::wtf8::Wtf8Buf::new();
        let mut piece = String::new();
        for code in format.as_wtf8().code_points() {
            if let Some(char) = code.to_char() {
                piece.push(char);
            } else {
                out.push_str(&strftime::format(&piece, &fields));
                piece.clear();
                out.push(code);
            }
        }
        out.push_str(&strftime::format(&piece, &fields));
        Ok(vm.ctx.new_str(out))
    }

    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    #[pyfunction]
    fn asctime(tuple: OptionalArg<PyObjectRef>, vm: &VirtualMachine) -> PyResult<String> {
        let tuple = tuple.map_or_else(|| now(vm), Ok)?;
        Ok(fields_of(&tuple, "asctime", vm)?.text())
    }

    /// Convert a time in seconds since the Epoch to a string in local time.
    #[pyfunction]
    fn ctime(seconds: OptionalArg<PyObjectRef>, vm: &VirtualMachine) -> PyResult<String> {
        let local = vm.import("time", 0)?.get_attr("localtime", vm)?;
        let tuple = local.call((seconds.unwrap_or_none(vm),), vm)?;
        Ok(fields_of(&tuple, "ctime", vm)?.text())
    }

    fn now(vm: &VirtualMachine) -> PyResult {
        vm.import("time", 0)?
            .get_attr("localtime", vm)?
            .call((), vm)
    }

    /// The fields of a tuple, checked as CPython does.
    fn fields_of(tuple: &PyObjectRef, function: &str, vm: &VirtualMachine) -> PyResult<Fields> {
        let Some(values) = tuple.downcast_ref::<PyTuple>() else {
            return Err(vm.new_type_error("Tuple or struct_time argument required"));
        };
        let illegal = || vm.new_type_error(format!("{function}(): illegal time tuple argument"));
        let exact = values.class().is(vm.ctx.types.tuple_type);
        if values.len() < 9 || exact && values.len() > 9 {
            return Err(illegal());
        }
        let mut numbers = [0_i64; 9];
        for (index, (number, value)) in numbers.iter_mut().zip(values.as_slice()).enumerate() {
            let value = value.try_index_opt(vm).ok_or_else(illegal)??;
            *number = i32::try_from(value.as_bigint())
                .map_err(|_| {
                    vm.new_overflow_error(if index == 0 {
                        "year out of range".to_owned()
                    } else {
                        format!("{function} argument out of range")
                    })
                })?
                .into();
        }
        let [
            year,
            month,
            day,
            hour,
            minute,
            second,
            weekday,
            day_of_year,
            _,
        ] = numbers;
        if year < i64::from(i32::MIN) + 1900 {
            return Err(vm.new_overflow_error("year out of range"));
        }
        // Zero stands for the first month and day.
        let (month, day, day_of_year) = (
            month + i64::from(month == 0),
            day + i64::from(day == 0),
            day_of_year + i64::from(day_of_year == 0),
        );
        for (value, range, name) in [
            (month, 1..=12, "month"),
            (day, 1..=31, "day of month"),
            (hour, 0..=23, "hour"),
            (minute, 0..=59, "minute"),
            (second, 0..=61, "seconds"),
            (weekday, -1..=i64::MAX, "day of week"),
            (day_of_year, 1..=366, "day of year"),
        ] {
            if !range.contains(&value) {
                return Err(vm.new_value_error(format!("{name} out of range")));
            }
        }
        Ok(Fields {
            year,
            month,
            day,
            hour,
            minute,
            second,
            // Python's weeks begin on Monday.
            weekday: (weekday + 1) % 7,
            day_of_year,
            ..Fields::default()
        })
    }

    /// Name and offset of the zone: the tuple's own, or the local one's with or without daylight saving time.
    fn zone_of(tuple: &PyObjectRef, vm: &VirtualMachine) -> PyResult<(String, i64)> {
        if !tuple.class().is(vm.ctx.types.tuple_type)
            && let Ok(name) = tuple.get_attr("tm_zone", vm)
            && let Ok(offset) = tuple.get_attr("tm_gmtoff", vm)
            && !vm.is_none(&name)
            && !vm.is_none(&offset)
        {
            return Ok((name.str(vm)?.to_string(), offset.try_to_value(vm)?));
        }
        let summer = tuple
            .downcast_ref::<PyTuple>()
            .and_then(|values| values.as_slice().get(8)?.try_index(vm).ok())
            .is_some_and(|flag| flag.as_bigint() == &1.into());
        let time = vm.import("time", 0)?;
        let names: Vec<PyObjectRef> = time.get_attr("tzname", vm)?.try_to_value(vm)?;
        let offset: i64 = time
            .get_attr(if summer { "altzone" } else { "timezone" }, vm)?
            .try_to_value(vm)?;
        let name = match names.get(usize::from(summer)) {
            Some(name) => name.str(vm)?.to_string(),
            None => String::new(),
        };
        Ok((name, -offset))
    }

    #[derive(FromArgs)]
    struct Zone {
        #[pyarg(any, default)]
        tz: Option<PyObjectRef>,
    }

    #[pyfunction]
    fn datetime_now(cls: PyObjectRef, zone: Zone, vm: &VirtualMachine) -> PyResult {
        let tz = zone.tz.unwrap_or_else(|| vm.ctx.none());
        vm.call_method(&cls, "fromtimestamp", (time(), tz))
    }

    #[pyfunction]
    fn datetime_utcnow(cls: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        vm.call_method(&cls, "utcfromtimestamp", (time(),))
    }
}
