//! One series of an export: the B-scans of one scan, and the fundus picture that they lie on.

use super::FORMAT;
use super::element::Element;
use crate::{Laterality, ReadError, ScanPattern};

/// Layer lines of one B-scan; HEYEX knows less than twenty layers.
const MAX_LINES: usize = 64;
/// Longest name of a maker or model that is taken.
const MAX_DEVICE_BYTES: usize = 64;

/// What is read of a series.
#[derive(Default)]
pub(super) struct Series {
    /// As stated for the series and for each picture.
    pub(super) lateralities: Vec<Laterality>,
    pub(super) pattern: ScanPattern,
    manufacturer: String,
    model: String,
    pub(super) images: Vec<Image>,
}

/// What is read of a picture. Numbers that are not stated are NaN.
pub(super) struct Image {
    pub(super) kind: ImageKind,
    pub(super) size_px: [Option<u64>; 2],
    pub(super) scale_mm: [f64; 2],
    pub(super) quality: f32,
    pub(super) start_mm: [f64; 2],
    pub(super) end_mm: [f64; 2],
    /// Name of the picture's file, without the folder that it once lay in.
    pub(super) file_name: String,
    pub(super) lines: Vec<Line>,
}

/// A layer line before it is held against its picture.
#[derive(Default)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) y_px: Vec<f32>,
}

/// What a picture shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ImageKind {
    Oct,
    /// Fundus (SLO) picture.
    Localizer,
    #[default]
    Other,
}

impl Default for Image {
    fn default() -> Self {
        Self {
            kind: ImageKind::Other,
            size_px: [None; 2],
            scale_mm: [f64::NAN; 2],
            quality: f32::NAN,
            start_mm: [f64::NAN; 2],
            end_mm: [f64::NAN; 2],
            file_name: String::new(),
            lines: Vec::new(),
        }
    }
}

impl Series {
    /// The pictures of one kind, in the order of the document.
    pub(super) fn of_kind(&self, kind: ImageKind) -> impl Iterator<Item = &Image> {
        self.images.iter().filter(move |image| image.kind == kind)
    }

    /// The eye that all statements agree on.
    pub(super) fn laterality(&self) -> Laterality {
        match self.lateralities.split_first() {
            Some((first, rest)) if rest.iter().all(|other| other == first) => *first,
            _ => Laterality::Unknown,
        }
    }

    /// Maker and model.
    pub(super) fn device(&self) -> Option<String> {
        let device = format!("{} {}", self.manufacturer, self.model);
        Some(device.trim().to_owned()).filter(|device| !device.is_empty())
    }

    /// An element was opened; `inner` is its path below the series.
    pub(super) fn open(&mut self, inner: &[Element]) -> Result<(), ReadError> {
        match (inner, self.images.last_mut()) {
            ([Element::Image], _) => self.images.push(Image::default()),
            ([Element::Image, Element::Segmentation, Element::SegLine], Some(image)) => {
                if image.lines.len() == MAX_LINES {
                    let what = format!("a B-scan has more than {MAX_LINES} lines");
                    return Err(ReadError::field(FORMAT, "SegLine", what));
                }
                image.lines.push(Line::default());
            }
            _ => {}
        }
        Ok(())
    }

    /// An element with `text` is at its end.
    pub(super) fn close(&mut self, inner: &[Element], text: &str) -> Result<(), ReadError> {
        match inner {
            [Element::Laterality] | [Element::Image, Element::Laterality] => {
                self.lateralities.extend(laterality(text));
            }
            [Element::Type] => self.pattern = pattern(text),
            [Element::GeneralEquipment, Element::Manufacturer] => {
                self.manufacturer = device_text(text);
            }
            [Element::GeneralEquipment, Element::ManufacturerModelName] => {
                self.model = device_text(text);
            }
            [Element::Image, inner @ ..] => {
                let place = format!("image {}", self.images.len());
                if let Some(image) = self.images.last_mut() {
                    image.close(inner, text, &place)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Image {
    fn close(&mut self, inner: &[Element], text: &str, place: &str) -> Result<(), ReadError> {
        let number = |field: &str| number::<f64>(text, field, place);
        match inner {
            [Element::ImageType, Element::Type] => {
                self.kind = match text {
                    "OCT" => ImageKind::Oct,
                    "LOCALIZER" => ImageKind::Localizer,
                    _ => ImageKind::Other,
                };
            }
            [Element::ImageData, Element::ExamUrl] => {
                let name = text.rsplit(['\\', '/']).next();
                self.file_name = name.unwrap_or_default().to_owned();
            }
            [Element::Context, Element::Width] => {
                self.size_px[0] = Some(self::number(text, "Width", place)?);
            }
            [Element::Context, Element::Height] => {
                self.size_px[1] = Some(self::number(text, "Height", place)?);
            }
            [Element::Context, Element::ScaleX] => self.scale_mm[0] = number("ScaleX")?,
            [Element::Context, Element::ScaleY] => self.scale_mm[1] = number("ScaleY")?,
            [Element::Context, Element::ImageQuality] => {
                self.quality = number("ImageQuality")? as f32;
            }
            [Element::Context, Element::Start, Element::Coord, Element::X] => {
                self.start_mm[0] = number("Start")?;
            }
            [Element::Context, Element::Start, Element::Coord, Element::Y] => {
                self.start_mm[1] = number("Start")?;
            }
            [Element::Context, Element::End, Element::Coord, Element::X] => {
                self.end_mm[0] = number("End")?;
            }
            [Element::Context, Element::End, Element::Coord, Element::Y] => {
                self.end_mm[1] = number("End")?;
            }
            [Element::Segmentation, Element::SegLine, field] => {
                if let Some(line) = self.lines.last_mut() {
                    line.close(*field, text, place)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Line {
    fn close(&mut self, field: Element, text: &str, place: &str) -> Result<(), ReadError> {
        match field {
            Element::Name => self.name = text.to_owned(),
            Element::Array => {
                let heights = text.split_ascii_whitespace();
                self.y_px = heights
                    .map(|height| number(height, "Array", place))
                    .collect::<Result<_, _>>()?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn number<T: std::str::FromStr>(text: &str, field: &str, place: &str) -> Result<T, ReadError> {
    text.parse()
        .map_err(|_| ReadError::field(FORMAT, format!("{field} of {place}"), "it is no number"))
}

fn laterality(text: &str) -> Option<Laterality> {
    match text {
        "R" => Some(Laterality::Right),
        "L" => Some(Laterality::Left),
        _ => None,
    }
}

/// The type of a series as HEYEX words it.
fn pattern(text: &str) -> ScanPattern {
    match text.to_ascii_lowercase().as_str() {
        "line" => ScanPattern::Line,
        "circle" | "circular" => ScanPattern::Circle,
        "volume" => ScanPattern::Raster,
        "radial" | "star" => ScanPattern::Radial,
        _ => ScanPattern::Unknown,
    }
}

fn device_text(text: &str) -> String {
    let is_plain = text.len() <= MAX_DEVICE_BYTES && !text.contains(char::is_control);
    if is_plain {
        text.to_owned()
    } else {
        String::new()
    }
}
