//! The whole way of a scan into a store: the firewall, one picture per B-scan, its SHA-256, a durable file.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use fovea_annotation::ContentHash;
use fovea_imaging::encode_png_gray8;
use fovea_intake::{Consent, Declared, Intake, Policy, SiteKey};

/// The door, which is made once at the start of a program.
pub(super) fn intake() -> Intake {
    Intake::new(Policy::default(), SiteKey::new([7; 32]))
}

/// Takes `scan.vol` of `folder` in and leaves its pictures there.
pub(super) fn ingest(intake: &Intake, folder: &Path) -> anyhow::Result<()> {
    let declared = Declared {
        consent: Some(Consent::NoPerson),
        device_id: Some("phantom".to_owned()),
        ..Declared::default()
    };
    let admitted = intake.admit_path(&folder.join("scan.vol"), &declared)?;
    for (index, bscan) in admitted.volume.bscans.iter().enumerate() {
        let png = encode_png_gray8(bscan.size, &bscan.pixels)?;
        let name = format!("ours-{index}-{}", &ContentHash::of(&png).to_hex()[..8]);
        let mut file = File::create(folder.join(name))?;
        file.write_all(&png)?;
        file.sync_all()?;
    }
    Ok(())
}
