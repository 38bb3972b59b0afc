//! `fovea preflight`.

use super::arguments::PreflightArguments;
use super::exit::Failure;
use super::model;

pub(super) fn run(arguments: &PreflightArguments) -> Result<(), Failure> {
    let graphics = model::graphics();
    let report = fovea_inference::preflight(graphics.as_ref());
    if arguments.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&report).map_err(Failure::environment)?
        );
    } else {
        println!("{report}");
    }
    match report.problem {
        Some(problem) => Err(Failure::environment(problem)),
        None => Ok(()),
    }
}
