//! `fovea-server`: the backend as one process, and the commands of its administrator.

mod cli;

use clap::Parser as _;

/// Reading a scan takes three quarters of the time that it takes with the allocator of glibc, which gives the pages of
/// each B-scan back and has them zeroed again for the next one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run(cli::Args::parse())
}
