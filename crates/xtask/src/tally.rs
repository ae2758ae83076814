//! What came of the stages of `test`.

use std::process::Command;

use anyhow::Result;

use crate::run;

/// What passed and what did not.
#[derive(Debug, Default)]
pub struct Tally {
    /// Checks and tests that passed.
    pub passed: u64,
    /// Those that did not.
    pub failed: u64,
    /// What to name at the end.
    pub failures: Vec<String>,
}

impl Tally {
    /// Counts one check.
    pub fn check(&mut self, name: &str, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
            self.failures.push(name.to_owned());
        }
    }

    /// Runs a program that is one check.
    pub fn one(&mut self, name: &str, command: &mut Command) {
        let result = run::run(command);
        if let Err(error) = &result {
            println!("{name}: {error:#}");
        }
        self.check(name, result.is_ok());
    }

    /// Runs a program that reports `N passed` and `N failed` itself.
    pub fn many(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let (mut passed, mut failed) = (0, 0);
        let ok = run::watch(command, |line| {
            if let Some((ok, bad)) = counts(line) {
                passed += ok;
                failed += bad;
            }
        })?;
        // A program that dies before it counts its failure has failed too.
        if !ok && failed == 0 {
            failed = 1;
        }
        self.passed += passed;
        self.failed += failed;
        if failed > 0 {
            self.failures.push(name.to_owned());
        }
        Ok(())
    }
}

/// The numbers of `... 3 passed; 1 failed ...` or `... 3 passed, 1 failed`.
fn counts(line: &str) -> Option<(u64, u64)> {
    let before = |word: &str| -> Option<u64> {
        let end = line.find(word)?;
        line.get(..end)?
            .split_whitespace()
            .next_back()?
            .parse()
            .ok()
    };
    Some((before(" passed")?, before(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_the_programs_that_count() {
        assert_eq!(
            counts("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured"),
            Some((12, 0))
        );
        assert_eq!(
            counts("test result: FAILED. 3 passed; 2 failed; 0 ignored"),
            Some((3, 2))
        );
        assert_eq!(counts("pages: 5 passed, 1 failed"), Some((5, 1)));
        assert_eq!(counts("running 5 tests"), None);
        assert_eq!(counts("it passed and then failed"), None);
    }
}
