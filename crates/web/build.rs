//! Link arguments of the wasm module.

/// Bytes of the stack in linear memory. The interpreter raises `RecursionError` when it is nearly used up, and that must
/// come before the engine's own stack overflows, which nothing can recover from. Engines give about 1 MB, and less to a stack
/// that can be suspended; the frames of the interpreter take several times as much there as here (`tests/python/kernel/limits.py` walks the cases).
const STACK_SIZE: u32 = 196_608;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo:rustc-cdylib-link-arg=-zstack-size={STACK_SIZE}");
    }
}
