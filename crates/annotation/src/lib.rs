//! The domain of Fovea: label masks, invertible edits and their journal, label versions and diffs,
//! uncertainty, queue order, and the figures by which segmentations are judged.
//!
//! Nothing here knows of files, windows, networks or databases; every function is a function of its arguments.
//! The definitions (diff, uncertainty, tile score, queue, Dice, ECE) are fixed by the glossary in `docs/GLOSSARY.md`.

mod calibration;
mod dice;
mod diff;
mod edit;
mod edit_codec;
mod hash;
mod history;
mod ids;
mod lineage;
mod mask;
mod merge;
mod payload;
mod queue;
mod save_state;
mod schema;
mod stroke;
mod tile_figures;
mod tile_score;
mod uncertainty;
mod varint;
mod version;

pub use calibration::{CALIBRATION_BIN_COUNT, CalibrationBins};
pub use dice::{DiceCounts, dice_per_class};
pub use diff::{MaskDiff, SizeMismatch};
pub use edit::{Edit, EditError, EditRun};
pub use edit_codec::EditDecodeError;
pub use hash::{ContentHash, ParseHashError};
pub use history::{History, HistoryError, JournalEntry};
pub use ids::{CaseId, TileId, VersionId};
pub use lineage::Lineage;
pub use mask::{Mask, MaskShapeError};
pub use merge::MaskMerge;
pub use payload::{PayloadError, mask_from_payload, mask_to_payload};
pub use queue::{QUEUE_LEN_MAX, QUEUE_PER_CASE_MAX, QueueCandidate, rank};
pub use save_state::SaveState;
pub use schema::{ClassDef, ClassKind, LabelSchema};
pub use stroke::Stroke;
pub use tile_figures::{FIGURES_VERSION, FiguresDecodeError, TileFigures};
pub use tile_score::{
    SCORE_METHOD, TileScore, mean_of_top, score_figures, score_method_name, score_reason,
    score_tile,
};
pub use uncertainty::UncertaintyMap;
pub use version::{LabelVersion, VersionKind, VersionRecordError};
