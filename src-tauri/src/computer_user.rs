//! What the computer calls the person who uses it.

/// Versions are saved under this name until somebody signs in to a server.
pub(crate) fn computer_user() -> String {
    let name = ["USER", "USERNAME", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "labeler".to_owned())
}
