//! DICOM: Ophthalmic Tomography, en-face and other gray images.

mod classes;
mod frames;
mod geometry;
mod gray;
mod invert;
mod jpeg;
mod pixels;
mod rle;
mod series;
mod window;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::dicom::lookup::text_of;
use crate::dicom::{FORMAT, open_dicom};
use crate::frame::Frame;
use crate::{Budget, ReadError, SourceFormat, Volume};
use classes::Kind;
use pixels::PixelFormat;
use window::Window;

pub(crate) use series::read_series;

/// Reads the whole file.
pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    let decoded = Decoded::read(bytes, budget)?;
    let mut volume = Volume::of_frames(decoded.frames, SourceFormat::Dicom);
    decoded.image.describe(&mut volume);
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

impl Image {
    /// Says of the volume what the file says of its pixels.
    fn describe(&self, volume: &mut Volume) {
        if let Some(window) = Window::of(&self.set)
            && volume.bscans.iter().any(|bscan| bscan.deep.is_some())
        {
            window.apply(&mut volume.bscans);
            // In place of what was said of the range that the values use.
            volume.warnings =
                vec!["Values are shown through the window that the file gives.".to_owned()];
        }
        for bscan in &mut volume.bscans {
            invert::show_inverted(bscan, &self.format);
        }
        geometry::put(volume, &self.set, self.kind);
        volume.device = device(&self.set);
        let warnings = warnings(&self.set, &self.syntax, self.kind);
        volume.warnings.extend(warnings);
    }
}

/// Maker and model, and nothing that tells one device from another of its kind.
fn device(set: &InMemDicomObject) -> Option<String> {
    let parts = [tags::MANUFACTURER, tags::MANUFACTURER_MODEL_NAME];
    let parts: Vec<String> = parts.iter().filter_map(|tag| text_of(set, *tag)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn warnings(set: &InMemDicomObject, syntax: &str, kind: Kind) -> Vec<String> {
    let mut warnings = Vec::new();
    if kind == Kind::Other {
        warnings.push(
            "This DICOM image is no tomogram of an eye; its pixels are shown as they are."
                .to_owned(),
        );
    }
    let is_lossy = frames::is_lossy(syntax)
        || text_of(set, tags::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01");
    if is_lossy {
        warnings.push(
            "The pixels were compressed with loss: measurements on this scan are less certain than on the original."
                .to_owned(),
        );
    }
    if text_of(set, tags::BURNED_IN_ANNOTATION).as_deref() == Some("YES") {
        warnings.push("The file says that text is burned into its pixels.".to_owned());
    }
    warnings
}
