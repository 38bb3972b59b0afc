//! Notes of a TIFF.
//!
//! The resolution tags of a picture alone are not trusted: they count dots of paper, and most programs fill them with 72
//! or 96. Of the free text of a description only the units, the distance between pages and the number of images are read.

use std::io::Cursor;

use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::Notes;
use crate::read::tiff::{TiffReader, directories, stated_images};

pub(super) fn notes(bytes: &[u8]) -> Option<Notes> {
    let directories = directories(bytes);
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
        is_jpeg: directories.iter().any(|page| page.is_jpeg()),
        has_unnamed_channel: has_unnamed_channel(&mut decoder),
        stated_images: stated_images(&mut decoder),
        ..Notes::default()
    })
}

/// Gray with a second channel that is not called alpha.
fn has_unnamed_channel(decoder: &mut TiffReader<'_>) -> bool {
    const ALPHA: [u16; 2] = [1, 2];
    let mut values = |tag| decoder.find_tag_unsigned_vec::<u16>(tag).ok().flatten();
    let is_alpha = values(Tag::ExtraSamples)
        .is_some_and(|kinds| kinds.first().is_some_and(|kind| ALPHA.contains(kind)));
    values(Tag::SamplesPerPixel) == Some(vec![2]) && !is_alpha
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
    let unit = value("unit")?;
    // Those of rows and pages are named where they differ.
    let unit_um = |key: &str| unit_um(value(key).unwrap_or(unit));
    let [x, y] = sides;
    let pages = value("spacing").and_then(|text| text.parse::<f64>().ok());
    let pages_um = pages.and_then(|pages| Some(pages.abs() * unit_um("zunit")?));
    Some(([x? * unit_um("unit")?, y? * unit_um("yunit")?], pages_um))
}

fn unit_um(name: &str) -> Option<f64> {
    match name {
        "micron" | "microns" | "um" | "µm" | "μm" | "\\u00B5m" => Some(1.0),
        "mm" => Some(1e3),
        "nm" => Some(1e-3),
        _ => None,
    }
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
            (
                "ImageJ=1.54f\nunit=mm\nyunit=micron\nzunit=nm\nspacing=250000\n",
                Some(([11_500.0, 3.875], Some(250.0))),
            ),
            ("ImageJ=1.54f\nunit=mm\nyunit=inch\nspacing=0.25\n", None),
            (
                "ImageJ=1.54f\nunit=micron\nzunit=inch\nspacing=250\n",
                Some(([11.5, 3.875], None)),
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
