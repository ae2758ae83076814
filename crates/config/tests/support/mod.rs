//! What the tests of messages share.

use krait_config::{Config, ConfigError, Source};

/// The error that a text is refused with.
pub(crate) fn error(text: &str, source: &Source) -> ConfigError {
    match Config::parse(text, source) {
        Ok(config) => panic!("{text:?} was taken: {}", config.to_value()),
        Err(error) => error,
    }
}
