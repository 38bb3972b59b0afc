//! Every program is valid WGSL, and every file is part of a program. Needs no graphics adapter.

use fovea_shaders::PROGRAMS;
use std::collections::BTreeSet;

#[test]
fn every_program_is_valid() {
    for program in PROGRAMS {
        let module = naga::front::wgsl::parse_str(program.source).unwrap_or_else(|error| {
            panic!("{}: {}", program.name, error.emit_to_string(program.source))
        });
        let flags = naga::valid::ValidationFlags::all();
        // No capability beyond core WGSL: the canvas must run on every adapter that can draw the UI.
        naga::valid::Validator::new(flags, naga::valid::Capabilities::empty())
            .validate(&module)
            .unwrap_or_else(|error| {
                panic!("{}: {}", program.name, error.emit_to_string(program.source))
            });
        assert!(
            !module.entry_points.is_empty(),
            "{} has no entry point",
            program.name
        );
    }
}

#[test]
fn every_file_is_part_of_a_program() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/wgsl");
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the wgsl folder is beside the package")
        .map(|entry| {
            entry
                .expect("readable entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let used: BTreeSet<String> = PROGRAMS
        .iter()
        .flat_map(|program| program.files)
        .map(|file| file.to_string())
        .collect();
    assert_eq!(on_disk, used);
}
