//! eyelab's `.eye`, against eyepy.

use fovea_annotation::Mask;
use fovea_geometry::SizePx;
use fovea_imaging::{
    Bscan, Budget, GrayImage, Laterality, LayerLines, SourceFormat, Wanted, boundaries_of,
    eyelab_bytes, read_bytes, read_labels_bytes,
};
use fovea_test_data::Python;
use serde_json::json;

use super::{Small, classes_of, context, read};
use crate::build::phantom_volume;

#[test]
fn what_is_written_comes_back() {
    for laterality in [Laterality::Right, Laterality::Left, Laterality::Unknown] {
        let mut small = Small::new(laterality);
        small.volume.bscans[2].quality = Some(21.5);
        let bytes = eyelab_bytes(&small.labelled()).expect("writes");
        let volume = read_bytes(&bytes, &Budget::default()).expect("reads");
        assert_eq!(
            (volume.format, volume.laterality),
            (SourceFormat::Eyelab, laterality)
        );
        let pixels = |bscans: &[Bscan]| bscans.iter().map(|b| b.pixels.clone()).collect::<Vec<_>>();
        assert_eq!(pixels(&volume.bscans), pixels(&small.volume.bscans));
        assert_eq!(volume.bscans[2].quality, Some(21.5));
        let (found, expected) = (
            volume.spacing_um.expect("written"),
            small.volume.spacing_um.expect("set"),
        );
        assert!((found.z - expected.z).abs() < 1e-9 && (found.y - expected.y).abs() < 1e-9);
        let labels = read(&bytes, &small.context());
        let mapping = fovea_imaging::SchemaMapping::propose(&labels.classes, &small.schema);
        assert_eq!(mapping.undecided().count(), 0);
        let lines = boundaries_of(&small.labelled()).expect("sizes agree");
        for bscan in &labels.bscans {
            let at = bscan.bscan_index as usize;
            let mapped = mapping.apply(bscan.mask.as_ref().expect("a mask"));
            assert_eq!(Some(mapped.mask), small.masks[at]);
            for line in &bscan.lines.lines {
                let expected = lines[at]
                    .as_ref()
                    .and_then(|lines| lines.get(&line.name))
                    .expect("a line");
                assert_eq!(format!("{line:?}"), format!("{expected:?}"));
            }
        }
        assert_eq!(classes_of(&labels, 0).len(), 20);
    }
}

/// Layers in pieces, whose lines would fill the gaps between them.
#[test]
fn masks_of_any_shape_come_back_whole() {
    let mut small = Small::new(Laterality::Right);
    let size = SizePx::new(24, 20);
    for (at, bscan) in small.volume.bscans.iter_mut().enumerate() {
        *bscan = Bscan::new(size, vec![0; size.len()]);
        let classes = (0..size.len()).map(|i| ((i * i * 31 + i * 7 + at * 5) / 3 % 12) as u8);
        small.masks[at] = Mask::new(size, classes.collect()).ok();
    }
    // One layer alone, which has a gap.
    let alone = (0..size.len()).map(|i| if i / 24 % 3 == 1 { 5 } else { 0 });
    small.masks[2] = Mask::new(size, alone.collect()).ok();
    let bytes = eyelab_bytes(&small.labelled()).expect("writes");
    let labels = read(&bytes, &small.context());
    assert!(
        labels
            .bscans
            .iter()
            .any(|bscan| !bscan.lines.lines.is_empty())
    );
    let mapping = fovea_imaging::SchemaMapping::propose(&labels.classes, &small.schema);
    for bscan in &labels.bscans {
        let whole = mapping.whole_mask(bscan, size, &small.schema);
        assert_eq!(Some(whole), small.masks[bscan.bscan_index as usize]);
    }
}

const LOAD: &str = r"
import json, sys, numpy as np
import eyepy
v = eyepy.EyeVolume.load(sys.argv[1])
line = lambda a: [[None if np.isnan(y) else float(y) for y in row] for row in a]
print(json.dumps(dict(
    shape=list(v.shape), pixels=np.asarray(v.data).ravel().tolist(), scale=list(v.scale), unit=v.scale_unit,
    laterality=v.laterality, slo=list(v.localizer.shape),
    lines={n: line(l.data) for n, l in v.layers.items()},
    maps={n: np.flatnonzero(m.data).tolist() for n, m in v.volume_maps.items()},
    positions=[list(b['start_pos']) + list(b['end_pos']) for b in v.meta['bscan_meta']])))
";

#[test]
fn eyepy_opens_what_is_written() {
    let Some(python) = Python::find("eyepy_opens_what_is_written") else {
        return;
    };
    let folder = tempfile::tempdir().expect("temporary folder");
    for with_slo in [false, true] {
        let mut small = Small::new(Laterality::Left);
        if with_slo {
            small.volume.slo = Some(GrayImage {
                size: SizePx::new(6, 5),
                pixels: (0..30).collect(),
            });
            small.volume.slo_spacing_um = Some([100.0, 100.0]);
            for (index, bscan) in small.volume.bscans.iter_mut().enumerate() {
                let y = 0.3 - 0.1 * index as f64;
                bscan.position = Some(fovea_imaging::BscanPosition {
                    start_mm: [0.1, y],
                    end_mm: [0.5, y],
                });
            }
        }
        let path = folder.path().join(format!("{with_slo}.eye"));
        std::fs::write(&path, eyelab_bytes(&small.labelled()).expect("writes")).expect("writes");
        let found = python.run(LOAD, &[path.as_os_str()]);
        assert_eq!(found["shape"], json!([3, 5, 4]));
        assert_eq!(found["scale"], json!([0.12, 0.004, 0.01]));
        assert_eq!(
            (&found["unit"], &found["laterality"]),
            (&json!("mm"), &json!("OS"))
        );
        let pixels: Vec<u8> = small
            .volume
            .bscans
            .iter()
            .flat_map(|b| b.pixels.clone())
            .collect();
        assert_eq!(found["pixels"], json!(pixels));
        assert_eq!(
            found["slo"],
            if with_slo {
                json!([5, 6])
            } else {
                json!([3, 4])
            }
        );
        for class in &small.schema.classes[1..] {
            let masks = small.masks.iter().enumerate();
            let voxels: Vec<usize> = masks
                .flat_map(|(at, mask)| {
                    let classes = mask.iter().flat_map(|mask| mask.classes()).enumerate();
                    classes
                        .filter(|(_, c)| **c == class.index)
                        .map(move |(i, _)| at * 20 + i)
                })
                .collect();
            let map = &found["maps"][&class.name];
            assert!(
                if voxels.is_empty() {
                    map.is_null()
                } else {
                    *map == json!(voxels)
                },
                "{}",
                class.name
            );
        }
        let lines = boundaries_of(&small.labelled()).expect("sizes agree");
        let ilm = lines[0]
            .as_ref()
            .and_then(|lines| lines.get("ILM"))
            .expect("a line");
        assert_eq!(found["lines"]["ILM"][0], json!(ilm.y_px));
        assert_eq!(found["lines"]["ILM"][1], json!([null, null, null, null]));
    }
}

/// A file of eyepy's own: Heidelberg reflectivities with lines, and 8 bits with a packed and a plain map.
#[test]
fn what_eyepy_writes_is_read() {
    let Some(python) = Python::find("what_eyepy_writes_is_read") else {
        return;
    };
    let folder = tempfile::tempdir().expect("temporary folder");
    let vol = folder.path().join("a.vol");
    let volume = phantom_volume(16, 12, 2);
    std::fs::write(&vol, fovea_phantom::heidelberg_vol(&volume)).expect("writes");
    let (from_vol, own) = (folder.path().join("vol.eye"), folder.path().join("own.eye"));
    python.run(
        r"
import sys, numpy as np, eyepy
from eyepy.core.eyemeta import EyeVolumeMeta, EyeBscanMeta
eyepy.import_heyex_vol(sys.argv[1]).save(sys.argv[2], compress=True)
data = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
meta = EyeVolumeMeta(scale_x=11.0, scale_y=4.0, scale_z=120.0, scale_unit='µm', laterality='OD', patient_name='Jane',
    bscan_meta=[EyeBscanMeta(start_pos=(0, i), end_pos=(3, i), pos_unit='pixel') for i in range(2)])
v = eyepy.EyeVolume(data, meta=meta)
v.add_pixel_annotation(data % 5 == 0, name='cyst')
v.add_pixel_annotation((data % 7 == 0).astype(np.float32), name='SRF')
v.add_layer_annotation(np.array([[0, 1, np.nan, 2.5], [3, 3, 3, 3]]), name='ILM')
v.localizer.add_area_annotation(np.zeros(v.localizer.shape, bool), name='on the fundus')
v.save(sys.argv[3])
print(0)
",
        &[&vol, &from_vol, &own],
    );
    let bytes = std::fs::read(&from_vol).expect("written");
    let found = read_bytes(&bytes, &Budget::default()).expect("reads");
    let expected =
        read_bytes(&std::fs::read(&vol).expect("written"), &Budget::default()).expect("reads");
    assert_eq!(found.laterality, expected.laterality);
    for (a, b) in found.bscans.iter().zip(&expected.bscans) {
        assert_eq!((&a.pixels, a.position), (&b.pixels, b.position));
    }
    let heights = |lines: &LayerLines| format!("{:?}", lines.get("ILM"));
    assert_eq!(
        found.layer_lines.iter().map(heights).collect::<Vec<_>>(),
        expected.layer_lines.iter().map(heights).collect::<Vec<_>>()
    );

    let bytes = std::fs::read(&own).expect("written");
    let volume = read_bytes(&bytes, &Budget::default()).expect("reads");
    assert_eq!(volume.laterality, Laterality::Right);
    assert_eq!(
        volume.spacing_um.map(|s| [s.x, s.y, s.z]),
        Some([11.0, 4.0, 120.0])
    );
    assert_eq!(volume.bscans[1].pixels, (12..24).collect::<Vec<u8>>());
    assert!(!format!("{volume:?}").contains("Jane"));
    let labels = read(&bytes, &context(4, 3, 2));
    let expected: Vec<u8> = (0..24)
        .map(|i| if i % 7 == 0 { 2 } else { u8::from(i % 5 == 0) })
        .collect();
    assert_eq!(
        [classes_of(&labels, 0), classes_of(&labels, 1)].concat(),
        expected
    );
    let cysts = Wanted::Only([1].into());
    let alone = read_labels_bytes(&bytes, &context(4, 3, 2), &cysts, &Budget::default());
    let alone = alone.expect("reads");
    let expected: Vec<u8> = (0..24).map(|i| u8::from(i % 5 == 0)).collect();
    assert_eq!(
        [classes_of(&alone, 0), classes_of(&alone, 1)].concat(),
        expected
    );
    assert_eq!(alone.classes, labels.classes);
    assert_eq!(labels.bscans[0].lines.lines[0].y_px[3], 2.5);
    assert_eq!(
        labels.warnings,
        [
            "1 pixels lie in annotations of more than one class; they have the class of the last one.",
            "1 maps are drawn on the fundus picture; no B-scan has a place for them, and they were left out.",
        ]
    );
    let other = read_labels_bytes(&bytes, &context(4, 3, 3), &Wanted::All, &Budget::default());
    let error = other.expect_err("another count").to_string();
    assert!(error.contains("another number of B-scans"), "{error}");
}
