//! The page about the audit log.

use crate::audit::AuditCheck;
use crate::{AuditCommand, AuditFilter, Effect, State};

pub(super) fn apply(state: &mut State, command: AuditCommand) -> Vec<Effect> {
    use AuditCommand as C;
    let audit = &mut state.audit;
    match command {
        C::Find(filter) => find(state, filter),
        C::Older => {
            let older = audit.older.take();
            older.map_or_else(Vec::new, |older| ask(state, Some(older)))
        }
        C::Choose(seq) => {
            audit.chosen = seq;
            Vec::new()
        }
        C::Verify => begin(state, false, Effect::CheckAudit { save_to: None }),
        C::PickPlace => vec![Effect::PickPlaceForAudit],
        C::SaveTo(path) => {
            let save_to = Some(path);
            begin(state, true, Effect::CheckAudit { save_to })
        }
        C::Stop => match audit.check.take() {
            Some(_) => vec![Effect::StopAuditCheck],
            None => Vec::new(),
        },
        C::HideVerdict => {
            audit.verdict = None;
            Vec::new()
        }
    }
}

/// Looks for lines, from the newest on.
pub(super) fn find(state: &mut State, filter: AuditFilter) -> Vec<Effect> {
    let audit = &mut state.audit;
    if audit.filter != filter {
        (audit.list, audit.chosen) = (None, None);
    }
    audit.filter = filter;
    ask(state, None)
}

fn ask(state: &mut State, before: Option<u64>) -> Vec<Effect> {
    let ask = state.audit.filter.query(before);
    state.audit.asked = Some(ask.clone());
    vec![Effect::LoadAudit(Box::new(ask))]
}

/// One check at a time.
fn begin(state: &mut State, is_saving: bool, effect: Effect) -> Vec<Effect> {
    let audit = &mut state.audit;
    if audit.check.is_some() {
        return Vec::new();
    }
    audit.verdict = None;
    audit.check = Some(AuditCheck {
        is_saving,
        ..AuditCheck::default()
    });
    vec![effect]
}
