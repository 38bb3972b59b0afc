//! A HEYEX XML file with pictures beside it to a volume.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use fovea_fuzz::in_time;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, encode_png_gray8, read_path};
use libfuzzer_sys::fuzz_target;

/// The folder of the pictures that the seed names; the XML file goes beside them.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("fovea-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        let size = SizePx::new(12, 10);
        let png = encode_png_gray8(size, &[90; 120]).expect("120 pixels");
        for name in ["B1.png", "B2.png", "SLO.png"] {
            fs::write(folder.join(name), &png).expect("writes");
        }
        folder
    })
}

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let xml = folder().join("export.xml");
    fs::write(&xml, bytes).expect("writes");
    let _ = read_path(&xml, &Budget::default());
}));
