//! Programs of the system.

use std::path::PathBuf;

use crate::missing;

/// Path of an installed program such as `dciodvfy`; `test` names who needs it.
pub fn program(test: &str, name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        missing(
            test,
            &format!("the program {name}; `./x test` installs it on Debian"),
        );
    }
    found
}
