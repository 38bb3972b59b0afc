//! The house's own checks, run as `cargo xtask CHECK` or all together by `./x check`.
//!
//! A check prints one line per finding and fails when there is one; a passing check prints one line of figures.

mod layers;
mod report;
mod shaders;
mod sizes;
mod source;
mod tree;
mod words;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::report::Report;

fn main() -> ExitCode {
    match check() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line: the causes matter to a reader, the call stack does not.
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (check, rest) = (arguments.next(), arguments.next());
    let root = tree::workspace_root()?;
    let report = match (check.as_deref(), rest) {
        (Some("layers"), None) => layers::run(&root)?,
        (Some("shaders"), None) => shaders::run(&root)?,
        (Some("sizes"), None) => sizes::run(&root)?,
        (Some("words"), None) => words::run(&root)?,
        _ => bail!("usage: cargo xtask layers | shaders | sizes | words"),
    };
    finish(&report)
}

fn finish(report: &Report) -> Result<()> {
    for finding in &report.findings {
        eprintln!("{finding}");
    }
    println!("{}", report.figures);
    match report.findings.len() {
        0 => Ok(()),
        1 => bail!("one finding"),
        n => bail!("{n} findings"),
    }
}
