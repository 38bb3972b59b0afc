//! Independent readers, as scripts in a Python that has them.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::missing;

/// A Python with pydicom, highdicom, nibabel, eyepy and the like, at `FOVEA_ORACLE_PYTHON`. `./x` makes it.
pub struct Python(PathBuf);

impl Python {
    /// The interpreter; `test` names who needs it.
    pub fn find(test: &str) -> Option<Self> {
        let python = std::env::var_os("FOVEA_ORACLE_PYTHON").map(PathBuf::from);
        let python = python.filter(|path| path.is_file());
        if python.is_none() {
            missing(
                test,
                "independent readers in Python; `./x test` installs them, or set FOVEA_ORACLE_PYTHON",
            );
        }
        python.map(Self)
    }

    /// Runs `script` with `arguments` in `sys.argv[1:]`; what it prints on its last line is JSON.
    ///
    /// # Panics
    /// When the script fails, with what it wrote.
    pub fn run<A: AsRef<OsStr>>(&self, script: &str, arguments: &[A]) -> Value {
        let output = Command::new(&self.0)
            .args(["-W", "ignore", "-c", script])
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.0.display()));
        let printed = String::from_utf8_lossy(&output.stdout);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the script failed:\n{said}");
        let last = printed.lines().last().unwrap_or_default();
        serde_json::from_str(last)
            .unwrap_or_else(|error| panic!("no JSON ({error}) in:\n{printed}\n{said}"))
    }
}
