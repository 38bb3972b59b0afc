//! MetaImage in and out.

use std::fs;
use std::io::Write;

use fovea_annotation::{LabelSchema, Mask};
use fovea_imaging::{
    Budget, LabelContext, LabelFormat, Labelled, Volume, Wanted, encode_meta_image_masks,
    encode_meta_image_volume, read_bytes_deep, read_labels_bytes, read_path_deep,
};

use crate::build::{gradient, gzip, marked, samples_f64};

fn read(bytes: &[u8]) -> Volume {
    read_bytes_deep(bytes, &Budget::default()).expect("a whole image")
}

fn all_samples(volume: &Volume) -> Vec<f64> {
    volume.bscans.iter().flat_map(samples_f64).collect()
}

fn header(lines: &str, data_file: &str) -> Vec<u8> {
    format!(
        "ObjectType = Image\nNDims = 3\nDimSize = 5 4 3\n{lines}\nElementDataFile = {data_file}\n"
    )
    .into_bytes()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

#[test]
fn what_is_written_reads_back_at_its_depth() {
    for (depth, factor) in [(0, 1.0), (1, 300.0), (2, -0.5)] {
        let volume = marked(depth, |v| v as f32 * factor);
        let back = read(&encode_meta_image_volume(&volume).expect("writes"));
        assert_eq!(all_samples(&back), all_samples(&volume));
        let (found, wanted) = (
            back.spacing_um.expect("kept"),
            volume.spacing_um.expect("set"),
        );
        for (found, wanted) in [
            (found.x, wanted.x),
            (found.y, wanted.y),
            (found.z, wanted.z),
        ] {
            assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
        }
        assert!(
            back.warnings.iter().all(|w| w.starts_with("Values")),
            "{:?}",
            back.warnings
        );
    }
    let mut bare = marked(0, |v| v as f32);
    bare.spacing_um = None;
    assert_eq!(
        read(&encode_meta_image_volume(&bare).expect("writes")).spacing_um,
        None
    );
}

#[test]
fn masks_go_out_as_class_indices() {
    let volume = marked(1, |v| v as f32);
    let size = volume.bscan_size();
    let mask = Mask::new(size, (0..20).map(|i| i % 12).collect()).expect("twenty pixels");
    let masks = [None, Some(mask.clone())];
    let schema = LabelSchema::oct_layers();
    let bytes = encode_meta_image_masks(&Labelled {
        volume: &volume,
        masks: &masks,
        schema: &schema,
    });
    let bytes = bytes.expect("writes");
    let back = read(&bytes);
    let found: Vec<&[u8]> = back.bscans.iter().map(|bscan| &bscan.pixels[..]).collect();
    assert_eq!(found, [&[0; 20], mask.classes(), &[0; 20]]);
    let context = LabelContext::of(&volume);
    let labels = read_labels_bytes(&bytes, &context, &Wanted::All, &Budget::default())
        .expect("our own file");
    let found: Vec<_> = labels
        .bscans
        .iter()
        .map(|b| (b.bscan_index, b.mask.as_ref()))
        .collect();
    assert_eq!(
        (labels.format, found),
        (LabelFormat::MetaImage, vec![(1, Some(&mask))])
    );
}

/// The marks as every type of element, in both byte orders, plain and packed.
#[test]
fn every_element_type_is_read() {
    let marks: Vec<f64> = all_samples(&marked(0, |v| v as f32));
    macro_rules! case {
        ($name:literal, $kind:ty, $offset:expr) => {{
            let values: Vec<f64> = marks.iter().map(|v| v - $offset).collect();
            let little: Vec<u8> = values
                .iter()
                .flat_map(|v| (*v as $kind).to_le_bytes())
                .collect();
            let big: Vec<u8> = values
                .iter()
                .flat_map(|v| (*v as $kind).to_be_bytes())
                .collect();
            ($name, values, little, big)
        }};
    }
    let cases = [
        case!("MET_UCHAR", u8, 0.0),
        case!("MET_UCHAR_ARRAY", u8, 0.0),
        case!("MET_CHAR", i8, 100.0),
        case!("MET_USHORT", u16, 0.0),
        case!("MET_SHORT", i16, 70.0),
        case!("MET_UINT", u32, 0.0),
        case!("MET_LONG", i32, 70.0),
        case!("MET_ULONG_LONG", u64, 0.0),
        case!("MET_LONG_LONG", i64, 70.0),
        case!("MET_FLOAT", f32, 0.25),
        case!("MET_DOUBLE", f64, 0.25),
        case!("MET_DOUBLE_ARRAY", f64, 0.25),
    ];
    for (name, values, little, big) in cases {
        for (key, voxels) in [
            ("BinaryDataByteOrderMSB = False", &little),
            ("BinaryDataByteOrderMSB = True", &big),
            ("ElementByteOrderMSB = True", &big),
        ] {
            let lines = format!("ElementType = {name}\n{key}");
            let plain = [&header(&lines, "LOCAL")[..], voxels].concat();
            assert_eq!(all_samples(&read(&plain)), values, "{lines}");
            let lines = format!("{lines}\nCompressedData = True");
            for packed in [zlib(voxels), gzip(voxels)] {
                let file = [&header(&lines, "LOCAL")[..], &packed].concat();
                assert_eq!(all_samples(&read(&file)), values, "{lines}");
            }
        }
    }
}

#[test]
fn voxels_may_lie_beside_the_header() {
    let volume = marked(0, |v| v as f32);
    let voxels: Vec<u8> = volume
        .bscans
        .iter()
        .flat_map(|b| b.pixels.clone())
        .collect();
    let folder = tempfile::tempdir().expect("temporary folder");
    let put =
        |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("writes");
    put("voxels of it.raw", &voxels);
    put("voxels.zraw", &zlib(&voxels));
    put("tail.raw", &[b"anything", &voxels[..]].concat());
    for (index, bscan) in volume.bscans.iter().enumerate() {
        put(&format!("b{:02}.raw", 2 * index + 1), &bscan.pixels);
    }
    let cases: [(&str, &str); 10] = [
        ("", "voxels of it.raw"),
        ("", "./voxels of it.raw"),
        ("", ".\\voxels of it.raw"),
        ("", "LIST\n./b01.raw\nb03.raw\nb05.raw"),
        ("CompressedData = True\n", "voxels.zraw"),
        ("HeaderSize = 8\n", "tail.raw"),
        ("HeaderSize = -1\n", "tail.raw"),
        ("", "LIST\nb01.raw\nb03.raw\r\n\nb05.raw"),
        ("", "LIST 2\nb01.raw\nb03.raw\nb05.raw"),
        ("", "b%02d.raw 1 5 2"),
    ];
    for (lines, data_file) in cases {
        put(
            "scan.mhd",
            &header(&format!("{lines}ElementType = MET_UCHAR"), data_file),
        );
        let path = folder.path().join("scan.mhd");
        let found = read_path_deep(&path, &Budget::default())
            .unwrap_or_else(|e| panic!("{data_file}: {e}"));
        assert_eq!(found.bscans, volume.bscans, "{data_file}");
    }
}

/// A name in a header may only point into its own folder, and is never repeated: people name files after patients.
#[test]
fn names_of_other_files_are_held_back() {
    let folder = tempfile::tempdir().expect("temporary folder");
    fs::create_dir(folder.path().join("in")).expect("makes a folder");
    fs::write(folder.path().join("CANARY.raw"), [7; 60]).expect("writes");
    let damaged = "The MetaImage file is damaged at ElementDataFile: ";
    let cases = [
        (
            "../CANARY.raw",
            "The file names another one that must lie in the same folder",
        ),
        (
            "/etc/CANARY",
            "The file names another one that must lie in the same folder",
        ),
        (
            "..\\CANARY.raw",
            "The file names another one that must lie in the same folder",
        ),
        (
            "./../CANARY.raw",
            "The file names another one that must lie in the same folder",
        ),
        (
            ".//etc/CANARY",
            "The file names another one that must lie in the same folder",
        ),
        (
            "./in/CANARY.raw",
            "The file names another one that must lie in the same folder",
        ),
        ("CANARY.raw", damaged),
        ("LIST\nCANARY1\n../CANARY.raw\nCANARY3", damaged),
        ("LIST\nCANARY1", damaged),
        ("LIST", damaged),
        ("", damaged),
        ("CANARY%d.raw 1 3 1", damaged),
        ("CANARY%d.raw 1 9 1", damaged),
        (
            "CANARY%s.raw 1 3 1",
            "The MetaImage file has a pattern of file names other than",
        ),
        (
            "CANARY%d.raw 1 3 0",
            "The MetaImage file has a pattern of file names other than",
        ),
        (
            "CANARY%d.raw 0 4294967295 1",
            "The pattern of the MetaImage file declares 4294967296 frames",
        ),
    ];
    let path = folder.path().join("in/scan.mhd");
    for (data_file, expected) in cases {
        fs::write(&path, header("ElementType = MET_UCHAR", data_file)).expect("writes");
        let error = read_path_deep(&path, &Budget::default()).expect_err(data_file);
        assert!(
            error.to_string().starts_with(expected),
            "{data_file}: {error}"
        );
        let said = format!("{error} {error:?}");
        assert!(!said.contains("CANARY"), "{said}");
    }
}

#[test]
fn geometry_is_read_and_reported() {
    let voxels: Vec<u8> = marked(0, |v| v as f32)
        .bscans
        .iter()
        .flat_map(|b| b.pixels.clone())
        .collect();
    let read_with = |lines: &str| {
        let lines = format!("ElementType = MET_UCHAR\n{lines}");
        read(&[&header(&lines, "LOCAL")[..], &voxels].concat())
    };
    let oct = "ElementSpacing = 0.012 0.004 0.12";
    let um = [12.0, 4.0, 120.0];
    let swapped = "TransformMatrix = 0 1 0 1 0 0 0 0 1";
    let cases: [(&str, Option<[f64; 3]>, &str); 9] = [
        (oct, Some(um), ""),
        ("ElementSize = 0.012 0.004 0.12", Some(um), ""),
        (
            "ElementSpacing = 12 4 120\nDistanceUnits = um",
            Some(um),
            "",
        ),
        (
            "ElementSpacing = 1 1 1",
            None,
            "is what is written when none is known",
        ),
        ("", None, "is what is written when none is known"),
        ("ElementSpacing = 0.012 0 0.12", None, "is 0 or no number"),
        (
            &format!("{oct}\n{swapped}"),
            Some([4.0, 12.0, 120.0]),
            "columns were taken from its axis 2",
        ),
        (
            &format!("{oct}\nAnatomicalOrientation = LPI"),
            Some(um),
            "AnatomicalOrientation alone",
        ),
        (
            &format!("{oct}\nElementToIntensityFunctionSlope = 2"),
            Some(um),
            "was not applied",
        ),
    ];
    for (lines, spacing_um, said) in cases {
        let volume = read_with(lines);
        let found = volume.spacing_um.map(|s| [s.x, s.y, s.z]);
        let agrees = match (found, spacing_um) {
            (Some(a), Some(b)) => a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9),
            (a, b) => a.is_none() && b.is_none(),
        };
        assert!(agrees, "{lines}: {found:?}");
        assert_eq!(
            volume.warnings.is_empty(),
            said.is_empty(),
            "{lines}: {:?}",
            volume.warnings
        );
        assert!(
            volume.warnings.join(" ").contains(said),
            "{lines}: {:?}",
            volume.warnings
        );
    }
    let turned = read_with(&format!("{oct}\n{swapped}"));
    assert_eq!(turned.bscans[0].pixels[..5], [1, 11, 21, 31, 2]);
}

#[test]
fn a_series_and_a_single_bscan() {
    let text = "NDims = 4\nDimSize = 2 1 1 2\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n";
    let series = read(&[text.as_bytes(), &[1, 2, 3, 4]].concat());
    assert_eq!(series.bscans[0].pixels, [1, 2]);
    assert!(
        series
            .warnings
            .join(" ")
            .contains("holds 2 volumes; the first was read")
    );
    let text = "Comment = CANARY^JANE\nPatientName = CANARY\nNDims = 2\nDimSize = 2 1\nElementNumberOfChannels = 3\nElementSpacing = 0.01 0.004\n\
                TransformMatrix = 1 0 0 1\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n";
    let single = read(&[text.as_bytes(), &[255, 0, 0, 0, 255, 0]].concat());
    assert_eq!(single.bscans[0].pixels, [54, 182]);
    assert!((single.spacing_um.expect("stated").y - 4.0).abs() < 1e-9);
    assert!(!format!("{single:?}").contains("CANARY"));
}

/// Where no axis of the one B-scan runs from front to back, its two sides stay what they are.
#[test]
fn a_single_bscan_may_lie_in_any_plane() {
    let upright = gradient(5, 4);
    for matrix in [
        "1 0 0 0 1 0 0 0 1",
        "1 0 0 0 0 -1 0 1 0",
        "0 0 1 0 1 0 1 0 0",
    ] {
        let text = format!(
            "NDims = 3\nDimSize = 5 4 1\nElementSpacing = 0.012 0.004 0.12\nTransformMatrix = {matrix}\n\
             ElementType = MET_UCHAR\nElementDataFile = LOCAL\n"
        );
        let volume = read(&[text.as_bytes(), &upright].concat());
        let pixels: Vec<&[u8]> = volume.bscans.iter().map(|b| &b.pixels[..]).collect();
        assert_eq!(pixels, [&upright[..]], "{matrix}");
        assert!((volume.spacing_um.expect("stated").y - 4.0).abs() < 1e-9);
    }
}

#[test]
fn whole_numbers_that_lose_bits_are_told() {
    for (value, is_told) in [(16_777_216u32, false), (16_777_217, true)] {
        let text = "NDims = 2\nDimSize = 2 1\nElementType = MET_UINT\nElementDataFile = LOCAL\n";
        let voxels = [70_000, value].map(u32::to_le_bytes).concat();
        let volume = read(&[text.as_bytes(), &voxels].concat());
        let told = volume.warnings.join(" ").contains("were rounded");
        assert_eq!(told, is_told, "{value}: {:?}", volume.warnings);
    }
}

#[test]
fn a_header_alone_is_no_image() {
    let error = read_bytes_deep(
        &header("ElementType = MET_UCHAR", "scan.raw"),
        &Budget::default(),
    );
    assert!(
        error
            .expect_err("no folder")
            .to_string()
            .starts_with("The file names another one")
    );
}
