//! `cargo xtask sizes`: files and functions stay small, every file says what it is, names say what a thing is.

mod measure;

use std::path::Path;

use anyhow::Result;

use self::measure::FileFacts;
use crate::report::Report;
use crate::tree;

/// Most files are one idea; half of them are at most this long. Tests are left out of all figures.
const FILE_LINES_MEDIAN_MAX: usize = 150;
/// No file is longer than this.
const FILE_LINES_MAX: usize = 450;
/// Nine functions of ten are at most this long.
const FUNCTION_LINES_P90_MAX: usize = 40;
/// No function is longer than this.
const FUNCTION_LINES_MAX: usize = 100;
/// Calls of `unwrap` and `expect` per 1,000 lines.
const UNWRAPS_PER_1000_LINES_MAX: f64 = 2.0;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "utils", "util", "common", "helpers", "helper", "core", "manager", "misc",
];

/// Measures every Rust file of the checkout.
pub(crate) fn run(root: &Path) -> Result<Report> {
    let mut files = Vec::new();
    for path in tree::files(root, &["rs"])? {
        files.push(measure::measure(
            &path,
            &std::fs::read_to_string(root.join(&path))?,
        ));
    }
    Ok(judge(&files))
}

fn judge(files: &[FileFacts]) -> Report {
    let mut findings: Vec<String> = files.iter().flat_map(findings_in).collect();
    let product: Vec<&FileFacts> = files.iter().filter(|file| !file.is_test).collect();
    let file_lines = Spread::of(product.iter().map(|file| file.lines));
    let function_lines = Spread::of(
        product
            .iter()
            .flat_map(|file| file.functions.iter().map(|f| f.lines)),
    );
    let unwraps: usize = product.iter().map(|file| file.unwraps).sum();
    let lines: usize = product.iter().map(|file| file.lines).sum();
    let unwraps_per_1000 = 1000.0 * unwraps as f64 / lines.max(1) as f64;

    let mut limit = |name: &str, value: f64, max: f64| {
        if value > max {
            findings.push(format!(
                "{name} is {value:.1}, and at most {max} is allowed."
            ));
        }
    };
    limit(
        "the median length of a file in lines",
        file_lines.median as f64,
        FILE_LINES_MEDIAN_MAX as f64,
    );
    limit(
        "the 90th percentile of function length in lines",
        function_lines.p90 as f64,
        FUNCTION_LINES_P90_MAX as f64,
    );
    limit(
        "unwrap and expect per 1,000 lines",
        unwraps_per_1000,
        UNWRAPS_PER_1000_LINES_MAX,
    );
    Report {
        findings,
        figures: format!(
            "sizes: {} files of {}/{}/{} lines and {} functions of {}/{}/{} (median/p90/max), {unwraps_per_1000:.1} unwrap per 1,000 lines",
            file_lines.count,
            file_lines.median,
            file_lines.p90,
            file_lines.max,
            function_lines.count,
            function_lines.median,
            function_lines.p90,
            function_lines.max,
        ),
    }
}

fn findings_in(file: &FileFacts) -> Vec<String> {
    let path = &file.path;
    let mut findings = Vec::new();
    if !file.has_header {
        findings.push(format!(
            "{path} does not begin with a `//!` header: say in a sentence what the file is for."
        ));
    }
    if let Some(name) = empty_name_in(path) {
        findings.push(format!(
            "{path}: '{name}' says nothing about what is inside; name the file after its one idea."
        ));
    }
    if file.lines > FILE_LINES_MAX {
        findings.push(format!("{path} has {} lines without its tests, at most {FILE_LINES_MAX} are allowed: split it.", file.lines));
    }
    if !file.is_test {
        for f in file
            .functions
            .iter()
            .filter(|f| f.lines > FUNCTION_LINES_MAX)
        {
            findings.push(format!(
                "{path}:{} `{}` has {} lines, at most {FUNCTION_LINES_MAX} are allowed.",
                f.line, f.name, f.lines
            ));
        }
    }
    findings
}

fn empty_name_in(path: &str) -> Option<&str> {
    path.split(['/', '.', '_', '-'])
        .find(|part| EMPTY_NAMES.contains(part))
}

/// Nearest-rank percentiles of a list of lengths.
#[derive(Debug, Default)]
struct Spread {
    count: usize,
    median: usize,
    p90: usize,
    max: usize,
}

impl Spread {
    fn of(values: impl Iterator<Item = usize>) -> Self {
        let mut sorted: Vec<usize> = values.collect();
        sorted.sort_unstable();
        let rank = |percent: usize| (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(0);
        Self {
            count: sorted.len(),
            median: at(rank(50)),
            p90: at(rank(90)),
            max: at(rank(100)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> FileFacts {
        measure::measure(Path::new(path), text)
    }

    #[test]
    fn each_break_is_found_once() {
        let long_function = format!(
            "//! Long.\nfn long() {{\n{}}}\n",
            "a;\n".repeat(FUNCTION_LINES_MAX)
        );
        let long_file = format!("//! Long.\n{}", "const A: u8 = 1;\n".repeat(FILE_LINES_MAX));
        let cases = [
            (
                "fine",
                "src/mask.rs",
                "//! Masks.\nfn f() {}\n".to_string(),
                &[][..],
            ),
            (
                "no header",
                "src/mask.rs",
                "fn f() {}\n".into(),
                &["`//!` header"],
            ),
            (
                "empty name",
                "src/utils/mask.rs",
                "//! Masks.\n".into(),
                &["'utils'"],
            ),
            (
                "empty suffix",
                "src/tile_manager.rs",
                "//! Tiles.\n".into(),
                &["'manager'"],
            ),
            (
                "long function",
                "src/mask.rs",
                long_function,
                &["`long` has 102 lines", "90th percentile"],
            ),
            (
                "long file",
                "src/mask.rs",
                long_file,
                &["split it", "median"],
            ),
            (
                "unwraps",
                "src/mask.rs",
                "//! Masks.\nfn f() { g().unwrap(); }\n".into(),
                &["unwrap and expect"],
            ),
            (
                "tests may unwrap",
                "tests/mask.rs",
                "//! Masks.\nfn f() { g().unwrap(); }\n".into(),
                &[],
            ),
        ];
        for (case, path, text, expected) in cases {
            let findings = judge(&[file(path, &text)]).findings;
            assert_eq!(findings.len(), expected.len(), "{case}: {findings:?}");
            for part in expected {
                assert!(
                    findings.iter().any(|f| f.contains(part)),
                    "{case}: {findings:?}"
                );
            }
        }
    }

    #[test]
    fn percentiles_are_nearest_rank() {
        let spread = Spread::of(1..=10);
        assert_eq!(
            (spread.count, spread.median, spread.p90, spread.max),
            (10, 5, 9, 10)
        );
        assert_eq!(Spread::of(std::iter::empty()).max, 0);
    }
}
