//! The commands that keep the data alive. They say how far they are on stderr, and what came of it on stdout.

use std::future::Future;
use std::path::PathBuf;

use anyhow::bail;
use fovea_server::{BackupToCheck, Progress, UpkeepError};

use super::{DataArgs, serve};

#[derive(Debug, clap::Args)]
pub(super) struct BackupArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Folder of backups; made when it is missing.
    #[arg(long)]
    to: PathBuf,
    /// File with the passphrase on its first line, at least 12 characters.
    #[arg(long)]
    passphrase_file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Folder of backups.
    #[arg(long)]
    from: PathBuf,
    /// Name of a state in it; the newest where none is given.
    #[arg(long)]
    state: Option<String>,
    /// File with the passphrase on its first line.
    #[arg(long)]
    passphrase_file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    #[command(flatten)]
    backup: VerifyArgs,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct MoveArgs {
    /// Folder of the data as they are. No server may work on them.
    #[arg(long)]
    from: PathBuf,
    /// Folder of the new home; its server.toml names database and bucket.
    #[arg(long)]
    to: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct RotateArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Seal every object with the new key, then give the old one up.
    #[arg(long)]
    reseal: bool,
}

impl From<VerifyArgs> for BackupToCheck {
    fn from(args: VerifyArgs) -> Self {
        Self {
            from: args.from,
            state: args.state,
            passphrase_file: args.passphrase_file,
        }
    }
}

pub(super) fn backup(args: BackupArgs) -> anyhow::Result<()> {
    let to = args.to.display();
    let work = fovea_server::backup(
        &args.data.data,
        &args.to,
        &args.passphrase_file,
        to_stderr(),
    );
    let report = until_told(work)?;
    println!(
        "{} is in {to}: {} objects, {} of them new",
        report.state, report.objects, report.copied
    );
    match report.lost {
        0 => Ok(()),
        lost => bail!(
            "{lost} objects are damaged in the data and are not in this backup; `fovea-server scrub` names them"
        ),
    }
}

pub(super) fn verify_backup(args: VerifyArgs) -> anyhow::Result<()> {
    let state = until_told(fovea_server::check_backup(args.into(), to_stderr()))?;
    println!("{state} is whole");
    Ok(())
}

pub(super) fn restore(args: RestoreArgs) -> anyhow::Result<()> {
    let data = args.data.data;
    let report = until_told(fovea_server::restore(
        args.backup.into(),
        &data,
        to_stderr(),
    ))?;
    println!(
        "{} is restored: {} objects, {} that had been lost before",
        report.state, report.objects, report.lost
    );
    Ok(())
}

pub(super) fn migrate_store(args: MoveArgs) -> anyhow::Result<()> {
    let report = until_told(fovea_server::move_store(&args.from, &args.to, to_stderr()))?;
    for (table, rows) in &report.tables {
        println!("{table}: {rows} rows");
    }
    println!(
        "{} objects, {} that had been lost before; work goes on in {}",
        report.objects,
        report.lost,
        args.to.display()
    );
    Ok(())
}

pub(super) fn rotate_object_key(args: RotateArgs) -> anyhow::Result<()> {
    let work = fovea_server::rotate_object_key(&args.data.data, args.reseal, to_stderr());
    let report = until_told(work)?;
    for object in &report.damaged {
        println!("{object} is damaged or gone");
    }
    println!(
        "objects are sealed with {}; {} were sealed anew, {} keys open them; keep a copy of the key file",
        report.recipient, report.resealed, report.keys
    );
    match report.uploads {
        0 => Ok(()),
        count => bail!(
            "{count} uploads under way need the old key, which is kept; run this again when they are done"
        ),
    }
}

fn to_stderr() -> Progress {
    Progress::new(|line| eprintln!("{line}"))
}

/// Runs `work` until it is done or Ctrl-C or SIGTERM says stop.
fn until_told<T>(work: impl Future<Output = Result<T, UpkeepError>>) -> anyhow::Result<T> {
    let runtime = serve::runtime()?;
    let done = runtime.block_on(async {
        let signal = serve::StopSignal::new()?;
        tokio::select! {
            done = work => Ok(done?),
            () = signal.received() => bail!("stopped; nothing counts yet, run it again to go on"),
        }
    });
    // What still blocks a thread must not keep the process.
    runtime.shutdown_background();
    done
}
