//! NIfTI-1 and NIfTI-2: `.nii`, `.nii.gz`, and pairs of `.hdr` and `.img`.
//!
//! [`super::grid::Axes`] says how array axes become B-scans. Of a series of volumes the first is read.

mod header;
mod orientation;

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::beside::Beside;
use super::grid::{Image, Layout, Stated, Voxels};
use super::inflate::{explain, inflate};
use crate::bytes::Bytes;
use crate::{Budget, ReadError, SourceFormat, Volume};
use header::{Header, MAX_HEADER_BYTES};

pub(crate) const FORMAT: &str = "NIfTI";
/// How every gzip archive starts.
pub(crate) const GZIP: &[u8] = b"\x1f\x8b";
/// Of the file with the voxels of a pair.
const IMAGE_EXTENSIONS: [&str; 3] = ["img", "IMG", "img.gz"];
const VOXELS: &str = "the voxels";

/// Reads the first volume.
pub(crate) fn read(
    bytes: &[u8],
    beside: &Beside<'_>,
    budget: &Budget,
) -> Result<Volume, ReadError> {
    Ok(open(bytes, beside, budget)?.volume(SourceFormat::Nifti))
}

/// Finds header and voxels.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    beside: &Beside<'_>,
    budget: &Budget,
) -> Result<Image<'a>, ReadError> {
    let header = Header::parse(&head(bytes)?)?;
    let chosen = orientation::axes(&header);
    let (stored, disagreement) = orientation::spacing(&header);
    let layout = Layout {
        format: FORMAT,
        extent: header.extent,
        number: header.number,
        channels: header.channels,
        order: header.order,
        scale: header.scale,
        axes: chosen.axes,
    };
    let length = layout.check(budget)?;
    let data = match header.is_pair {
        true => {
            let (image, which) = beside.sibling(&IMAGE_EXTENSIONS, budget)?;
            let is_packed = IMAGE_EXTENSIONS[which].ends_with("gz");
            Cow::Owned(data(&image, is_packed, header.data_offset, length)?.into_owned())
        }
        false => data(bytes, bytes.starts_with(GZIP), header.data_offset, length)?,
    };
    let (spacing_um, spacing_warning) = layout.spacing_um(&Stated {
        stored,
        unit_um: orientation::unit_um(header.unit),
    });
    let mut warnings = chosen.warnings;
    let said = disagreement.into_iter().chain(spacing_warning);
    warnings.extend(said.map(str::to_owned));
    if header.volumes > 1 {
        let count = header.volumes;
        warnings.push(format!(
            "The file holds {count} volumes; the first was read."
        ));
    }
    Ok(Image {
        spacing_um,
        voxels: Voxels::new(layout, data),
        data_offset: header.data_offset,
        warnings,
    })
}

/// A gzip archive with an image inside, by its first bytes.
pub(crate) fn is_packed_image(head_of_archive: &[u8]) -> bool {
    head(head_of_archive).is_ok()
}

/// The header's bytes, unpacked where the file is a gzip archive.
fn head(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ReadError> {
    if !bytes.starts_with(GZIP) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut head = Vec::new();
    let outcome = MultiGzDecoder::new(bytes)
        .take(MAX_HEADER_BYTES)
        .read_to_end(&mut head);
    let is_nifti = [(344, "n+1"), (344, "ni1"), (4, "n+2"), (4, "ni2")]
        .iter()
        .filter_map(|(offset, magic)| Some(head.get(*offset..)?.starts_with(magic.as_bytes())))
        .any(|found| found);
    match outcome {
        // Damage behind the header shows again at the voxels.
        _ if is_nifti => Ok(Cow::Owned(head)),
        Ok(_) => Err(ReadError::Foreign {
            format: "a gzip archive without a NIfTI image inside",
            advice: "unpack it and choose the scan or the folder of images inside",
        }),
        Err(error) => Err(explain(
            &error,
            bytes.len() as u64,
            "gzip",
            "the first bytes",
        )),
    }
}

/// `length` bytes of voxels of a file that is packed or not.
fn data(
    file: &[u8],
    is_packed: bool,
    offset: u64,
    length: u64,
) -> Result<Cow<'_, [u8]>, ReadError> {
    if !is_packed {
        let bytes = Bytes::little(FORMAT, file);
        return bytes.slice(offset, length, VOXELS).map(Cow::Borrowed);
    }
    let stream = MultiGzDecoder::new(file);
    inflate(stream, file.len() as u64, offset, length, FORMAT, VOXELS).map(Cow::Owned)
}
