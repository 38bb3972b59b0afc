//! What Fovea writes, as nibabel reads it.

use std::fs;

use fovea_imaging::{NiftiPacking, encode_nifti_volume};
use fovea_test_data::Python;

use super::{all_samples, floats, read, said};
use crate::build::marked;

/// The sample for a mark.
type Value32 = fn(u32) -> f32;

#[test]
fn what_is_written_reads_the_same_elsewhere() {
    let Some(python) = Python::find("what_is_written_reads_the_same_elsewhere") else {
        return;
    };
    let script = "
import sys, json, numpy as np, nibabel as nib
out = []
for path in sys.argv[1:]:
    image = nib.load(path)
    header = image.header
    values = np.asarray(image.dataobj).astype(float).transpose(2, 1, 0).ravel()
    out.append(dict(values=values.tolist(), axes=''.join(nib.aff2axcodes(image.affine)), codes=[int(header['qform_code']), int(header['sform_code'])],
        zooms=[float(z) for z in header.get_zooms()], unit=header.get_xyzt_units()[0], type=str(header.get_data_dtype()), intent=header.get_intent()[0],
        forms=bool(np.allclose(header.get_qform(), header.get_sform(), atol=1e-6)), text=bytes(header['descrip']).hex()))
print(json.dumps(out))
";
    let folder = tempfile::tempdir().expect("temporary folder");
    let depths: [(&str, Value32); 3] = [
        ("uint8", |v| v as f32),
        ("uint16", |v| v as f32 * 300.0),
        ("float32", |v| v as f32 - 60.5),
    ];
    let mut paths = Vec::new();
    for (index, (_, value)) in depths.iter().enumerate() {
        let volume = marked(index, *value);
        for (packing, extension) in [(NiftiPacking::Plain, "nii"), (NiftiPacking::Gzip, "nii.gz")] {
            let path = folder.path().join(format!("{index}.{extension}"));
            let bytes = encode_nifti_volume(&volume, packing).expect("writes");
            fs::write(&path, bytes).expect("writes");
            let back = read(&path);
            assert_eq!(all_samples(&back), all_samples(&volume), "{extension}");
            let (found, wanted) = (
                back.spacing_um.expect("kept"),
                volume.spacing_um.expect("set"),
            );
            for (found, wanted) in [
                (found.x, wanted.x),
                (found.y, wanted.y),
                (found.z, wanted.z),
            ] {
                assert!((found - wanted).abs() < 1e-4, "{found} {wanted}");
            }
            let said = said(&back);
            assert!(said.is_empty(), "{said:?}");
            paths.push(path);
        }
    }
    let found = python.run(script, &paths);
    for (index, file) in found.as_array().expect("a list").iter().enumerate() {
        let (name, value) = depths[index / 2];
        let volume = marked(index / 2, value);
        assert_eq!(floats(&file["values"]), all_samples(&volume), "{name}");
        assert_eq!(file["axes"], "LPS");
        assert_eq!(file["codes"], serde_json::json!([1, 1]));
        assert_eq!(file["type"], name);
        assert_eq!(
            (&file["unit"], &file["intent"]),
            (&"mm".into(), &"none".into())
        );
        assert_eq!(file["forms"], true, "qform and sform agree");
        assert_eq!(file["text"].as_str().expect("hex").replace('0', ""), "");
        for (found, wanted) in floats(&file["zooms"]).iter().zip([0.0115, 0.003875, 0.25]) {
            assert!((found - wanted).abs() < 1e-8, "{found} {wanted}");
        }
    }
}
