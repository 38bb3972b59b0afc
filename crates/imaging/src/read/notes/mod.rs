//! What a TIFF or JPEG says beside its pixels: spacing as ImageJ writes it, and a wish to be turned.
//!
//! The resolution tags of a picture alone are not trusted: they count dots of paper, and most programs fill them with 72
//! or 96. Of the free text of a description two lines are read, the unit and the distance between pages.

use std::io::Cursor;

use fovea_geometry::SpacingUm;
use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::LOSSY;
use super::sniff::Kind;
use crate::Volume;

/// Notes of one picture file. What cannot be read is as if it were not there: it is no part of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Notes {
    /// Between columns and rows, and between pages where that is said.
    spacing_um: Option<([f64; 2], Option<f64>)>,
    /// The picture asks to be mirrored or turned before it is shown.
    is_turned: bool,
    is_jpeg: bool,
}

impl Notes {
    pub(crate) fn of(kind: Kind, bytes: &[u8]) -> Self {
        match kind {
            Kind::Tiff => of_tiff(bytes).unwrap_or_default(),
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
        if self.is_jpeg {
            volume.warnings.push(LOSSY.to_owned());
        }
        if self.is_turned {
            volume.warnings.push(
                "A picture asks to be turned before it is shown (by its orientation tag), which was not done; check that the \
                 vitreous is at the top."
                    .to_owned(),
            );
        }
    }
}

fn is_turned_jpeg(bytes: &[u8]) -> bool {
    JpegDecoder::new(Cursor::new(bytes))
        .and_then(|mut decoder| decoder.orientation())
        .is_ok_and(|orientation| orientation != Orientation::NoTransforms)
}

fn of_tiff(bytes: &[u8]) -> Option<Notes> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).ok()?;
    let orientation = decoder
        .find_tag_unsigned::<u16>(Tag::Orientation)
        .ok()
        .flatten();
    let description = decoder
        .get_tag_ascii_string(Tag::ImageDescription)
        .unwrap_or_default();
    let mut um_of = |tag| -> Option<f64> {
        let per_unit = decoder.find_tag_unsigned_vec::<u64>(tag).ok()??;
        match per_unit[..] {
            [n, d] if n > 0 && d > 0 => Some(d as f64 / n as f64),
            _ => None,
        }
    };
    let sides = [um_of(Tag::XResolution), um_of(Tag::YResolution)];
    Some(Notes {
        spacing_um: imagej_spacing_um(&description, sides),
        is_turned: orientation.is_some_and(|orientation| (2..=8).contains(&orientation)),
        is_jpeg: false,
    })
}

/// Units of the resolution tags are those of the description. Source: `ij.io.TiffEncoder` and `FileOpener` of ImageJ.
fn imagej_spacing_um(
    description: &str,
    sides: [Option<f64>; 2],
) -> Option<([f64; 2], Option<f64>)> {
    let value = |key: &str| {
        let lines = description.lines().filter_map(|line| line.split_once('='));
        let mut values = lines.filter(|(found, _)| found.trim() == key);
        values.next().map(|(_, value)| value.trim())
    };
    if !description.starts_with("ImageJ=") {
        return None;
    }
    let unit_um = match value("unit")? {
        "micron" | "microns" | "um" | "µm" | "μm" | "\\u00B5m" => 1.0,
        "mm" => 1e3,
        "nm" => 1e-3,
        _ => return None,
    };
    let [x, y] = sides;
    let pages = value("spacing").and_then(|text| text.parse::<f64>().ok());
    Some((
        [x? * unit_um, y? * unit_um],
        pages.map(|pages| pages.abs() * unit_um),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_imagej_with_a_unit_is_believed() {
        let sides = [Some(11.5), Some(3.875)];
        let um = Some(([11.5, 3.875], Some(250.0)));
        let cases = [
            ("ImageJ=1.54f\nunit=micron\nspacing=250\n", um),
            ("ImageJ=1.54f\nimages=3\nunit=\\u00B5m\nspacing=250.0\n", um),
            ("ImageJ=1.54f\nunit=µm\n", Some(([11.5, 3.875], None))),
            (
                "ImageJ=1.54f\nunit=mm\nspacing=0.25\n",
                Some(([11_500.0, 3_875.0], Some(250.0))),
            ),
            ("ImageJ=1.54f\nunit=inch\nspacing=250\n", None),
            ("ImageJ=1.54f\nspacing=250\n", None),
            ("unit=micron\nspacing=250\n", None),
            ("", None),
        ];
        for (description, expected) in cases {
            assert_eq!(
                imagej_spacing_um(description, sides),
                expected,
                "{description}"
            );
        }
        let half = imagej_spacing_um("ImageJ=1.54f\nunit=um\n", [Some(1.0), None]);
        assert_eq!(half, None);
    }
}
