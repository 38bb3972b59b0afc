//! Files that nibabel or other tools wrote.

use std::path::Path;

use fovea_imaging::{Budget, read_path_deep};
use fovea_test_data::{Python, shared_data};
use serde_json::Value;

use super::{all_samples, floats, read, said};
use crate::build::marked;

/// One scan in all 48 ways in which three axes can lie, by nibabel; B-scans keep the order of the file.
#[test]
fn every_orientation_is_read_upright() {
    let Some(python) = Python::find("every_orientation_is_read_upright") else {
        return;
    };
    let script = "
import sys, json, itertools, numpy as np, nibabel as nib
from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform
folder = sys.argv[1]
x, y, b = np.meshgrid(np.arange(5), np.arange(4), np.arange(3), indexing='ij')
image = nib.Nifti1Image((1 + x + 10 * y + 50 * b).astype(np.uint8), np.diag([-0.0115, -0.003875, 0.25, 1]))
image.header.set_xyzt_units('mm')
out = []
for order in itertools.permutations(('LR', 'PA', 'SI')):
    for codes in itertools.product(*order):
        turned = image.as_reoriented(ornt_transform(io_orientation(image.affine), axcodes2ornt(codes)))
        name, affine = ''.join(codes), turned.affine.copy()
        for form in 'qs':
            turned.set_qform(affine, 1 if form == 'q' else 0)
            turned.set_sform(affine, 1 if form == 's' else 0)
            turned.to_filename(f'{folder}/{name}{form}.nii')
            out.append(f'{name}{form}')
print(json.dumps(out))
";
    let folder = tempfile::tempdir().expect("temporary folder");
    let names = python.run(script, &[folder.path()]);
    let names: Vec<&str> = names
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(names.len(), 96);
    let upright = marked(0, |v| v as f32);
    for name in names {
        let volume = read(&folder.path().join(format!("{name}.nii")));
        let mut bscans: Vec<&[u8]> = volume.bscans.iter().map(|b| &b.pixels[..]).collect();
        if name.contains('I') {
            bscans.reverse();
        }
        let expected: Vec<&[u8]> = upright.bscans.iter().map(|b| &b.pixels[..]).collect();
        assert_eq!(bscans, expected, "{name}");
        let spacing = volume.spacing_um.expect("stated");
        for (found, wanted) in [(spacing.x, 11.5), (spacing.y, 3.875), (spacing.z, 250.0)] {
            assert!((found - wanted).abs() < 1e-4, "{name}: {spacing:?}");
        }
        let is_as_written = name.starts_with("LPS") || name.starts_with("LPI");
        assert_eq!(
            volume.warnings.is_empty(),
            is_as_written,
            "{name}: {:?}",
            volume.warnings
        );
    }
}

/// Every number type, both byte orders, both versions, scaled or not, written by nibabel and read by both.
#[test]
fn every_number_type_is_read_as_elsewhere() {
    let Some(python) = Python::find("every_number_type_is_read_as_elsewhere") else {
        return;
    };
    let script = "
import sys, json, numpy as np, nibabel as nib
folder = sys.argv[1]
out = []
x, y, b = np.meshgrid(np.arange(5), np.arange(4), np.arange(3), indexing='ij')
base = 1 + x + 10 * y + 50 * b
for kind in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
    data = base - 128 if kind == 'i1' else base - 70 if kind == 'i2' else base * 100 if kind == 'i4' else base
    for order in '<>':
        for version in (1, 2):
            for slope, inter in ((None, None), (0.5, -3.0)):
                Image = nib.Nifti1Image if version == 1 else nib.Nifti2Image
                header = (nib.Nifti1Header if version == 1 else nib.Nifti2Header)(endianness=order)
                header.set_data_dtype(np.dtype(order + kind))
                image = Image(data.astype(order + kind), np.diag([-0.01, -0.004, 0.1, 1]), header)
                image.header.set_slope_inter(slope, inter)
                image.header.set_xyzt_units('mm')
                path = f'{folder}/{kind}{\"be\" if order == \">\" else \"le\"}{version}{\"s\" if slope else \"\"}.nii' + ('.gz' if version == 2 else '')
                if slope is None:
                    image.to_filename(path)
                else:
                    # Stored as they are, with the scale in the header alone.
                    raw = image.header.copy(); raw['vox_offset'] = 352 if version == 1 else 544
                    import gzip
                    opened = gzip.open(path, 'wb') if version == 2 else open(path, 'wb')
                    with opened as f:
                        f.write(raw.binaryblock); f.write(bytes(4)); f.write(data.astype(order + kind).tobytes(order='F'))
                values = np.asarray(nib.load(path).dataobj).astype(float).transpose(2, 1, 0).ravel()
                out.append(dict(path=path, values=values.tolist()))
print(json.dumps(out))
";
    let folder = tempfile::tempdir().expect("temporary folder");
    let files = python.run(script, &[folder.path()]);
    let files = files.as_array().expect("a list");
    assert_eq!(files.len(), 80);
    for file in files {
        let path = Path::new(file["path"].as_str().expect("a path"));
        assert_eq!(
            all_samples(&read(path)),
            floats(&file["values"]),
            "{}",
            path.display()
        );
    }
}

#[test]
fn real_files_read_as_elsewhere() {
    const TEST: &str = "real_files_read_as_elsewhere";
    let (Some(data), Some(python)) = (shared_data(TEST), Python::find(TEST)) else {
        return;
    };
    // Left, posterior, and the third axis as it lies.
    let script = "
import sys, json, numpy as np, nibabel as nib
from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform
image = nib.load(sys.argv[1])
codes = nib.aff2axcodes(image.affine)
if sys.argv[2] == 'turn':
    image = image.as_reoriented(ornt_transform(io_orientation(image.affine), axcodes2ornt(('L', 'P', codes[2]))))
values = np.asarray(image.dataobj).astype(float)
values = values[..., 0] if values.ndim == 4 else values
print(json.dumps(dict(values=values.transpose(2, 1, 0).ravel().tolist(), shape=values.shape)))
";
    let large = "too large for an OCT scan";
    let turned = "rows from axis 2 backwards";
    type Case<'a> = (&'a str, &'a str, Option<[f64; 3]>, &'a [&'a str]);
    let cases: [Case<'_>; 4] = [
        (
            "anatomical.nii",
            "turn",
            Some([2_000.0; 3]),
            &[turned, large],
        ),
        (
            "example4d.nii.gz",
            "turn",
            Some([2_000.0, 2_000.0, 2_199.999]),
            &[
                turned,
                "tilted by 9.3°",
                large,
                "holds 2 volumes; the first was read",
            ],
        ),
        (
            "example_nifti2.nii.gz",
            "turn",
            Some([2_000.0, 2_000.0, 2_199.999]),
            &[
                turned,
                "tilted by 9.3°",
                large,
                "holds 2 volumes; the first was read",
            ],
        ),
        (
            "standard.nii.gz",
            "keep",
            None,
            &["states no orientation of use", "names no unit"],
        ),
    ];
    for (name, how, spacing_um, warnings) in cases {
        let path = data.join("nifti").join(name);
        let found = python.run(script, &[path.as_os_str(), how.as_ref()]);
        let volume = read(&path);
        assert_eq!(all_samples(&volume), floats(&found["values"]), "{name}");
        let shape = serde_json::json!([
            volume.bscan_size().width,
            volume.bscan_size().height,
            volume.bscans.len()
        ]);
        assert_eq!(shape, found["shape"], "{name}");
        let spacing = volume.spacing_um.map(|s| [s.x, s.y, s.z]);
        let near = |(a, b): (f64, f64)| (a - b).abs() < 1e-3;
        let agrees = match (spacing, spacing_um) {
            (Some(a), Some(b)) => a.into_iter().zip(b).all(near),
            (a, b) => a.is_none() && b.is_none(),
        };
        assert!(agrees, "{name}: {spacing:?}");
        let said = said(&volume);
        assert_eq!(said.len(), warnings.len(), "{name}: {said:?}");
        for (said, wanted) in said.iter().zip(warnings) {
            assert!(said.contains(wanted), "{name}: {said}");
        }
    }
    let alone = read_path_deep(&data.join("nifti/nifti1.hdr"), &Budget::default());
    assert!(
        alone
            .expect_err("no voxels")
            .to_string()
            .starts_with("The file names another one that must lie in the same folder"),
    );
}
