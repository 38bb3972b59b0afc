//! A block of voxels on three axes, as NIfTI and MetaImage store it: first axis fastest, no header in between.

mod axes;
mod number;
mod spacing;

pub(crate) use axes::{Axes, Chosen, cross};
pub(crate) use number::Number;
pub(crate) use spacing::Stated;

use std::borrow::Cow;

use fovea_annotation::Mask;
use fovea_geometry::{SizePx, SpacingUm};
use rayon::prelude::*;

use crate::bytes::ByteOrder;
use crate::colour::{luma_u8, luma_u16};
use crate::frame::{Frame, Samples, is_rounded};
use crate::read::ROUNDED;
use crate::{Budget, ReadError, SourceFormat, Volume};

/// What a header says of a block of voxels.
pub(crate) struct Layout {
    /// Name of the format, for errors.
    pub(crate) format: &'static str,
    /// Voxels along each stored axis.
    pub(crate) extent: [u64; 3],
    /// Kind of every number.
    pub(crate) number: Number,
    /// Numbers per voxel: 1, or 3 or 4 for colours.
    pub(crate) channels: usize,
    pub(crate) order: ByteOrder,
    /// Slope and intercept from stored to true values, where they change anything.
    pub(crate) scale: Option<[f64; 2]>,
    /// Which stored axis is which side of a B-scan.
    pub(crate) axes: Axes,
}

impl Layout {
    /// Holds all sizes against the budget and returns the bytes that the voxels take in the file.
    pub(crate) fn check(&self, budget: &Budget) -> Result<u64, ReadError> {
        let format = self.format;
        let is_colour =
            matches!(self.channels, 3 | 4) && matches!(self.number, Number::U8 | Number::U16);
        if self.channels != 1 && !is_colour {
            return Err(ReadError::Unsupported {
                format,
                feature: "several numbers per voxel that are no colour".to_owned(),
                advice: "export one gray value per voxel",
            });
        }
        let [width, height, bscans] = self.axes.picked(self.extent);
        let size = budget.size(&format!("A B-scan of the {format} file"), width, height)?;
        let what = format!("The {format} file");
        if bscans == 0 {
            return Err(ReadError::field(format, "the size of its axes", "one is 0"));
        }
        budget.frames(&what, bscans)?;
        let voxels = (size.len() as u64).checked_mul(bscans);
        // Whatever is not 8 bits may become floats.
        let decoded_bytes = if self.number.bytes() == 1 { 1 } else { 4 };
        budget.decoded(
            &what,
            voxels.and_then(|count| count.checked_mul(decoded_bytes)),
        )?;
        let stored = voxels.and_then(|count| count.checked_mul(self.voxel_bytes() as u64));
        budget.decoded(&what, stored)
    }

    fn voxel_bytes(&self) -> usize {
        self.number.bytes() * self.channels
    }

    /// Spacing of the volume in µm, and what must be said of it.
    pub(crate) fn spacing_um(&self, stated: &Stated) -> (Option<SpacingUm>, Option<&'static str>) {
        spacing::spacing_um(stated, &self.axes, self.extent)
    }
}

/// A layout with the bytes that it describes.
pub(crate) struct Voxels<'a> {
    layout: Layout,
    bytes: Cow<'a, [u8]>,
}

impl<'a> Voxels<'a> {
    /// `bytes` holds at least what [`Layout::check`] returned.
    pub(crate) fn new(layout: Layout, bytes: Cow<'a, [u8]>) -> Self {
        Self { layout, bytes }
    }

    /// The B-scans at a depth that holds all values: 8 or 16 bits where they fit, else floats.
    pub(crate) fn frames(&self) -> Vec<Frame> {
        let depth = self.depth();
        let [width, height, bscans] = self.layout.axes.picked(self.layout.extent);
        // The sizes were held against the budget, whose sides are u32.
        let size = SizePx::new(width as u32, height as u32);
        let frame = |bscan| Frame {
            had_colour: self.layout.channels > 1,
            ..Frame::gray(size, self.samples(depth, bscan))
        };
        (0..bscans).into_par_iter().map(frame).collect()
    }

    fn depth(&self) -> Depth {
        let layout = &self.layout;
        match layout.number {
            _ if layout.scale.is_some() => Depth::F32,
            Number::U8 => Depth::U8,
            Number::U16 => Depth::U16,
            Number::F32 | Number::F64 => Depth::F32,
            number => {
                let read = number.reader(layout.order);
                let fits = |value: f64| (0.0..=f64::from(u16::MAX)).contains(&value);
                let mut values = self.bytes.chunks_exact(number.bytes());
                match values.all(|bytes| fits(read(bytes))) {
                    true => Depth::U16,
                    false => Depth::F32,
                }
            }
        }
    }

    /// Whole numbers that the floats which they become do not hold.
    fn is_rounded(&self) -> bool {
        use Number::{I32, I64, U32, U64};
        let number = self.layout.number;
        let read = number.reader(self.layout.order);
        self.layout.scale.is_none()
            && matches!(number, U32 | I32 | U64 | I64)
            && self
                .bytes
                .par_chunks_exact(number.bytes())
                .any(|bytes| is_rounded(read(bytes)))
    }

    fn samples(&self, depth: Depth, bscan: u64) -> Samples {
        let number = self.layout.number;
        let read = number.reader(self.layout.order);
        let u16_at = |b: &[u8], channel: usize| read(&b[channel * number.bytes()..]) as u16;
        match (depth, self.layout.channels) {
            (Depth::U8, 1) => Samples::U8(self.gather(bscan, |b| b[0])),
            (Depth::U8, _) => Samples::U8(self.gather(bscan, |b| luma_u8(b[0], b[1], b[2]))),
            (Depth::U16, 1) => Samples::U16(self.gather(bscan, |b| u16_at(b, 0))),
            (Depth::U16, _) => Samples::U16(self.gather(bscan, |b| {
                luma_u16(u16_at(b, 0), u16_at(b, 1), u16_at(b, 2))
            })),
            (Depth::F32, _) => {
                let read = self.true_value();
                Samples::F32(self.gather(bscan, |b| read(b) as f32))
            }
        }
    }

    /// The stored number of a voxel after scaling.
    fn true_value(&self) -> impl Fn(&[u8]) -> f64 {
        let read = self.layout.number.reader(self.layout.order);
        let [slope, inter] = self.layout.scale.unwrap_or([1.0, 0.0]);
        move |bytes| read(bytes) * slope + inter
    }

    /// The B-scans as class indices; the error is the offset of the first voxel that is none, in bytes from the first.
    pub(crate) fn classes(&self) -> Result<Vec<Mask>, u64> {
        let read = self.true_value();
        let is_class = |value: f64| value.fract() == 0.0 && (0.0..=255.0).contains(&value);
        let step = self.layout.voxel_bytes();
        let mut voxels = self.bytes.chunks_exact(step);
        let stray = voxels.position(|bytes| self.layout.channels != 1 || !is_class(read(bytes)));
        if let Some(index) = stray {
            return Err((index * step) as u64);
        }
        let [width, height, bscans] = self.layout.axes.picked(self.layout.extent);
        let size = SizePx::new(width as u32, height as u32);
        let mask = |bscan| Mask::new(size, self.gather(bscan, |b| read(b) as u8)).map_err(|_| 0);
        (0..bscans).map(mask).collect()
    }

    /// One value per voxel of a B-scan, row-major from the top left.
    fn gather<T>(&self, bscan: u64, read: impl Fn(&[u8]) -> T) -> Vec<T> {
        let [width, height, _] = self.layout.axes.picked(self.layout.extent);
        let bytes = self.layout.voxel_bytes();
        let places = self.layout.axes.places(self.layout.extent);
        let mut values = Vec::with_capacity((width * height) as usize);
        for row in 0..height {
            let (first, step) = places.row(row, bscan);
            for column in 0..width as i64 {
                let start = (first + step * column) as usize * bytes;
                values.push(read(&self.bytes[start..start + bytes]));
            }
        }
        values
    }
}

/// A volume of a file before its numbers are taken as gray values or as classes.
pub(crate) struct Image<'a> {
    pub(crate) voxels: Voxels<'a>,
    pub(crate) spacing_um: Option<SpacingUm>,
    /// Where the voxels start in their file, unpacked.
    pub(crate) data_offset: u64,
    /// What a person should know about it, whatever the numbers mean.
    pub(crate) warnings: Vec<String>,
}

impl Image<'_> {
    /// The numbers as gray values.
    pub(crate) fn volume(self, format: SourceFormat) -> Volume {
        let is_rounded = self.voxels.is_rounded();
        let mut volume = Volume::of_frames(self.voxels.frames(), format);
        volume
            .warnings
            .extend(is_rounded.then(|| ROUNDED.to_owned()));
        volume.spacing_um = self.spacing_um;
        volume.warnings.extend(self.warnings);
        volume
    }
}

#[derive(Clone, Copy)]
enum Depth {
    U8,
    U16,
    F32,
}
