//! The figures of one file.

use std::path::Path;

use crate::source::{self, Function};

/// What the size rules need to know of one file. Test code is in none of the counts.
#[derive(Debug)]
pub(super) struct FileFacts {
    pub(super) path: String,
    pub(super) is_test: bool,
    pub(super) has_header: bool,
    pub(super) lines: usize,
    pub(super) functions: Vec<Function>,
    pub(super) unwraps: usize,
}

/// Measures the Rust `text` that lies at `path` in the checkout.
pub(super) fn measure(path: &Path, text: &str) -> FileFacts {
    let code = source::code_only(text);
    let tests = source::test_regions(&code);
    let test_lines: usize = tests
        .iter()
        .map(|range| code[range.clone()].matches('\n').count())
        .sum();
    let unwraps = [".unwrap()", ".expect("]
        .iter()
        .flat_map(|call| code.match_indices(call))
        .filter(|(at, _)| !tests.iter().any(|range| range.contains(at)))
        .count();
    FileFacts {
        path: path.display().to_string(),
        is_test: is_test(path),
        has_header: text.trim_start().starts_with("//!"),
        lines: text.lines().count() - test_lines.min(text.lines().count()),
        functions: source::functions(&code, &tests),
        unwraps,
    }
}

/// Integration tests, test modules in files of their own, fuzz targets, and the crate that only tests use.
fn is_test(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let below = |folder: &str| path.components().any(|c| c.as_os_str() == folder);
    stem == "tests"
        || stem.ends_with("_tests")
        || ["tests", "benches", "fuzz", "test-support"]
            .into_iter()
            .any(below)
}
