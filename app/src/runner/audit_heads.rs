//! Heads of audit logs that this machine has checked: they stand in the store, and each check is held against them.

use std::path::PathBuf;

use fovea_editor::Event;
use fovea_sync::Ask;

use super::calls_link::{NO_SERVER, TOO_MUCH};
use super::reporter::sentence;
use super::store_thread::StoreWorker;

/// The setting that holds them.
const HEADS: &str = "audit.heads";

impl StoreWorker {
    /// Has the audit log checked against what is kept.
    pub(super) fn check_audit(&mut self, save_to: Option<PathBuf>) {
        let kept = match self.store.setting(HEADS) {
            Ok(kept) => kept.unwrap_or_default(),
            Err(error) => return self.no_check(sentence(error)),
        };
        match self.lines.ask(Ask::CheckAudit { kept, save_to }) {
            Some(true) => {}
            Some(false) => self.no_check(TOO_MUCH.to_owned()),
            None => self.no_check(NO_SERVER.to_owned()),
        }
    }

    /// Keeps what the next check is held against.
    pub(super) fn keep_audit_heads(&mut self, heads: &str) {
        if let Err(error) = self.store.set_setting(HEADS, heads) {
            self.reporter.fail(error);
        }
    }

    fn no_check(&self, sentence: String) {
        self.reporter.send(Event::AuditChecked(Err(sentence)));
    }
}
