//! A volume as it may be kept: the few texts that readers put into one are held against the published words.

use fovea_imaging::{HEIDELBERG_LAYER_NAMES, Laterality, Volume};

use crate::Declared;
use crate::devices::Devices;

/// Names of layers and of borders that are no free text.
const LAYER_NAMES: [&str; 24] = [
    "ILM", "NFL", "RNFL", "GCL", "IPL", "GCL-IPL", "GCIPL", "INL", "OPL", "ONL", "ELM", "IS/OS",
    "EZ", "IZ", "OS", "RPE", "BM", "CHO", "CSI", "VIT", "INFL", "ONFL", "PR", "OB_RPE",
];

/// Takes out names that nobody published or allowed, and says what was done.
pub(crate) fn clean(volume: &mut Volume, devices: &Devices) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(device) = volume.device.take() {
        volume.device = devices.line(&device);
        if volume.device.is_none() {
            sentences
                .push("The name of the device is not a known one and was left out.".to_owned());
        }
    }
    sentences.extend(number_unknown_layers(volume));
    sentences
}

/// Gives numbers to layer lines whose names are not those of the field, and says so: other names are free text, which a
/// person may have written about a patient. `None` where all names are known.
pub fn number_unknown_layers(volume: &mut Volume) -> Option<String> {
    let mut renamed = 0u32;
    for bscan in &mut volume.layer_lines {
        for (index, line) in bscan.lines.iter_mut().enumerate() {
            let name = line.name.as_str();
            if !LAYER_NAMES.contains(&name) && !HEIDELBERG_LAYER_NAMES.contains(&name) {
                line.name = format!("layer {}", index + 1);
                renamed += 1;
            }
        }
    }
    (renamed > 0).then(|| "Layer lines with names that are not known were numbered.".to_owned())
}

/// Puts what a person knows better into the volume.
pub(crate) fn declare(volume: &mut Volume, declared: &Declared) {
    if let Some(laterality) = declared.laterality {
        let differs = volume.laterality != Laterality::Unknown && volume.laterality != laterality;
        if differs {
            volume.warnings.push(format!(
                "The file says {} eye, and the person who brought it {}; the person's word is taken.",
                volume.laterality, laterality
            ));
        }
        volume.laterality = laterality;
    }
    if let Some(spacing) = declared.spacing_um {
        volume.spacing_um = Some(spacing);
    }
}
