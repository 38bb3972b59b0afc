//! The depth at which the samples of a volume go out.

use crate::{Bscan, Samples, Volume, WriteError};

/// The smallest kind of sample that holds all of a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    U8,
    U16,
    F32,
}

impl Depth {
    /// The depth of the volume's deepest B-scan, after a check that all B-scans are of one size and complete.
    pub(crate) fn of(volume: &Volume) -> Result<Self, WriteError> {
        let size = volume.bscan_size();
        let mut deepest = Self::U8;
        for bscan in &volume.bscans {
            let (depth, samples) = match &bscan.deep {
                None => (Self::U8, bscan.pixels.len()),
                Some(Samples::U8(values)) => (Self::U8, values.len()),
                Some(Samples::U16(values)) => (Self::U16, values.len()),
                Some(Samples::F32(values)) => (Self::F32, values.len()),
            };
            if bscan.size != size || samples != size.len() || size.is_empty() {
                return Err(WriteError::WrongLength {
                    width: size.width,
                    height: size.height,
                    pixels: samples,
                });
            }
            deepest = deepest.max(depth);
        }
        match volume.bscans.is_empty() {
            true => Err(WriteError::WrongLength {
                width: 0,
                height: 0,
                pixels: 0,
            }),
            false => Ok(deepest),
        }
    }

    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::F32 => 4,
        }
    }

    /// The samples of a B-scan at this depth, which must be at least its own.
    pub(crate) fn samples(self, bscan: &Bscan) -> Samples {
        let own = bscan
            .deep
            .clone()
            .unwrap_or_else(|| Samples::U8(bscan.pixels.clone()));
        match (self, own) {
            (Self::U16, Samples::U8(values)) => {
                Samples::U16(values.into_iter().map(u16::from).collect())
            }
            (Self::F32, Samples::U8(values)) => {
                Samples::F32(values.into_iter().map(f32::from).collect())
            }
            (Self::F32, Samples::U16(values)) => {
                Samples::F32(values.into_iter().map(f32::from).collect())
            }
            (_, own) => own,
        }
    }

    /// All samples of a volume, little-endian, B-scan by B-scan, behind what `bytes` holds.
    pub(crate) fn append(self, volume: &Volume, bytes: &mut Vec<u8>) {
        bytes.reserve(volume.bscans.len() * volume.bscan_size().len() * self.bytes());
        for bscan in &volume.bscans {
            match self.samples(bscan) {
                Samples::U8(values) => bytes.extend_from_slice(&values),
                Samples::U16(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
                Samples::F32(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            }
        }
    }
}
