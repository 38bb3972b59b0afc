//! A folder of files to one volume, and with the labels beside them.
//!
//! The input is a list of files: the kind of the name, two bytes of length, the content.

#![no_main]

use std::fs;

use fovea_fuzz::in_time;
use fovea_imaging::{Budget, LabelContext, Wanted, read_labels_path, read_path};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 6] = ["png", "tif", "xml", "dcm", "json", "txt"];
const FILES_MOST: usize = 8;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let folder = std::env::temp_dir().join(format!("fovea-fuzz-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for temporary files");
    let mut rest = bytes;
    for number in 0..FILES_MOST {
        let Some(([kind, low, high], content)) = rest.split_first_chunk() else {
            break;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(content.len());
        let name = NAMES[usize::from(*kind) % NAMES.len()];
        fs::write(folder.join(format!("{number}.{name}")), &content[..length])
            .expect("room for temporary files");
        rest = &content[length..];
    }
    if let Ok(volume) = read_path(&folder, &Budget::default()) {
        let context = LabelContext::of_scan(&folder, &volume, &Budget::default())
            .unwrap_or_else(|_| LabelContext::of(&volume));
        let _ = read_labels_path(&folder, &context, &Wanted::All, &Budget::default());
    }
}));
