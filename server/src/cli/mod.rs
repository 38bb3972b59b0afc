//! Commands and their options.

mod audit;
mod probe;
mod serve;
mod upkeep;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use fovea_server::{Parts, Role};

use self::audit::VerifyAuditArgs;

/// The Fovea backend: keeps cases, label versions and the audit log, and hands out work.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until Ctrl-C or SIGTERM: the API, the orchestrator and one worker in one process.
    Serve(ServeArgs),
    /// Answer requests only; runs wait for processes started with `worker`.
    Api(ServeArgs),
    /// Work on steps of runs and look after them, beside others on the same data. Listens nowhere.
    Worker(WorkerArgs),
    /// Look after runs and schedules without working on steps.
    Orchestrator(WorkerArgs),
    /// Make an account (or change its role) and print a new token for it.
    CreateUser(CreateUserArgs),
    /// Check that no line of the audit log was changed, removed, moved, put in or cut off.
    VerifyAudit(VerifyAuditArgs),
    /// Print the public key that the audit log is signed with.
    AuditKey(DataArgs),
    /// Read every stored blob back and check its SHA-256.
    Scrub(DataArgs),
    /// Ask a server of this machine how it is; for the health checks of containers.
    Probe(probe::ProbeArgs),
    /// Copy everything to a folder of backups, beside a running server, sealed with a passphrase.
    Backup(upkeep::BackupArgs),
    /// Check every file of a backup.
    VerifyBackup(upkeep::VerifyArgs),
    /// Bring a backup back into an empty home.
    Restore(upkeep::RestoreArgs),
    /// Move everything to an empty home: from files to PostgreSQL and S3, or back.
    MigrateStore(upkeep::MoveArgs),
    /// Make a new key for the objects.
    RotateObjectKey(upkeep::RotateArgs),
    /// Make the database, or bring it up to this program's schema.
    Migrate(DataArgs),
}

#[derive(Debug, clap::Args)]
struct DataArgs {
    /// Folder of database, objects and keys.
    #[arg(long)]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Address and port; port 0 takes a free one. One that is not loopback needs [tls] in server.toml.
    #[arg(long, default_value = "127.0.0.1:7171")]
    listen: SocketAddr,
    /// Write the address to this file once requests are answered.
    #[arg(long)]
    port_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct WorkerArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Answer /healthz and /readyz at this loopback address; port 0 takes a free one.
    #[arg(long)]
    health: Option<SocketAddr>,
    /// Write that address to this file.
    #[arg(long, requires = "health")]
    port_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct CreateUserArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name of the account.
    #[arg(long)]
    name: String,
    /// labeler, reviewer, researcher, ml-engineer, admin, auditor, worker or monitor.
    #[arg(long)]
    role: Role,
    /// Write the token to this file, readable by its owner only, and do not print it.
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// Take the password for signing in from the first line of this file.
    #[arg(long)]
    password_file: Option<PathBuf>,
}

/// Runs a command; an error is one sentence on stderr.
pub(crate) fn run(args: Args) -> ExitCode {
    let done = match args.command {
        Command::Serve(args) => serve::serve(args, Parts::ALL),
        Command::Api(args) => serve::serve(args, Parts::NONE),
        Command::Worker(args) => serve::work(args, Parts::ALL),
        Command::Orchestrator(args) => serve::work(
            args,
            Parts {
                worker: false,
                ..Parts::ALL
            },
        ),
        Command::CreateUser(args) => create_user(&args),
        Command::VerifyAudit(args) => audit::verify(&args),
        Command::AuditKey(args) => audit::print_key(&args),
        Command::Scrub(args) => scrub(&args.data),
        Command::Probe(args) => probe::probe(args),
        Command::Backup(args) => upkeep::backup(args),
        Command::VerifyBackup(args) => upkeep::verify_backup(args),
        Command::Restore(args) => upkeep::restore(args),
        Command::MigrateStore(args) => upkeep::migrate_store(args),
        Command::RotateObjectKey(args) => upkeep::rotate_object_key(args),
        Command::Migrate(args) => fovea_server::migrate(&args.data).map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fovea-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn create_user(args: &CreateUserArgs) -> anyhow::Result<()> {
    let password = args
        .password_file
        .as_deref()
        .map(std::fs::read_to_string)
        .transpose();
    let password = password.context("the password file cannot be read")?;
    let password = password
        .as_deref()
        .map(|text| text.lines().next().unwrap_or_default());
    let token = fovea_server::create_user(&args.data.data, &args.name, args.role, password)?;
    match &args.token_file {
        Some(path) => write_secret(path, &token)
            .context("the token file cannot be written; make the account again"),
        None => {
            println!("{token}");
            Ok(())
        }
    }
}

fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    writeln!(file, "{text}")
}

fn scrub(data: &Path) -> anyhow::Result<()> {
    let report = serve::runtime()?.block_on(fovea_server::scrub(data))?;
    for blob in &report.damaged {
        println!("{blob} is damaged or gone");
    }
    match report.damaged.len() {
        0 => println!(
            "{} blobs, {} bytes, nothing wrong",
            report.blobs, report.bytes
        ),
        count => bail!(
            "{count} of {} blobs are damaged; they are not served, and are taken again from a client that has them",
            report.blobs
        ),
    }
    Ok(())
}
