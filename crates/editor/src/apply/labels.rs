//! Labels from elsewhere: a file of another program, or the lines that the device drew.

use crate::state::AfterSave;
use crate::{Effect, State};
use std::path::PathBuf;

pub(super) fn ask(state: &State) -> Vec<Effect> {
    let wish = state.case.is_some().then_some(Effect::PickLabels);
    wish.into_iter().collect()
}

pub(super) fn inspect(state: &State, path: PathBuf) -> Vec<Effect> {
    let case = state.case.as_ref().map(|case| case.summary.id);
    case.map(|case| Effect::InspectLabels { case, path })
        .into_iter()
        .collect()
}

pub(super) fn map_class(state: &mut State, at: usize, to: Option<u8>) -> Vec<Effect> {
    let is_known = |class: u8| usize::from(class) < state.schema.len();
    if to.is_none_or(is_known)
        && let Some(choice) = state.mapping.as_mut().and_then(|m| m.choices.get_mut(at))
    {
        *choice = to;
    }
    Vec::new()
}

/// Unsaved work becomes a version first: the imported label goes on top of it.
pub(super) fn apply_mapping(state: &mut State) -> Vec<Effect> {
    if state
        .mapping
        .as_ref()
        .is_none_or(|mapping| mapping.is_empty())
    {
        return Vec::new();
    }
    state.dialog = None;
    if state.has_unsaved_work() {
        return super::versions::save_then(state, AfterSave::ApplyMapping);
    }
    apply_now(state)
}

pub(super) fn apply_now(state: &mut State) -> Vec<Effect> {
    let mapping = state.mapping.take();
    let wish = mapping.map(|mapping| Effect::ImportLabels {
        case: mapping.case,
        pairs: mapping.pairs(),
        path: mapping.found.path,
    });
    wish.into_iter().collect()
}

pub(super) fn use_device_lines(state: &mut State) -> Vec<Effect> {
    if state.has_unsaved_work() {
        return super::versions::save_then(state, AfterSave::UseDeviceLines);
    }
    use_lines_now(state)
}

pub(super) fn use_lines_now(state: &State) -> Vec<Effect> {
    let case = state.case.as_ref().map(|case| case.summary.id);
    case.map(Effect::UseDeviceLines).into_iter().collect()
}
