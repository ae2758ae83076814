//! Link arguments of the wasm module.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!(
            "cargo:rustc-cdylib-link-arg=-zstack-size={}",
            psm::STACK_SIZE
        );
        // The image is made with it: it tells where tables lie that are loaded on demand. Beside the module.
        let out = std::env::var_os("OUT_DIR").map(std::path::PathBuf::from);
        if let Some(profile) = out.as_deref().and_then(|out| out.ancestors().nth(3)) {
            let map = profile.join("krait_web.map");
            println!("cargo:rustc-cdylib-link-arg=-Map={}", map.display());
        }
    }
}
