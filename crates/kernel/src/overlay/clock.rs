//! `time` and the clock functions of `datetime` on the host's clocks.
//!
//! On wasm32-unknown-unknown the interpreter's own read `SystemTime`, which traps. The functions here stand in a module
//! of their own, [`clock_functions`], and are copied over the interpreter's after its module is set up.

use std::sync::OnceLock;

use rustpython_vm::AsObject;
use rustpython_vm::builtins::PyModuleDef;
use rustpython_vm::class::StaticType;
use rustpython_vm::vm::Context;

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
        ] {
            module.set_attr(name, functions.get_attr(name, vm)?, vm)?;
        }
        Ok(())
    })
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

    use rustpython_vm::{FromArgs, PyObjectRef, PyResult, VirtualMachine};

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
