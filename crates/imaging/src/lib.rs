//! Bytes to OCT volumes and masks, and back.
//!
//! [`read_path`] is the one door in: it sniffs by content, holds every size against a [`Budget`] before it
//! allocates, and either returns a whole [`Volume`] or a [`ReadError`] of one sentence. Parsers are total: no
//! input makes them panic. Personal data in vendor headers is never read into these types.

mod budget;
mod error;
mod export;
mod layer_lines;
mod page;
mod png_gray;
mod png_index;
mod read;
mod volume;

pub use budget::Budget;
pub use error::{ReadError, WriteError};
pub use export::{ClassArea, ExportedBscan, Manifest, Sidecar, export_folder};
pub use layer_lines::{LayerLine, LayerLines};
pub use png_gray::{decode_png_gray8, encode_png_gray8};
pub use png_index::{decode_png_index, encode_png_index};
pub use read::{HEIDELBERG_LAYER_NAMES, read_bytes, read_path};
pub use volume::{Bscan, BscanPosition, GrayImage, Laterality, SourceFormat, Volume};
