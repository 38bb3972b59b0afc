//! Seeds for Topcon's chunks.

use fovea_phantom::{GRADIENT_J2C, PhantomVolume, topcon_chunks, topcon_file, topcon_jpeg};

use crate::{Outcome, seed};

pub(crate) fn write(phantom: &PhantomVolume) -> Outcome<()> {
    let mut volume = phantom.volume.clone();
    volume.layer_lines = phantom.layer_lines.clone();
    let mut chunks = topcon_chunks(&volume);
    seed("topcon", "fds", &topcon_file("FDS", &chunks))?;
    chunks.retain(|(name, _)| *name == "@CONTOUR_INFO");
    chunks.truncate(2);
    chunks.push(topcon_jpeg(2, [16, 12], &[GRADIENT_J2C]));
    seed("topcon", "fda", &topcon_file("FDA", &chunks))
}
