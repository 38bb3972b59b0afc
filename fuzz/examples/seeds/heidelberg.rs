//! Seeds of Heidelberg's newer formats.

use fovea_imaging::Volume;
use fovea_phantom::{heidelberg_e2e, heyex_export};

use super::{Outcome, seed};

/// `volume` has few pixels; its lines are left out where a seed would grow too large.
pub(super) fn write(volume: &Volume) -> Outcome<()> {
    let mut single = volume.clone();
    single.bscans.truncate(1);
    single.layer_lines.truncate(1);
    let mut plain = volume.clone();
    plain.layer_lines.clear();
    seed(
        "e2e",
        "lines",
        &heidelberg_e2e(std::slice::from_ref(&single)),
    )?;
    // Without its directory, so that the chunks are searched for.
    let mut searched = heidelberg_e2e(std::slice::from_ref(&plain));
    searched[76..80].fill(0xff);
    seed("e2e", "no_directory", &searched)?;
    for (name, volume) in [("lines", &single), ("plain", &plain)] {
        if let Some(xml) = heyex_export(volume)?.first() {
            seed("heyex_xml", name, &xml.bytes)?;
        }
    }
    Ok(())
}
