//! An OCT volume as the rest of the program sees it: 8-bit display values with their geometry.

use fovea_geometry::{SizePx, SpacingUm};
use serde::{Deserialize, Serialize};

use crate::frame::display;
use crate::{Frame, Laterality, LayerLines, Samples, ScanPattern, SourceFormat};

/// Said of volumes that had colours.
pub(crate) const COLOURS_LOST: &str =
    "The file is in colour, of which only the brightness is kept.";

/// An 8-bit gray picture, row-major from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrayImage {
    /// Width and height.
    pub size: SizePx,
    /// `size.len()` values.
    pub pixels: Vec<u8>,
}

/// Where a B-scan lies on the fundus (SLO) picture, in mm from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BscanPosition {
    /// First A-scan, `[x, y]`; a point on the circle for a circle scan.
    pub start_mm: [f64; 2],
    /// Last A-scan, `[x, y]`; the centre of the circle for a circle scan.
    pub end_mm: [f64; 2],
}

/// One cross-section: columns are A-scans, row 0 is the vitreous side.
#[derive(Clone, Debug, PartialEq)]
pub struct Bscan {
    /// A-scans × depth samples.
    pub size: SizePx,
    /// `size.len()` display values, row-major from the top left.
    pub pixels: Vec<u8>,
    /// The values of the file, where those are deeper than 8 bits and were asked for ([`crate::read_path_deep`]).
    pub deep: Option<Samples>,
    /// Place on the SLO picture, where the source says.
    pub position: Option<BscanPosition>,
    /// The device's own figure of signal quality, in its own unit, where the source says.
    pub quality: Option<f32>,
}

impl Bscan {
    /// A B-scan without a known place.
    pub fn new(size: SizePx, pixels: Vec<u8>) -> Self {
        debug_assert_eq!(size.len(), pixels.len());
        Self {
            size,
            pixels,
            deep: None,
            position: None,
            quality: None,
        }
    }
}

impl From<GrayImage> for Bscan {
    fn from(image: GrayImage) -> Self {
        Self::new(image.size, image.pixels)
    }
}

/// A stack of B-scans of one eye, in acquisition order.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// At least one; all of one size.
    pub bscans: Vec<Bscan>,
    /// Physical size of a sample, where the source says.
    pub spacing_um: Option<SpacingUm>,
    /// Which eye.
    pub laterality: Laterality,
    /// How the B-scans lie to each other.
    pub pattern: ScanPattern,
    /// What the volume was read from.
    pub format: SourceFormat,
    /// Maker and model of the device, never its serial number or the site's name for it.
    pub device: Option<String>,
    /// Fundus picture that came with the scan.
    pub slo: Option<GrayImage>,
    /// Size of a pixel of the fundus picture in µm, `[x, y]`.
    pub slo_spacing_um: Option<[f64; 2]>,
    /// Layer lines of the device: empty, or one entry per B-scan.
    pub layer_lines: Vec<LayerLines>,
    /// A picture of the file had colours, of which only the luma is kept.
    pub had_colour: bool,
    /// What a person should know about this import, one sentence each.
    pub warnings: Vec<String>,
}

impl Volume {
    /// A volume of which nothing but the pixels is known.
    pub fn of_bscans(bscans: Vec<Bscan>, format: SourceFormat) -> Self {
        Self {
            bscans,
            spacing_um: None,
            laterality: Laterality::Unknown,
            pattern: ScanPattern::Unknown,
            format,
            device: None,
            slo: None,
            slo_spacing_um: None,
            layer_lines: Vec::new(),
            had_colour: false,
            warnings: Vec::new(),
        }
    }

    /// A volume of frames at the depth of their file, with one rule for the display values of all of them.
    pub(crate) fn of_frames(frames: Vec<Frame>, format: SourceFormat) -> Self {
        let had_colour = frames.iter().any(|frame| frame.had_colour);
        let displayed = display(frames);
        let mut volume = Self::of_bscans(displayed.bscans, format);
        volume.had_colour = had_colour;
        volume.warnings.extend(displayed.warnings);
        if had_colour {
            volume.warnings.push(COLOURS_LOST.to_owned());
        }
        volume
    }

    /// Drops what only a conversion to another format of the same depth needs.
    pub fn without_depth(mut self) -> Self {
        for bscan in &mut self.bscans {
            bscan.deep = None;
        }
        self
    }

    /// Size of every B-scan; zero for a volume without any, which no reader returns.
    pub fn bscan_size(&self) -> SizePx {
        self.bscans
            .first()
            .map(|bscan| bscan.size)
            .unwrap_or_default()
    }
}
