//! Seeds for Matlab files.

use fovea_phantom::{MatlabValue, MatlabWriter, PhantomVolume, matlab_spectralis};

use crate::{Outcome, seed};

const LITTLE: MatlabWriter = MatlabWriter {
    is_big_endian: false,
};
const BIG: MatlabWriter = MatlabWriter {
    is_big_endian: true,
};

pub(crate) fn write(phantom: &PhantomVolume) -> Outcome<()> {
    let mut volume = phantom.volume.clone();
    volume.bscans.truncate(1);
    seed("matlab", "spectralis", &LITTLE.file(&matlab_spectralis(&volume)))?;
    let images = MatlabValue::U8(vec![16, 16, 2], vec![7; 512]);
    let layers = MatlabValue::F64(vec![8, 16, 2], vec![3.0; 256]);
    let duke = [("images", images.clone()), ("manualLayers1", layers)];
    seed("matlab", "duke", &BIG.file(&duke))?;
    let cells = MatlabValue::Struct(vec![("bscans", MatlabValue::Cells(vec![images]))]);
    seed("matlab", "cells", &LITTLE.file(&[("record", cells.clone())]))?;
    let data = stored_zlib(&LITTLE.variable("record", &cells));
    let tag = [15, data.len() as u32].map(u32::to_le_bytes).concat();
    seed("matlab", "zlib", &[LITTLE.header(), tag, data].concat())
}

/// A zlib stream of one block that is not compressed (RFC 1950 and 1951), which a fuzzer can see into.
fn stored_zlib(bytes: &[u8]) -> Vec<u8> {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    let length = bytes.len() as u16;
    let head = [&[0x78, 0x01, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    [head, bytes.to_vec(), (b << 16 | a).to_be_bytes().to_vec()].concat()
}
