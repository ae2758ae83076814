//! The stages of a session's life in a page.

use std::fmt;

/// Where a page stands. Stages follow each other in this order and none is skipped; [`Stage::Run`] is never left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Scripts, configuration tags and event attributes are being looked for.
    Discover,
    /// The configuration is fetched, parsed and checked.
    Configure,
    /// Files, archives and JavaScript modules are fetched and put where Python finds them.
    Prepare,
    /// `pyscript` and its settings are being made importable.
    Builtins,
    /// Scripts run, in document order; later ones as they come.
    Run,
}

impl Stage {
    /// The name that `py:progress` carries and that performance marks bear.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Configure => "configure",
            Self::Prepare => "prepare",
            Self::Builtins => "builtins",
            Self::Run => "run",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
