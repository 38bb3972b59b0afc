//! `fovea preflight`.

use fovea_gpu::{AdapterPreference, GpuContext};

use super::arguments::PreflightArguments;
use super::exit::Failure;

pub(super) fn run(arguments: &PreflightArguments) -> Result<(), Failure> {
    // Opened even when the processor was chosen: the report is about the machine.
    let graphics = GpuContext::headless(AdapterPreference::Fastest).ok();
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
