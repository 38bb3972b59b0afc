//! `cargo xtask words`: what may not stand in a tracked file, because it means something on one machine or one day only.

use std::path::Path;

use anyhow::Result;

use crate::report::Report;
use crate::tree;

/// Folders at the root of a file system that only one machine has. Spelled without slashes to pass themselves.
const MACHINE_FOLDERS: &[&str] = &["work", "root"];
/// Marks of unfinished code, in Rust files; halves that join below for the same reason.
const UNFINISHED: &[(&str, &str)] = &[
    ("to", "do!("),
    ("unimple", "mented!("),
    ("FIX", "ME"),
    ("TO", "DO"),
];

/// Reads every tracked text file.
pub(crate) fn run(root: &Path) -> Result<Report> {
    let mut findings = Vec::new();
    let mut count = 0;
    for path in tree::files(root, &[])? {
        // Pictures, weights and fonts are not text.
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else {
            continue;
        };
        count += 1;
        if path.file_name().is_some_and(|name| name == "Cargo.lock") {
            continue;
        }
        let is_rust = path.extension().is_some_and(|e| e == "rs");
        for (number, line) in text.lines().enumerate() {
            findings.extend(
                word_in(line, is_rust)
                    .map(|word| format!("{}:{}: {word}", path.display(), number + 1)),
            );
        }
    }
    Ok(Report {
        findings,
        figures: format!("words: {count} text files"),
    })
}

/// What is wrong with `line`, if anything.
fn word_in(line: &str, is_rust: bool) -> Option<String> {
    if let Some(folder) = MACHINE_FOLDERS
        .iter()
        .find(|folder| has_machine_path(line, folder))
    {
        return Some(format!(
            "a path below /{folder}/ is one machine's own; say where it is in words or by a variable."
        ));
    }
    let unfinished = |(a, b): &&(&str, &str)| is_rust && line.contains(&format!("{a}{b}"));
    UNFINISHED
        .iter()
        .find(unfinished)
        .map(|(a, b)| format!("'{a}{b}' marks unfinished code; finish or delete it."))
}

/// Whether `line` names something below `/folder/` as an absolute path.
fn has_machine_path(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    line.match_indices(&path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + path.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '}' | '/'))
            && after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_paths_and_unfinished_code_are_found() {
        let folder = MACHINE_FOLDERS[0];
        let (a, b) = UNFINISHED[0];
        let cases = [
            (format!("cd /{folder}/main"), true, true),
            (format!("\"/{folder}/x\""), true, true),
            (format!("https://example.org/{folder}/x"), true, false),
            (format!("../{folder}/x and $HOME/{folder}/x"), true, false),
            (format!("{a}{b})"), true, true),
            (format!("{a}{b})"), false, false),
            ("nothing to see".to_string(), true, false),
        ];
        for (line, is_rust, expected) in cases {
            assert_eq!(word_in(&line, is_rust).is_some(), expected, "{line}");
        }
    }
}
