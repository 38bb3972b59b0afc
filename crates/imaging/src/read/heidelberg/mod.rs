//! Heidelberg raw export (`.vol`, `HSF-OCT-1xx`).
//!
//! Layout, after Heidelberg Engineering's *Spectralis Special Function: Exporting Raw Data* and the open readers that
//! follow it, all little-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0..2048 | file header: version, sizes, scales, eye, scan pattern; personal data, which is never read |
//! | then `SizeXSlo × SizeYSlo` | fundus (SLO) picture, 8 bits |
//! | then per B-scan: `BScanHdrSize` bytes | header (256), `NumSeg` lines of `SizeX` f32, padding |
//! | `SizeX × SizeZ × 4` | f32 reflectivity in 0..=1, row-major; `f32::MAX` where invalid |
//!
//! The display value is the fourth root of the reflectivity.

mod header;
mod layers;
mod layout;
mod parts;
mod reflectivity;
mod spacing;

pub(super) use header::{pattern, quality};
pub use layers::LAYER_NAMES;
pub(super) use layers::{floats, layer_name, per_bscan, push_line};
pub(super) use reflectivity::gray;
pub(super) use spacing::{NO_SPACING, pattern_warning, pixel_um, spacing_um};

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use fovea_geometry::SizePx;

use super::Depth;
use crate::{
    Bscan, Budget, GrayImage, Laterality, LayerLines, ReadError, Samples, SourceFormat, Volume,
};
use header::{
    BSCAN_HEADER_BYTES, BscanHeader, FILE_HEADER, FILE_HEADER_BYTES, FileHeader, Version,
};
use layout::Layout;
use parts::Parts;
use reflectivity::{count_white, fill_gray};

const FORMAT: &str = "Heidelberg .vol";
/// The only device that writes the layout.
const DEVICE: &str = "Heidelberg Engineering Spectralis";
pub(super) const NO_LATERALITY: &str =
    "The file does not say which eye it shows; please confirm the laterality.";
/// Samples that are read and shown at a time: they stay in the cache of a core.
const BLOCK_SAMPLES: usize = 32_768;

/// Reads the content of a `.vol`.
pub(crate) fn read(bytes: &[u8], budget: &Budget, depth: Depth) -> Result<Volume, ReadError> {
    let name = "the file".to_owned();
    Reader {
        parts: Parts::new(Cursor::new(bytes), bytes.len() as u64, name),
        depth,
        white: 0,
    }
    .volume(budget)
}

/// Reads a `.vol` without ever holding it whole.
pub(crate) fn read_file(path: &Path, budget: &Budget, depth: Depth) -> Result<Volume, ReadError> {
    let name = path.display().to_string();
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (length, file) = opened.map_err(|reason| ReadError::Unreadable {
        name: name.clone(),
        reason,
    })?;
    budget.file(length)?;
    Reader {
        parts: Parts::new(file, length, name),
        depth,
        white: 0,
    }
    .volume(budget)
}

struct Reader<R> {
    parts: Parts<R>,
    depth: Depth,
    /// White samples so far.
    white: usize,
}

impl<R: Read + Seek> Reader<R> {
    fn volume(mut self, budget: &Budget) -> Result<Volume, ReadError> {
        let header = FileHeader::parse(self.parts.read(0, FILE_HEADER_BYTES, FILE_HEADER)?)?;
        let layout = Layout::check(&header, self.parts.len(), budget)?;
        let mut volume = Volume::of_bscans(Vec::new(), SourceFormat::HeidelbergVol);
        volume.laterality = header.laterality;
        volume.pattern = header.pattern;
        volume.device = (header.version != Version::Open).then(|| DEVICE.to_owned());
        volume.slo = layout.slo.map(|size| self.slo(size)).transpose()?;
        volume.slo_spacing_um = layout.slo.and_then(|_| pixel_um(header.slo_scale_mm));
        let mut lines = Vec::new();
        let mut offset = FILE_HEADER_BYTES + layout.slo.map_or(0, |size| size.len() as u64);
        for index in 0..header.bscan_count {
            let what = format!("B-scan {} of {}", index + 1, header.bscan_count);
            let found = self.bscan(offset, layout.bscan, &what)?;
            volume.bscans.push(found.bscan);
            lines.push(found.lines);
            offset = found.end;
        }
        volume.layer_lines = per_bscan(lines);
        let scale_mm = [header.scale_x_mm, header.scale_z_mm];
        volume.spacing_um =
            spacing_um(scale_mm, header.distance_mm, header.pattern, &volume.bscans);
        volume.warnings = self.warnings(&header, &volume);
        Ok(volume)
    }

    fn slo(&mut self, size: SizePx) -> Result<GrayImage, ReadError> {
        let what = "the SLO picture";
        let pixels = self
            .parts
            .read(FILE_HEADER_BYTES, size.len() as u64, what)?;
        Ok(GrayImage {
            size,
            pixels: pixels.to_vec(),
        })
    }

    fn bscan(&mut self, offset: u64, size: SizePx, what: &str) -> Result<Found, ReadError> {
        let raw = self.parts.read(offset, BSCAN_HEADER_BYTES, what)?;
        let header = BscanHeader::parse(raw, offset, size.width, what)?;
        let lines = self.lines(offset, &header, size, what)?;
        let start = offset + u64::from(header.size_bytes);
        let (pixels, deep) = self.samples(start, size.len(), what)?;
        let bscan = Bscan {
            deep,
            position: header.position,
            quality: header.quality,
            ..Bscan::new(size, pixels)
        };
        Ok(Found {
            bscan,
            lines,
            end: start + size.len() as u64 * 4,
        })
    }

    /// Display values, and the reflectivities where they are wanted; invalid ones are NaN.
    fn samples(
        &mut self,
        start: u64,
        count: usize,
        what: &str,
    ) -> Result<(Vec<u8>, Option<Samples>), ReadError> {
        self.parts.check(start, count as u64 * 4, what)?;
        let valid = |r: f32| if r == f32::MAX { f32::NAN } else { r };
        let mut pixels = vec![0; count];
        let mut deep = Vec::new();
        let mut offset = start;
        for block in pixels.chunks_mut(BLOCK_SAMPLES) {
            let bytes = block.len() as u64 * 4;
            let raw = self.parts.read(offset, bytes, what)?;
            fill_gray(block, raw);
            if self.depth == Depth::OfFile {
                deep.extend(floats(raw).map(valid));
            }
            self.white += count_white(block);
            offset += bytes;
        }
        let is_wanted = self.depth == Depth::OfFile;
        Ok((pixels, is_wanted.then_some(Samples::F32(deep))))
    }

    fn lines(
        &mut self,
        offset: u64,
        header: &BscanHeader,
        size: SizePx,
        what: &str,
    ) -> Result<LayerLines, ReadError> {
        let row_bytes = u64::from(size.width) * 4;
        let start = offset + u64::from(header.lines_offset);
        let mut lines = LayerLines::default();
        for (row, name) in (0..u64::from(header.line_count)).zip(LAYER_NAMES) {
            let raw = self.parts.read(start + row * row_bytes, row_bytes, what)?;
            push_line(&mut lines, name, floats(raw), size.height);
        }
        Ok(lines)
    }

    fn warnings(&self, header: &FileHeader, volume: &Volume) -> Vec<String> {
        let mut warnings = Vec::new();
        if header.version == Version::Newer {
            warnings.push("The file follows an edition of the .vol layout that Fovea does not know (100 to 103 are); compare the scan with the device.".to_owned());
        }
        if volume.spacing_um.is_none() {
            warnings.push(NO_SPACING.to_owned());
        }
        if header.laterality == Laterality::Unknown {
            warnings.push(NO_LATERALITY.to_owned());
        }
        warnings.extend(pattern_warning(header.pattern));
        let pixels: usize = volume.bscans.iter().map(|bscan| bscan.pixels.len()).sum();
        // A device never exports a mostly white scan; tools that store gray values as reflectivities do.
        if self.white > pixels / 2 {
            warnings.push("More than half of the samples are at or above full scale and are shown white; the file was probably not exported by the device.".to_owned());
        }
        warnings
    }
}

/// One B-scan with its lines, and the offset behind it.
struct Found {
    bscan: Bscan,
    lines: LayerLines,
    end: u64,
}
