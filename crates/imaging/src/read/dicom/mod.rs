//! DICOM: Ophthalmic Tomography, en-face and other gray images.

mod classes;
mod frames;
mod geometry;
mod gray;
mod groups;
mod invert;
mod jpeg;
mod laterality;
mod palette;
mod pixels;
mod planes;
mod rle;
mod series;
mod sources;
mod spacing;
mod vectors;
mod window;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::dicom::lookup::text_of;
use crate::dicom::{FORMAT, open_dicom};
use crate::frame::Frame;
use crate::volume::COLOURS_LOST;
use crate::{Budget, ReadError, SourceFormat, Volume};
use classes::Kind;
use groups::FrameGroups;
use pixels::PixelFormat;

pub(crate) use series::read_series;
pub(crate) use sources::{series_sources, sources};

/// Reads the whole file.
pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    let decoded = Decoded::read(bytes, budget)?;
    let mut volume = Volume::of_frames(decoded.frames, SourceFormat::Dicom);
    describe(&mut volume, &[decoded.image]);
    Ok(volume)
}

/// A file with its pixels.
struct Decoded {
    image: Image,
    frames: Vec<Frame>,
}

/// A file without its pixels.
struct Image {
    set: InMemDicomObject,
    kind: Kind,
    format: PixelFormat,
    syntax: String,
}

impl Decoded {
    fn read(bytes: &[u8], budget: &Budget) -> Result<Self, ReadError> {
        let object = open_dicom(bytes, budget)?;
        let kind = classes::kind_of(&object)?;
        let format = PixelFormat::of(&object, budget)?;
        let syntax = object.meta().transfer_syntax().to_owned();
        let frames = frames::decode(&object, &syntax, &format, budget)?;
        let mut set = object.into_inner();
        set.remove_element(tags::PIXEL_DATA);
        let image = Image {
            set,
            kind,
            format,
            syntax,
        };
        Ok(Self { image, frames })
    }
}

/// Says of the volume what the files say of its pixels, which are those of the images one after the other.
fn describe(volume: &mut Volume, images: &[Image]) {
    let frames: Vec<FrameGroups<'_>> = images
        .iter()
        .flat_map(|image| FrameGroups::of(&image.set, image.format.frames as usize))
        .collect();
    if let Some(shown) = window::show(&mut volume.bscans, &frames) {
        // In place of what was said of the range that the values use.
        volume.warnings.retain(|said| said == COLOURS_LOST);
        volume.warnings.push(shown);
    }
    let formats = images
        .iter()
        .flat_map(|image| std::iter::repeat_n(&image.format, image.format.frames as usize));
    for (bscan, format) in volume.bscans.iter_mut().zip(formats) {
        invert::show_inverted(bscan, format);
    }
    let Some(first) = images.first() else { return };
    geometry::put(volume, &frames, first.kind);
    volume.device = device(&first.set);
    for said in images.iter().flat_map(Image::warnings) {
        if !volume.warnings.contains(&said) {
            volume.warnings.push(said);
        }
    }
}

/// Maker and model, and nothing that tells one device from another of its kind.
fn device(set: &InMemDicomObject) -> Option<String> {
    let parts = [tags::MANUFACTURER, tags::MANUFACTURER_MODEL_NAME];
    let parts: Vec<String> = parts.iter().filter_map(|tag| text_of(set, *tag)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

impl Image {
    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.kind == Kind::Other {
            warnings.push(
                "This DICOM image is no tomogram of an eye; its pixels are shown as they are."
                    .to_owned(),
            );
        }
        let is_lossy = frames::is_lossy(&self.syntax)
            || text_of(&self.set, tags::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01");
        if is_lossy {
            warnings.push(
                "The pixels were compressed with loss: measurements on this scan are less certain than on the original."
                    .to_owned(),
            );
        }
        if text_of(&self.set, tags::BURNED_IN_ANNOTATION).as_deref() == Some("YES") {
            warnings.push("The file says that text is burned into its pixels.".to_owned());
        }
        warnings
    }
}
