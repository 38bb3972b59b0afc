//! The program without a window: info, convert, deidentify, import, segment, preflight, train, export.
//!
//! Nothing here touches GTK or a display. Results go to standard output or to files, progress and refusals to standard
//! error; a refusal is one sentence. Exit codes: see [`exit`].

mod arguments;
mod cases;
mod convert;
mod deidentify;
mod exit;
mod export;
mod import;
mod info;
mod model;
mod preflight;
mod progress;
mod segment;
mod train;

use std::ffi::OsString;
use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
use exit::Failure;

/// Runs the command that `arguments` (without the program's name) ask for.
pub(crate) fn run(arguments: Vec<OsString>) -> ExitCode {
    let words = std::iter::once(OsString::from("fovea")).chain(arguments);
    let command = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments.command,
        Err(help_or_fault) => {
            // Help goes to standard output with code 0, faults to standard error with code 2. A closed pipe is no fault.
            let _ = help_or_fault.print();
            return ExitCode::from(u8::try_from(help_or_fault.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    match run_command(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}

fn run_command(command: Command) -> Result<(), Failure> {
    match command {
        Command::Info(arguments) => info::run(&arguments),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Deidentify(arguments) => deidentify::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Segment(arguments) => segment::run(&arguments),
        Command::Preflight(arguments) => preflight::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
    }
}
