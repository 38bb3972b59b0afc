//! `cargo xtask shaders`: every shader program is valid WGSL, and every `.wgsl` file is part of one.

use std::path::{Path, PathBuf};

use anyhow::Result;
use fovea_shaders::PROGRAMS;
use naga::valid::{Capabilities, ValidationFlags, Validator};

use crate::report::Report;
use crate::tree;

/// The one folder that shaders may lie in.
const FOLDER: &str = "shaders/wgsl";

/// Validates every program as the device will get it; needs no GPU.
pub(crate) fn run(root: &Path) -> Result<Report> {
    let files = tree::files(root, &["wgsl"])?;
    let used: Vec<&str> = PROGRAMS
        .iter()
        .flat_map(|program| program.files.iter().copied())
        .collect();
    let mut findings = strays(&files, &used);
    findings.extend(
        PROGRAMS
            .iter()
            .filter_map(|program| error_in(program.source, program.name)),
    );
    let figures = format!(
        "shaders: {} programs from {} files",
        PROGRAMS.len(),
        files.len()
    );
    Ok(Report { findings, figures })
}

/// Shader files that no test would see.
fn strays(files: &[PathBuf], used: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for path in files {
        let shown = path.display();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.parent() != Some(Path::new(FOLDER)) {
            findings.push(format!(
                "{shown} lies outside {FOLDER}/: move it there, so that it is validated."
            ));
        } else if !used.contains(&name.as_ref()) {
            findings.push(format!(
                "{shown} is part of no program of fovea-shaders: use it there or delete it."
            ));
        }
    }
    findings
}

/// What naga has against a program, with the place in it.
fn error_in(source: &str, name: &str) -> Option<String> {
    let module = match naga::front::wgsl::parse_str(source) {
        Ok(module) => module,
        Err(error) => return Some(error.emit_to_string_with_path(source, name)),
    };
    Validator::new(ValidationFlags::all(), Capabilities::default())
        .validate(&module)
        .err()
        .map(|error| error.emit_to_string_with_path(source, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_programs_are_found_with_their_place() {
        let cases = [
            (
                "fine",
                "@fragment fn f() -> @location(0) vec4f { return vec4f(1.0); }",
                None,
            ),
            ("no grammar", "fn f( {", Some("shape:1")),
            (
                "no such name",
                "fn f() -> f32 { return missing; }",
                Some("missing"),
            ),
            (
                "wrong type",
                "fn f() -> u32 { return 1.5f; }",
                Some("shape:1"),
            ),
        ];
        for (case, source, expected) in cases {
            let found = error_in(source, "shape");
            match expected {
                None => assert_eq!(found, None, "{case}"),
                Some(text) => assert!(
                    found.as_ref().is_some_and(|f| f.contains(text)),
                    "{case}: {found:?}"
                ),
            }
        }
    }

    #[test]
    fn files_that_no_program_uses_are_found() {
        let files = ["shaders/wgsl/a.wgsl", "shaders/wgsl/b.wgsl", "app/a.wgsl"].map(PathBuf::from);
        let findings = strays(&files, &["a.wgsl"]);
        assert_eq!(findings.len(), 2);
        assert!(findings[0].contains("b.wgsl is part of no program"));
        assert!(findings[1].contains("app/a.wgsl lies outside"));
    }
}
