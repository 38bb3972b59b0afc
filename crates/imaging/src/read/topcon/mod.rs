//! Topcon `.fda` and `.fds`. Experimental: the maker has not published the layout.
//!
//! What is known comes from open readers (uocte's description, OCT-Converter, OctData) and from files. Little-endian:
//! a head of 15 bytes (`FOCT`, `FDA`, `FAA` or `FDS`, two numbers), then chunks to the end:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | length of the name; 0 ends the file |
//! | length | name, `@` and capitals |
//! | 4 | length of the content |
//! | length | content |
//!
//! Chunks are looked up by name, and those about a person (`@PATIENT…`) never are. Rows of pictures run from the
//! vitreous down; contours are heights over the lower edge.

mod chunks;
mod contours;
mod device;
mod fundus;
mod pixels;

use super::heidelberg::{NO_LATERALITY, pattern_warning};
use crate::{Budget, Laterality, ReadError, Volume};
use chunks::Chunks;

const UNCONFIRMED: &str = "Topcon has not published this format, so please confirm the laterality and the layer lines \
     against the device.";
const NO_SPACING: &str =
    "The file gives no usable scan size (@PARAM_SCAN); lengths and areas cannot be shown in µm.";

/// Reads the whole file.
pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    let chunks = Chunks::walk(bytes)?;
    let scan = pixels::read(&chunks, budget)?;
    let mut volume = Volume::of_frames(scan.frames, chunks.source());
    volume.pattern = scan.pattern;
    volume.device = Some(device::name(&chunks));
    volume.laterality = device::laterality(&chunks);
    let (size, count) = (volume.bscan_size(), volume.bscans.len());
    volume.spacing_um = device::spacing_um(&chunks, size, count, scan.pattern)?;
    volume.slo = fundus::read(&chunks, budget)?;
    let lines = contours::read(&chunks, &volume.bscans)?;
    volume.layer_lines = lines.per_bscan;
    volume.warnings.push(UNCONFIRMED.to_owned());
    if volume.laterality == Laterality::Unknown {
        volume.warnings.push(NO_LATERALITY.to_owned());
    }
    if volume.spacing_um.is_none() {
        volume.warnings.push(NO_SPACING.to_owned());
    }
    volume.warnings.extend(pattern_warning(volume.pattern));
    volume.warnings.extend(lines.warnings);
    Ok(volume)
}
