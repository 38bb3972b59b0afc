//! Checking the server's audit log on this machine: every line is fetched, chained up and held against the signed heads,
//! page by page, so that a log of any length needs no more memory than a page.

use std::io;
use std::path::{Path, PathBuf};

use fovea_audit::{
    AuditFiles, AuditPublicKey, AuditVerdict, KeptHeads, LogCheck, SignedHead, WrittenHeads,
};
use fovea_protocol::{AuditHead, AuditPage, AuditQuery};

use super::ask::sentence;
use super::whole_file::{WholeFile, write_whole};
use crate::http::{HttpTransport, incompatible};
use crate::transport::Answer;

/// What is to be checked, and against what.
pub(super) struct Wish {
    /// Heads that this machine has kept.
    pub(super) kept: String,
    /// Where to write what was checked.
    pub(super) save_to: Option<PathBuf>,
}

/// Why there is no verdict.
pub(super) enum NoVerdict {
    /// Somebody stopped it.
    Stopped,
    /// It failed; one sentence.
    Failed(String),
}

/// Checks the log. `tell` is given the lines that are done and all that there are, after each page; where it answers
/// false the check stops.
pub(super) async fn check(
    transport: &HttpTransport,
    wish: Wish,
    tell: impl Fn(u64, u64) -> bool,
) -> Result<AuditVerdict, NoVerdict> {
    let told = |error: &crate::TransportError| NoVerdict::Failed(sentence(error));
    // Taken before the lines, so that each line up to it must be among them.
    let now = transport.audit_head().await.map_err(|error| told(&error))?;
    let evidence = Evidence::new(&now, &wish.kept).map_err(|error| told(&error))?;
    let mut check = LogCheck::new(&evidence.heads, now.server_id, &evidence.key);
    let mut file = Export::begin(wish.save_to.as_deref())?;
    while check.last() < now.seq {
        let after = check.last();
        let ask = AuditQuery {
            after: Some(after),
            ..AuditQuery::default()
        };
        let mut page = transport.audit(&ask).await.map_err(|error| told(&error))?;
        // Nothing is known of what is newer than the head.
        page.entries.retain(|entry| entry.seq <= now.seq);
        file.write(&page)?;
        check.take(page);
        if !tell(check.last().min(now.seq), now.seq) {
            return Err(NoVerdict::Stopped);
        }
        if check.last() <= after {
            break;
        }
    }
    let report = check.end();
    let mut faults: Vec<String> = evidence.key_fault().into_iter().collect();
    faults.extend(
        report
            .faults
            .iter()
            .map(|fault| crate::words::sentence(&fault.to_string())),
    );
    let saved = file.finish(&evidence.heads)?;
    Ok(AuditVerdict {
        server_id: now.server_id,
        key: evidence.key.to_string(),
        lines: report.lines,
        kept_heads: evidence.kept_heads,
        keep: match faults.is_empty() {
            true => evidence.keep(&now),
            false => String::new(),
        },
        faults,
        saved,
    })
}

/// The heads and the key that the log is held against.
struct Evidence {
    kept: KeptHeads,
    kept_heads: u64,
    heads: WrittenHeads,
    head: SignedHead,
    /// The key that was met first; the server's own where there is none.
    key: AuditPublicKey,
    server_key: AuditPublicKey,
}

impl Evidence {
    fn new(now: &AuditHead, kept: &str) -> Answer<Self> {
        let unreadable = || incompatible("the head of the audit log cannot be read".to_owned());
        let mut signature = [0; 64];
        hex::decode_to_slice(&now.signature, &mut signature).map_err(|_| unreadable())?;
        let head = SignedHead {
            seq: now.seq,
            hash: now.hash,
            signature,
        };
        let server_key: AuditPublicKey = now.public_key.parse().map_err(|_| unreadable())?;
        let kept = KeptHeads::parse(kept);
        let known = kept.of(now.server_id);
        let mut heads = known.map_or_else(Vec::new, |log| log.heads.clone());
        let kept_heads = heads.len() as u64;
        heads.push(head);
        Ok(Self {
            kept_heads,
            heads: WrittenHeads {
                heads,
                unreadable: 0,
            },
            head,
            key: known.map_or(server_key, |log| log.key),
            server_key,
            kept,
        })
    }

    /// What is wrong with the key, one sentence.
    fn key_fault(&self) -> Option<String> {
        let sentence = "The server signs with another key than when this machine checked the log first; ask its keeper why.";
        (self.key != self.server_key).then(|| sentence.to_owned())
    }

    /// What to keep for the next check.
    fn keep(&self, now: &AuditHead) -> String {
        let mut kept = self.kept.clone();
        kept.add(now.server_id, self.key, self.head);
        kept.to_text()
    }
}

/// The files that an auditor takes elsewhere, while they are written.
struct Export(Option<(WholeFile, AuditFiles)>);

impl Export {
    fn begin(log: Option<&Path>) -> Result<Self, NoVerdict> {
        let Some(log) = log else {
            return Ok(Self(None));
        };
        let file = WholeFile::begin(log).map_err(|error| unwritten(log, &error))?;
        let mut name = log.file_stem().unwrap_or_default().to_owned();
        name.push("-heads.txt");
        let files = AuditFiles {
            log: log.to_owned(),
            heads: log.with_file_name(name),
        };
        Ok(Self(Some((file, files))))
    }

    /// Writes a page as the server gave it.
    fn write(&mut self, page: &AuditPage) -> Result<(), NoVerdict> {
        let Some((file, files)) = &mut self.0 else {
            return Ok(());
        };
        let mut text = serde_json::to_string(page)
            .map_err(|error| NoVerdict::Failed(crate::words::sentence(&error.to_string())))?;
        text.push('\n');
        let written = file.write(text.as_bytes());
        written.map_err(|error| unwritten(&files.log, &error))
    }

    fn finish(self, heads: &WrittenHeads) -> Result<Option<AuditFiles>, NoVerdict> {
        let Some((file, files)) = self.0 else {
            return Ok(None);
        };
        let text: String = heads.heads.iter().map(SignedHead::to_line).collect();
        let written = write_whole(&files.heads, text.as_bytes());
        written.map_err(|error| unwritten(&files.heads, &error))?;
        let finished = file.finish();
        finished.map_err(|error| unwritten(&files.log, &error))?;
        Ok(Some(files))
    }
}

fn unwritten(path: &Path, error: &io::Error) -> NoVerdict {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    NoVerdict::Failed(format!(
        "{name} could not be written: {error}; choose another place."
    ))
}
