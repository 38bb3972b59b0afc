//! What the server says of its audit log, and what the check of it came to.

use fovea_audit::AuditVerdict;
use fovea_protocol::{AuditPage, AuditQuery};

use crate::{Dialog, Effect, NoticeKind, ServerPage, State};

pub(super) fn listed(state: &mut State, ask: &AuditQuery, page: AuditPage) -> Vec<Effect> {
    state.audit.take(ask, page);
    Vec::new()
}

/// The lines could not be had; older ones can be asked for again.
pub(super) fn away(state: &mut State, sentence: String) -> Vec<Effect> {
    let audit = &mut state.audit;
    let asked = audit.asked.take().and_then(|ask| ask.before);
    if let Some(before) = asked.filter(|before| *before > 0) {
        audit.older = Some(before);
    }
    audit.away = Some(sentence);
    Vec::new()
}

/// A check goes on. One that was stopped meanwhile says no more.
pub(super) fn checking(state: &mut State, done: u64, of: u64) -> Vec<Effect> {
    if let Some(check) = &mut state.audit.check {
        (check.done, check.of) = (done, of);
    }
    Vec::new()
}

/// The page says what a check came to; where it is closed, a notice does.
pub(super) fn checked(
    state: &mut State,
    outcome: Result<Box<AuditVerdict>, String>,
) -> Vec<Effect> {
    if state.audit.check.take().is_none() {
        return Vec::new();
    }
    if state.dialog != Some(Dialog::Server(ServerPage::Audit)) {
        let (kind, text) = match &outcome {
            Ok(verdict) if verdict.faults.is_empty() => {
                let text = format!("The audit log is whole: {} lines.", verdict.lines);
                (NoticeKind::Done, text)
            }
            Ok(_) => {
                let text = "Something is wrong with the audit log; see its page.".to_owned();
                (NoticeKind::Error, text)
            }
            Err(sentence) => (NoticeKind::Error, sentence.clone()),
        };
        state.notices.push(kind, text);
    }
    let keep = match &outcome {
        Ok(verdict) if !verdict.keep.is_empty() => Some(verdict.keep.clone()),
        _ => None,
    };
    state.audit.verdict = Some(outcome);
    keep.map(Effect::KeepAuditHeads).into_iter().collect()
}
