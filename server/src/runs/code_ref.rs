//! Which code computes: part of a run's identity, because other code may give other bytes.

use std::sync::LazyLock;

/// The version, and the commit where whoever built this set `FOVEA_COMMIT`.
pub(crate) fn code_ref() -> &'static str {
    static TEXT: LazyLock<String> =
        LazyLock::new(|| text(env!("CARGO_PKG_VERSION"), option_env!("FOVEA_COMMIT")));
    &TEXT
}

/// Anything but the digits of a commit is left out: it could name a machine.
fn text(version: &str, commit: Option<&str>) -> String {
    let is_commit =
        |commit: &&str| commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    match commit.filter(is_commit) {
        Some(commit) => format!("{version}+{}", &commit[..commit.len().min(12)]),
        None => version.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_commit_is_named() {
        let cases = [
            (None, "1.2.3"),
            (Some(""), "1.2.3"),
            (Some("main"), "1.2.3"),
            (Some("../elsewhere"), "1.2.3"),
            (
                Some("0123456789abcdef0123456789abcdef01234567"),
                "1.2.3+0123456789ab",
            ),
            (Some("0123456"), "1.2.3+0123456"),
        ];
        for (commit, expected) in cases {
            assert_eq!(text("1.2.3", commit), expected, "{commit:?}");
        }
    }
}
