//! Labels that another tool wrote, and how its classes become ours.
//!
//! | file | holds |
//! |---|---|
//! | `foreign`, `context` | what every reader returns, and what it must know of the volume |
//! | `coco`, `voxels` and so on | one reader per format |
//! | `polygon`, `paint` | what readers share |
//! | `mapping`, `synonyms` | another tool's classes to ours |

mod coco;
mod context;
mod foreign;
mod mapping;
mod matlab;
mod paint;
mod polygon;
mod synonyms;
mod voxels;

pub use context::LabelContext;
pub use foreign::{ForeignBscan, ForeignClass, ForeignLabels, LabelFormat};
pub use mapping::{LeftOut, MappedClass, MappedMask, MapsTo, SchemaMapping};

use crate::{Budget, ReadError};

/// Reads labels from the content of one file; the format is told by the content alone.
pub fn read_labels_bytes(
    bytes: &[u8],
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    budget.file(bytes.len() as u64)?;
    let mut labels = match voxels::format_of(bytes) {
        Some(format) => voxels::read(bytes, format, context, budget)?,
        None if matlab::is_matlab(bytes) => matlab::read(bytes, context, budget)?,
        None => coco::read(bytes, context, budget)?,
    };
    for bscan in &mut labels.bscans {
        // What a file calls its pictures may be personal; what the person chose is known to them.
        bscan.image_name = context.image_names.get(bscan.bscan_index as usize).cloned();
    }
    Ok(labels)
}
