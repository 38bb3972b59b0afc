//! Versions of the open tile that other people made, and the approved one.

use fovea_annotation::{LabelVersion, VersionId};

use crate::{Effect, NoticeKind, OpenTile, SeenLabels, State};

/// Looks whether the open tile is among what changed.
pub(super) fn received(state: &State) -> Vec<Effect> {
    let open = state.tile.as_ref();
    open.map(|tile| Effect::LookAtLabels(tile.id))
        .into_iter()
        .collect()
}

/// Shows what came, where nothing unsaved lies on the tile; otherwise says so, once.
pub(super) fn seen(state: &mut State, seen: SeenLabels) -> Vec<Effect> {
    // A tile that is being read comes with all this.
    if state.opening.is_some() {
        return Vec::new();
    }
    let Some(tile) = state.tile.as_mut().filter(|tile| tile.id == seen.tile) else {
        return Vec::new();
    };
    tile.approval = seen.approval;
    let is_shown = |id: VersionId| tile.versions.iter().any(|known| known.id == id);
    let fresh: Vec<&LabelVersion> = seen
        .versions
        .iter()
        .filter(|version| !is_shown(version.id))
        .collect();
    let ahead = seen
        .ahead
        .and_then(|id| seen.versions.iter().find(|version| version.id == id));
    let Some(newest) = ahead.or(fresh.last().copied()) else {
        return Vec::new();
    };
    let is_at_rest = tile.is_at_rest() && !seen.is_unsaved;
    if is_at_rest {
        let text = shown(newest, ahead.is_some());
        let tile = tile.id;
        // What this person decided on the server was told when it was done.
        let who = state.account.who.as_ref();
        if who.is_none_or(|who| who.name != newest.author) {
            state.notices.push(NoticeKind::Info, text);
        }
        return crate::apply::open_tile(state, tile);
    }
    if tile.told.insert(newest.id) {
        state.notices.push(NoticeKind::Info, waits(newest));
    }
    Vec::new()
}

/// A save is done: what waited for it is shown now.
pub(super) fn after_save(tile: &OpenTile) -> Option<Effect> {
    (!tile.told.is_empty()).then_some(Effect::LookAtLabels(tile.id))
}

fn shown(version: &LabelVersion, is_ahead: bool) -> String {
    let (who, number) = (who(version), version.number);
    match is_ahead {
        true => format!("{who} saved v{number} of this B-scan; it is shown now."),
        false => format!(
            "{who} saved v{number} of this B-scan beside this one; both are kept, see Readings that differ."
        ),
    }
}

fn waits(version: &LabelVersion) -> String {
    format!(
        "{} saved v{} of this B-scan meanwhile; save your work, and both are kept.",
        who(version),
        version.number
    )
}

fn who(version: &LabelVersion) -> &str {
    match version.author.starts_with("model:") {
        true => "The model",
        false => &version.author,
    }
}
