//! `fovea-server`: the backend as one process, and the commands of its administrator.

mod cli;

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    cli::run(cli::Args::parse())
}
