//! What Fovea itself stores and reads again: journals, masks and policies.

use fovea_annotation::{Edit, JournalEntry, Mask, VersionId, mask_to_payload};
use fovea_geometry::RectPx;

use crate::{Outcome, seed};

const POLICY: &[u8] = include_bytes!("../../../crates/intake/policies/default.toml");

pub(super) fn write(mask: &Mask) -> Outcome<()> {
    let payload = mask_to_payload(mask)?;
    let before = Mask::background(mask.size());
    let edit = Edit::between(&before, mask, RectPx::of_size(mask.size()));
    let version = VersionId(fovea_annotation::ContentHash::of(&payload));
    seed("history", "edit", &JournalEntry::Edit(edit).to_bytes())?;
    seed(
        "history",
        "rebase",
        &JournalEntry::Rebase(version).to_bytes(),
    )?;
    seed("mask_payload", "layers", &payload)?;
    seed("policy", "default", POLICY)
}
