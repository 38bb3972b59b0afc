//! What a picture says beside its pixels: spacing as ImageJ writes it, a wish to be turned, and what was lost in it.

mod tiff;

use std::io::Cursor;

use fovea_geometry::SpacingUm;
use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;

use super::sniff::Kind;
use super::{LOSSY, ROUNDED};
use crate::Volume;

const TURNED: &str = "A picture asks to be turned before it is shown (by its orientation tag), which was not done; check \
                      that the vitreous is at the top.";
const UNNAMED_CHANNEL: &str = "Beside gray, a picture has a second channel of which it does not say that it is alpha; that \
                               channel was left out.";

/// Notes of one picture file. What cannot be read is as if it were not there: it is no part of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Notes {
    /// Between columns and rows, and between pages where that is said.
    spacing_um: Option<([f64; 2], Option<f64>)>,
    /// The picture asks to be mirrored or turned before it is shown.
    is_turned: bool,
    is_jpeg: bool,
    /// Integers were too large for the floats that they became.
    pub(super) is_rounded: bool,
    /// Beside gray there is a channel of which is not said that it is alpha.
    has_unnamed_channel: bool,
    /// Pictures that the file counts, where it counts them.
    stated_images: Option<u64>,
}

impl Notes {
    pub(crate) fn of(kind: Kind, bytes: &[u8]) -> Self {
        match kind {
            Kind::Tiff => tiff::notes(bytes).unwrap_or_default(),
            Kind::Png => Self {
                is_turned: is_turned_png(bytes),
                ..Self::default()
            },
            Kind::Jpeg => Self {
                is_turned: is_turned_jpeg(bytes),
                is_jpeg: true,
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    /// Takes in the notes of another picture of the same volume. Pictures of a folder have no distance to each other, so their
    /// spacing is left.
    pub(crate) fn join(&mut self, other: Self) {
        self.is_turned |= other.is_turned;
        self.is_jpeg |= other.is_jpeg;
        self.is_rounded |= other.is_rounded;
        self.has_unnamed_channel |= other.has_unnamed_channel;
        self.stated_images = self.stated_images.max(other.stated_images);
    }

    /// Gives the volume what is known of its geometry.
    pub(crate) fn apply(self, volume: &mut Volume) {
        if let Some(([x, y], pages)) = self.spacing_um {
            let z = match volume.bscans.len() {
                1 => pages.or(Some(x)),
                _ => pages,
            };
            volume.spacing_um = z.and_then(|z| SpacingUm::new(x, y, z));
        }
        let said = [
            (self.is_jpeg, LOSSY),
            (self.is_turned, TURNED),
            (self.is_rounded, ROUNDED),
            (self.has_unnamed_channel, UNNAMED_CHANNEL),
        ];
        let said = said.into_iter().filter(|(is_so, _)| *is_so);
        volume
            .warnings
            .extend(said.map(|(_, warning)| warning.to_owned()));
        let held = volume.bscans.len() as u64;
        if let Some(stated) = self.stated_images.filter(|stated| *stated > held) {
            volume.warnings.push(format!(
                "The description of a TIFF file counts {stated} images, but {held} were found; check that none is missing."
            ));
        }
    }
}

fn is_turned_jpeg(bytes: &[u8]) -> bool {
    JpegDecoder::new(Cursor::new(bytes))
        .and_then(|mut decoder| decoder.orientation())
        .is_ok_and(|orientation| orientation != Orientation::NoTransforms)
}

/// By the `eXIf` chunk, wherever it is.
fn is_turned_png(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some(([l0, l1, l2, l3, kind @ ..], behind)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([*l0, *l1, *l2, *l3]) as usize;
        let Some(data) = behind.get(..length) else {
            return false;
        };
        if kind == b"eXIf" {
            return Orientation::from_exif_chunk(data)
                .is_some_and(|orientation| orientation != Orientation::NoTransforms);
        }
        // Four bytes of checksum follow.
        rest = behind.get(length + 4..).unwrap_or_default();
    }
    false
}
