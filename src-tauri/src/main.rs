//! The desktop binary: the window, and the same program's commands without one.

use std::ffi::OsString;
use std::process::ExitCode;

mod cli;
mod computer_user;
mod data_dir;
mod host;
mod keys;
mod launch;
mod logging;

/// Reading a scan takes three quarters of the time that it takes with the allocator of glibc, which gives the pages of
/// each B-scan back and has them zeroed again for the next one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match launch::parse(&arguments) {
        launch::Launch::CommandLine => {
            logging::start_on_terminal();
            cli::run(arguments)
        }
        launch::Launch::Window(window) => match open_window(window) {
            Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
            Err(error) => {
                eprintln!("{error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

fn open_window(arguments: launch::WindowArguments) -> anyhow::Result<i32> {
    let options = arguments.resolve()?;
    logging::start_with_file(&options.data_dir);
    host::run(options)
}
