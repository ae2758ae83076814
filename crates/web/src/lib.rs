//! What JavaScript sees of Krait: one class, [`Kernel`], which is a Python session.
//!
//! ```js
//! const kernel = new Kernel({ library: [core], stdUrl });
//! kernel.runPython("1 + 1"); // 2
//! ```

mod kernel;
mod page;

pub use kernel::Kernel;
