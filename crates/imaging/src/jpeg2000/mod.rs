//! JPEG 2000 codestreams (ISO/IEC 15444-1) to integer samples, as vendors' files and DICOM carry them.
//!
//! What a codestream declares is held against its length and the budget before the decoder sees it: a few bytes can
//! ask for any number of precincts, code-blocks and quality layers.

mod cost;
mod header;

use fovea_geometry::SizePx;
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};

use crate::{Budget, ReadError};
use header::Header;

/// A codestream whose header was read and found affordable.
pub(crate) struct Codestream<'a> {
    bytes: &'a [u8],
    header: Header,
    format: &'static str,
    what: String,
}

impl<'a> Codestream<'a> {
    /// Reads the headers. `format` names the file's format in errors and `what` the picture in it.
    pub(crate) fn open(
        bytes: &'a [u8],
        format: &'static str,
        what: &str,
        budget: &Budget,
    ) -> Result<Self, ReadError> {
        let header = Header::parse(bytes).map_err(|fault| fault.error(format, what))?;
        let (width, height) = (header.width.into(), header.height.into());
        budget.size(what, width, height)?;
        let decoded = (width * height).checked_mul(header.components.into());
        budget.decoded(what, decoded.and_then(|samples| samples.checked_mul(2)))?;
        cost::check(&header, bytes.len() as u64).map_err(|fault| fault.error(format, what))?;
        Ok(Self {
            bytes,
            header,
            format,
            what: what.to_owned(),
        })
    }

    pub(crate) fn size(&self) -> SizePx {
        SizePx::new(self.header.width, self.header.height)
    }

    /// Bits of a sample, 1 to 16; the same for all components.
    pub(crate) fn bits(&self) -> u8 {
        self.header.bits
    }

    /// True where samples are two's complement.
    pub(crate) fn is_signed(&self) -> bool {
        self.header.is_signed
    }

    /// Number of components, 1 to 4.
    pub(crate) fn components(&self) -> u16 {
        self.header.components
    }

    /// The samples of each component, row-major, exact for reversible codestreams. Signed samples are raised by
    /// 2^(bits − 1), so that the least value is 0.
    pub(crate) fn decode(&self) -> Result<Vec<Vec<u16>>, ReadError> {
        let settings = DecodeSettings {
            // A picture of which a part is missing is no picture.
            strict: true,
            ..DecodeSettings::default()
        };
        let damaged =
            |_| ReadError::field(self.format, &*self.what, "its JPEG 2000 data do not decode");
        let image = Image::new(self.bytes, &settings).map_err(damaged)?;
        let mut context = DecoderContext::default();
        let decoded = image.decode(&mut context).map_err(damaged)?;
        let max = f32::from(((1u32 << self.bits()) - 1) as u16);
        let planes: Vec<Vec<u16>> = decoded
            .components()
            .iter()
            .map(|plane| plane.samples().iter().map(|v| gray(*v, max)).collect())
            .collect();
        let is_whole = planes.len() == usize::from(self.components())
            && planes.iter().all(|plane| plane.len() == self.size().len());
        match is_whole {
            true => Ok(planes),
            false => Err(ReadError::field(
                self.format,
                &*self.what,
                "its JPEG 2000 data hold another number of samples",
            )),
        }
    }
}

/// The integer that a sample of the decoder stands for; lossy ones may lie a little outside the range.
fn gray(sample: f32, max: f32) -> u16 {
    (sample + 0.5).clamp(0.0, max) as u16
}

/// What is wrong with a codestream, before it is known in which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The headers contradict the standard.
    Damaged(&'static str),
    /// Allowed, but not read.
    Unsupported(&'static str),
}

impl Fault {
    fn error(self, format: &'static str, what: &str) -> ReadError {
        match self {
            Self::Damaged(found) => ReadError::field(format, what, found),
            Self::Unsupported(feature) => ReadError::Unsupported {
                format,
                feature: format!("{what} with {feature}"),
                advice: "export it uncompressed and import that",
            },
        }
    }
}
