//! Matlab files: what is written comes back, whoever wrote it, and personal variables stay unread.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, Laterality, ScanPattern, SourceFormat, Volume, read_bytes};
use fovea_phantom::{MatlabValue, MatlabWriter, PATIENT_CANARY, matlab_spectralis};

use crate::build::{gradient, phantom_volume};

const LITTLE: MatlabWriter = MatlabWriter {
    is_big_endian: false,
};
const BIG: MatlabWriter = MatlabWriter {
    is_big_endian: true,
};

fn read(bytes: &[u8]) -> Volume {
    read_bytes(bytes, &Budget::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(bytes: &[u8]) -> String {
    let volume = read_bytes(bytes, &Budget::default());
    volume.expect_err("a fault").to_string()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

/// A file whose variables are compressed, as Matlab writes them.
fn compressed(writer: MatlabWriter, variables: &[(&str, MatlabValue)]) -> Vec<u8> {
    let mut bytes = writer.header();
    for (name, value) in variables {
        bytes.extend(compressed_element(writer, &writer.variable(name, value)));
    }
    bytes
}

/// Compressed elements are not padded.
fn compressed_element(writer: MatlabWriter, element: &[u8]) -> Vec<u8> {
    let data = zlib(element);
    let numbers = [15, data.len() as u32];
    let tag = numbers.map(|n| {
        if writer.is_big_endian {
            n.to_be_bytes()
        } else {
            n.to_le_bytes()
        }
    });
    [tag.concat(), data].concat()
}

/// A stack of gradients under `name`: depth × A-scans × B-scans.
fn stack(name: &'static str, [height, width, count]: [u32; 3]) -> (&'static str, MatlabValue) {
    let page = columns(&gradient(width, height), width);
    let pages = (0..count as u8).flat_map(|page_index| page.iter().map(move |v| v ^ page_index));
    (
        name,
        MatlabValue::U8(vec![height, width, count], pages.collect()),
    )
}

fn columns<T: Copy>(rows: &[T], width: u32) -> Vec<T> {
    let width = width as usize;
    (0..width)
        .flat_map(|x| rows.iter().skip(x).step_by(width).copied())
        .collect()
}

/// A Spectralis export, large enough for a device line.
pub(crate) fn spectralis() -> Vec<u8> {
    LITTLE.file(&matlab_spectralis(&phantom_volume(12, 10, 2)))
}

pub(crate) fn stack_compressed() -> Vec<u8> {
    compressed(BIG, &[stack("images", [16, 20, 2])])
}

#[test]
fn a_spectralis_export_survives_the_round_trip() {
    let written = phantom_volume(48, 40, 3);
    let variables = matlab_spectralis(&written);
    for bytes in [
        LITTLE.file(&variables),
        BIG.file(&variables),
        compressed(BIG, &variables),
    ] {
        let volume = read(&bytes);
        assert_eq!(
            (volume.format, volume.bscans.len()),
            (SourceFormat::Matlab, 3)
        );
        for (found, expected) in volume.bscans.iter().zip(&written.bscans) {
            assert_eq!(
                (found.size, &found.pixels),
                (expected.size, &expected.pixels)
            );
        }
        assert_eq!(volume.laterality, Laterality::Left);
        assert_eq!(volume.pattern, ScanPattern::Raster);
        assert_eq!(
            (&volume.slo, volume.slo_spacing_um),
            (&written.slo, written.slo_spacing_um)
        );
        assert_eq!(
            volume.device.as_deref(),
            Some("Heidelberg Engineering Spectralis")
        );
        let (found, expected) = (
            volume.spacing_um.expect("spacing"),
            written.spacing_um.expect("spacing"),
        );
        for (a, b) in [
            (found.x, expected.x),
            (found.y, expected.y),
            (found.z, expected.z),
        ] {
            assert!((a - b).abs() < 1e-9, "{found:?} {expected:?}");
        }
        for (found, expected) in volume.layer_lines.iter().zip(&written.layer_lines) {
            let names: Vec<&str> = found.lines.iter().map(|line| line.name.as_str()).collect();
            assert_eq!(names, ["ILM", "BM", "RNFL"]);
            let ilm = (found.get("ILM"), expected.get("ILM"));
            assert_eq!(ilm.0, ilm.1);
        }
        assert!(volume.warnings.is_empty(), "{:?}", volume.warnings);
    }
}

#[test]
fn stacks_of_all_shapes_are_read() {
    let (_, page) = stack("", [20, 24, 1]);
    let cell = MatlabValue::Cells(vec![page.clone(), page.clone()]);
    let in_struct = MatlabValue::Struct(vec![
        ("patient", MatlabValue::Text(PATIENT_CANARY.to_owned())),
        ("bscans", cell.clone()),
    ]);
    let mask = MatlabValue::F64(vec![20, 24, 3], vec![0.0; 1_440]);
    let table = MatlabValue::F64(vec![9, 768], vec![1.0; 9 * 768]);
    type Case = (&'static str, Vec<(&'static str, MatlabValue)>, usize);
    let cases: [Case; 7] = [
        ("one picture", vec![("anything", page.clone())], 1),
        ("a volume", vec![stack("whatever", [20, 24, 5])], 5),
        (
            "a known name wins",
            vec![("aaa", mask.clone()), stack("images", [20, 24, 3])],
            3,
        ),
        (
            "beside a mask of fluid",
            vec![("manualFluid1", mask), stack("vol", [20, 24, 3])],
            3,
        ),
        (
            "beside a table",
            vec![("interpolation", table), ("b", page)],
            1,
        ),
        ("cells", vec![("scan", cell)], 2),
        ("in a structure", vec![("record", in_struct)], 2),
    ];
    for (name, variables, count) in cases {
        for bytes in [LITTLE.file(&variables), compressed(BIG, &variables)] {
            let volume = read(&bytes);
            let size = volume.bscan_size();
            assert_eq!(
                (volume.bscans.len(), size),
                (count, SizePx::new(24, 20)),
                "{name}"
            );
            assert_eq!(volume.bscans[0].pixels, gradient(24, 20), "{name}");
            let said = volume.warnings.join(" ");
            assert!(said.contains("does not name its axes"), "{name}: {said}");
            assert!(
                said.contains("which eye") && said.contains("no pixel size"),
                "{name}: {said}"
            );
            assert!(!format!("{volume:?}").contains("CANARY"), "{name}");
        }
    }
}

#[test]
fn numbers_are_shown_by_their_type() {
    let wide: Vec<u16> = gradient(16, 16)
        .iter()
        .map(|v| u16::from(*v) << 4)
        .collect();
    let real: Vec<f64> = gradient(16, 16).iter().map(|v| f64::from(*v)).collect();
    let unit: Vec<f32> = gradient(16, 16)
        .iter()
        .map(|v| f32::from(*v) / 255.0)
        .collect();
    let cases = [
        MatlabValue::U16(vec![16, 16], columns(&wide, 16)),
        MatlabValue::F64(vec![16, 16], columns(&real, 16)),
        MatlabValue::F32(vec![16, 16], columns(&unit, 16)),
    ];
    for value in cases {
        let volume = read(&BIG.file(&[("image", value.clone())]));
        assert_eq!(volume.bscans[0].pixels, gradient(16, 16), "{value:?}");
    }
    let three = [
        stack("", [16, 16, 1]).1,
        stack("", [16, 16, 1]).1,
        stack("", [16, 16, 1]).1,
    ];
    let volume = read(&LITTLE.file(&[("rgb", MatlabValue::Cells(three.to_vec()))]));
    assert_eq!(volume.bscans.len(), 1, "gray in three colours");
}

#[test]
fn axes_that_look_wrong_are_reported_and_left() {
    let stripes: Vec<u8> = (0..24u8).flat_map(|x| [x * 9; 20]).collect();
    let value = MatlabValue::U8(vec![20, 24], stripes);
    let volume = read(&LITTLE.file(&[("image", value)]));
    assert_eq!(volume.bscan_size(), SizePx::new(24, 20));
    let said = volume.warnings.join(" ");
    assert!(said.contains("lie on their side"), "{said}");
    let volume = read(&LITTLE.file(&[stack("image", [16, 70, 80])]));
    let said = volume.warnings.join(" ");
    assert!(said.contains("first axis is the shortest"), "{said}");
}

#[test]
fn layers_of_the_duke_data_sets_become_lines() {
    // Height of layer `l` in column `x` of B-scan `b`, counted from 1; B-scan 1 was not traced.
    let row = |l: usize, x: usize, b: usize| {
        if b == 1 {
            f64::NAN
        } else {
            1.0 + (l + x % 3) as f64
        }
    };
    let manual = (0..3).flat_map(|b| (0..24).flat_map(move |x| (0..8).map(move |l| row(l, x, b))));
    let manual = MatlabValue::F64(vec![8, 24, 3], manual.collect());
    let maps = (0..3).flat_map(|l| (0..24).flat_map(move |x| (0..3).map(move |b| row(l, x, b))));
    let maps = MatlabValue::F64(vec![3, 24, 3], maps.collect());
    let eight: &[&str] = &["ILM", "RNFL", "IPL", "INL", "OPL", "PR1", "RPE", "BM"];
    let three: &[&str] = &["ILM", "RPE", "BM"];
    let images = stack("images", [20, 24, 3]);
    for (name, value, names) in [("manualLayers1", manual, eight), ("layerMaps", maps, three)] {
        let age = ("Age", MatlabValue::F64(vec![1, 1], vec![77.0]));
        let volume = read(&LITTLE.file(&[age, images.clone(), (name, value)]));
        for (b, lines) in volume.layer_lines.iter().enumerate() {
            let found: Vec<&str> = lines.lines.iter().map(|line| line.name.as_str()).collect();
            assert_eq!(found, if b == 1 { &[] } else { names }, "{name}");
            for (l, line) in lines.lines.iter().enumerate() {
                let expected = (0..24).map(|x| row(l, x, b) as f32 - 1.0);
                assert!(
                    line.y_px.iter().copied().eq(expected),
                    "{name} {b} {}",
                    line.name
                );
            }
        }
        assert_eq!(volume.layer_lines.len(), 3);
        let said = volume.warnings.join(" ");
        assert!(said.contains(&format!("those of {name}")), "{said}");
    }
}

#[test]
fn no_word_about_the_patient_comes_through() {
    let bytes = spectralis();
    let canary = PATIENT_CANARY.as_bytes();
    assert!(bytes.windows(canary.len()).any(|part| part == canary));
    let volume = read(&bytes);
    let said = format!("{volume:?}");
    assert!(!said.contains("CANARY") && !said.contains("40371"));
    for length in 0..bytes.len() {
        if let Err(error) = read_bytes(&bytes[..length], &Budget::default()) {
            assert!(!error.to_string().contains("CANARY"), "{length}");
        }
    }
    let named = LITTLE.file(&[("CANARY", MatlabValue::U8(vec![40], vec![1; 40]))]);
    assert!(!refusal(&named).contains("CANARY"));
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let images = [stack("images", [16, 20, 2])];
    let lying = MatlabValue::U8(vec![1 << 30, 1 << 30, 4], vec![1; 9]);
    let endless = MatlabValue::U8(vec![u32::MAX, u32::MAX, u32::MAX], vec![1; 9]);
    let mut deep = MatlabValue::U8(vec![1, 1], vec![1]);
    for _ in 0..40 {
        deep = MatlabValue::Cells(vec![deep]);
    }
    let bomb = zeros_that_inflate_to(200 << 20);
    let two = [stack("first", [16, 20, 2]), stack("second", [16, 20, 2])];
    let table = MatlabValue::F64(vec![9, 768], vec![1.0; 9 * 768]);
    let cut = LITTLE.file(&images);
    let cases: [(&str, Vec<u8>, &str); 11] = [
        (
            "cut in the header",
            cut[..100].to_vec(),
            "The Matlab file is cut off at byte 100, inside the header of 128 bytes; copy",
        ),
        (
            "cut in the data",
            cut[..300].to_vec(),
            "The Matlab file is cut off at byte 300, inside a variable; copy",
        ),
        (
            "no byte order",
            [&cut[..126], b"XX"].concat(),
            "The Matlab file is damaged near byte 126: it does not say which byte comes first; export",
        ),
        (
            "nothing",
            LITTLE.header(),
            "The Matlab file has no array of B-scans, which Fovea does not read; save",
        ),
        (
            "a table alone",
            LITTLE.file(&[("interpolation", table)]),
            "The Matlab file has no array of B-scans, which",
        ),
        (
            "two stacks",
            LITTLE.file(&two),
            "The Matlab file has several arrays that may be the B-scans, which",
        ),
        (
            "dimensions that lie",
            LITTLE.file(&[("images", lying)]),
            "The Matlab file is damaged at an array: its dimensions do not fit its data; export",
        ),
        (
            "dimensions out of range",
            LITTLE.file(&[("images", endless)]),
            "The Matlab file is damaged at an array: its dimensions are out of range; export",
        ),
        (
            "cells in cells",
            LITTLE.file(&[("images", deep)]),
            "The Matlab file has more or deeper structures than a scan needs, which Fovea does not read; save",
        ),
        (
            "a bomb",
            bomb,
            "The Matlab file is damaged at its compressed variables: they inflate to more than a scan of this size could need; export",
        ),
        (
            "version 7.3",
            b"MATLAB 7.3 MAT-file".to_vec(),
            "This is a Matlab file of version 7.3, which is not supported yet; save it with the option -v7",
        ),
    ];
    for (name, bytes, expected) in cases {
        let found = refusal(&bytes);
        assert!(
            found.starts_with(expected),
            "{name}:\n  found    {found}\n  expected {expected}"
        );
    }
}

/// A compressed element of a few hundred kilobytes.
fn zeros_that_inflate_to(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&block).expect("writes to memory");
    }
    let data = encoder.finish().expect("writes to memory");
    let tag = [15, data.len() as u32].map(u32::to_le_bytes).concat();
    [LITTLE.header(), tag, data].concat()
}
