//! Checking the audit log.

use std::path::PathBuf;

use anyhow::bail;
use fovea_server::{AuditExport, AuditPublicKey, AuditReport};
use uuid::Uuid;

use super::DataArgs;

#[derive(Debug, clap::Args)]
pub(super) struct VerifyAuditArgs {
    /// Folder of database, objects and keys.
    #[arg(long, required_unless_present = "log")]
    data: Option<PathBuf>,
    /// Check against the heads in this file too, such as a copy that an auditor keeps.
    #[arg(long)]
    heads: Option<PathBuf>,
    /// Key that the heads must be signed with, as `audit-key` printed it.
    #[arg(long)]
    key: Option<AuditPublicKey>,
    /// Check a downloaded log and no database: the answers of GET /v1/audit one after another.
    #[arg(long, conflicts_with = "data", requires_all = ["heads", "key", "server_id"])]
    log: Option<PathBuf>,
    /// Whose log it is: `server_id` of GET /v1/audit/head.
    #[arg(long, requires = "log")]
    server_id: Option<Uuid>,
}

/// Prints what the signatures of the log are checked with.
pub(super) fn print_key(args: &DataArgs) -> anyhow::Result<()> {
    println!("{}", fovea_server::audit_key(&args.data)?);
    Ok(())
}

/// Checks a log and says what is wrong with it.
pub(super) fn verify(args: &VerifyAuditArgs) -> anyhow::Result<()> {
    let report = match (&args.log, &args.heads, args.key, args.server_id, &args.data) {
        (Some(log), Some(heads), Some(key), Some(server_id), _) => {
            fovea_server::verify_export(&AuditExport {
                log,
                heads,
                key,
                server_id,
            })?
        }
        (_, heads, key, _, Some(data)) => {
            if let Some(heads) = heads.as_ref().filter(|heads| !heads.exists()) {
                bail!("{} is not there; check the path", heads.display());
            }
            fovea_server::verify_audit_against(data, heads.as_deref(), key)?
        }
        _ => bail!("there is nothing to check; name the data folder or a downloaded log"),
    };
    say(&report)
}

fn say(report: &AuditReport) -> anyhow::Result<()> {
    for fault in &report.faults {
        println!("{fault}");
    }
    if !report.faults.is_empty() {
        bail!(
            "{} faults in {} lines; compare with a backup before anything else is done",
            report.faults.len(),
            report.lines
        );
    }
    println!(
        "{} lines and {} heads, nothing wrong",
        report.lines, report.heads
    );
    if report.unsigned > 0 {
        println!(
            "{} lines are newer than the last head: nothing is known of them",
            report.unsigned
        );
    }
    Ok(())
}
