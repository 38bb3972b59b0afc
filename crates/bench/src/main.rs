//! The figures of Fovea, as JSON lines: `./x bench`, `./x bench editing`, `./x bench imaging`,
//! `./x bench server`; `./x bench rescore` is the last part of the server's.
//!
//! The first line says when and on what machine the others were taken.
//!
//! Wall times of a shared machine drift, so compare figures of one run only. What has an anchor (a program that
//! people would use instead) is measured in turns with it, in CPU-seconds, and given as a ratio.

mod anchor;
mod clock;
mod editing;
mod imaging;
mod machine;
mod ratio;
mod server;

use anyhow::bail;

/// As in the programs that are measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let groups: &[fn() -> anyhow::Result<()>] = match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()[..]
    {
        [] => &[editing::run, imaging::run, server::run],
        ["editing"] => &[editing::run],
        ["imaging"] => &[imaging::run],
        ["server"] => &[server::run],
        ["rescore"] => &[server::rescore],
        _ => bail!(
            "There are the groups 'editing', 'imaging' and 'server', and 'rescore' of the last; './x bench GROUP' runs one, './x bench' all."
        ),
    };
    machine::print()?;
    groups.iter().try_for_each(|run| run())
}
