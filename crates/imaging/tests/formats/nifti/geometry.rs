//! Where a single B-scan lies and which of two spacings holds, against nibabel.

use fovea_test_data::Python;
use serde_json::Value;

use super::{floats, read, said};

/// The same B-scan in every plane and every order of its axes, as a flat image and as a volume of one.
#[test]
fn a_single_bscan_may_lie_in_any_plane() {
    let Some(python) = Python::find("a_single_bscan_may_lie_in_any_plane") else {
        return;
    };
    let script = "
import sys, json, itertools, numpy as np, nibabel as nib
folder, out = sys.argv[1], []
x, y = np.meshgrid(np.arange(5), np.arange(4), indexing='ij')
flat = (1 + x + 10 * y).astype(np.uint8)
# Directions of columns, rows and the third axis: left, posterior, superior are -1, -1, +1 of NIfTI's.
side = dict(L=(-1, 0, 0), P=(0, -1, 0), I=(0, 0, -1))
for plane in ('LPI', 'LIP', 'IPL'):
    affine = np.eye(4)
    for axis, (letter, step) in enumerate(zip(plane, (.012, .004, .12))):
        affine[:3, axis] = np.array(side[letter]) * step
    for shape in ((5, 4), (5, 4, 1)):
        image = nib.Nifti1Image(flat.reshape(shape), affine)
        image.header.set_xyzt_units('mm')
        for form in 'qs':
            image.set_qform(affine, 1 if form == 'q' else 0)
            image.set_sform(affine, 1 if form == 's' else 0)
            path = f'{folder}/{plane}{len(shape)}{form}.nii'
            image.to_filename(path)
            out.append(path)
print(json.dumps(out))
";
    let folder = tempfile::tempdir().expect("temporary folder");
    let paths = python.run(script, &[folder.path()]);
    let paths = paths.as_array().expect("a list");
    assert_eq!(paths.len(), 12);
    let upright: Vec<u8> = (0..4)
        .flat_map(|y| (0..5).map(move |x| 1 + x + 10 * y))
        .collect();
    for path in paths.iter().filter_map(Value::as_str) {
        let volume = read(path.as_ref());
        let pixels: Vec<&[u8]> = volume.bscans.iter().map(|b| &b.pixels[..]).collect();
        assert_eq!(pixels, [&upright[..]], "{path}");
        let spacing = volume.spacing_um.expect("stated");
        assert!(
            (spacing.x - 12.0).abs() < 1e-4 && (spacing.y - 4.0).abs() < 1e-4,
            "{path}: {spacing:?}"
        );
        // Where no side runs from front to back, a person is asked to look.
        let is_told = said(&volume).join(" ").contains("from front to back");
        assert_eq!(
            is_told,
            path.contains("LIP"),
            "{path}: {:?}",
            volume.warnings
        );
    }
}

#[test]
fn the_spacing_is_that_of_the_form_in_use() {
    let Some(python) = Python::find("the_spacing_is_that_of_the_form_in_use") else {
        return;
    };
    let script = "
import sys, json, numpy as np, nibabel as nib
folder, out = sys.argv[1], []
data = np.arange(60, dtype=np.uint8).reshape(5, 4, 3)
oct, half = [.012, .004, .12], [.006, .002, .06]
for name, zooms, steps in (('agree', oct, oct), ('differ', half, oct), ('ones', oct, [1, 1, 1]), ('zero', [0, 0, 0], oct), ('none', [0, 0, 0], None)):
    image = nib.Nifti1Image(data, None)
    image.header.set_xyzt_units('mm')
    image.header['pixdim'][1:4] = zooms
    if steps is not None:
        image.header.set_sform(np.diag([-steps[0], -steps[1], steps[2], 1]), 1)
    path = f'{folder}/{name}.nii'
    image.to_filename(path)
    back = nib.load(path)
    sizes = nib.affines.voxel_sizes(back.header.get_best_affine())
    out.append(dict(path=path, affine=[float(v) for v in sizes], zooms=[float(v) for v in back.header.get_zooms()]))
print(json.dumps(out))
";
    let folder = tempfile::tempdir().expect("temporary folder");
    let files = python.run(script, &[folder.path()]);
    let files = files.as_array().expect("a list");
    let cases = [
        ("affine", ""),
        ("affine", "its sform, which was taken"),
        ("zooms", "pixdim, which was taken"),
        ("affine", "its sform, which was taken"),
        ("", "is 0 or no number"),
    ];
    assert_eq!(files.len(), cases.len());
    for (file, (taken, warning)) in files.iter().zip(cases) {
        let volume = read(file["path"].as_str().expect("a path").as_ref());
        let spacing = volume.spacing_um.map(|s| [s.x, s.y, s.z]);
        assert_eq!(spacing.is_none(), taken.is_empty(), "{file}: {spacing:?}");
        if let Some(spacing) = spacing {
            for (found, wanted) in spacing.iter().zip(floats(&file[taken])) {
                assert!((found - 1e3 * wanted).abs() < 1e-3, "{file}: {spacing:?}");
            }
        }
        let said = said(&volume);
        let said: Vec<_> = said.iter().filter(|s| s.contains("spacing")).collect();
        assert_eq!(said.is_empty(), warning.is_empty(), "{file}: {said:?}");
        assert!(said.iter().all(|s| s.contains(warning)), "{file}: {said:?}");
    }
}
