//! Broken weight files: each is refused with one sentence, none with a panic.

mod support;

use std::collections::BTreeMap;
use std::fs;

use fovea_inference::{LoadError, Model, ModelCard, WEIGHT_FILE_BYTES_MAX, cpu_device};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

const GOOD: &[u8] = include_bytes!("../../../assets/models/fovea-oct-layers.safetensors");

/// Name → type, shape, bytes.
type Parts = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

fn parts() -> Parts {
    let file = SafeTensors::deserialize(GOOD).expect("the built-in weights parse");
    file.iter()
        .map(|(name, view)| {
            (
                name.to_owned(),
                (view.dtype(), view.shape().to_vec(), view.data().to_vec()),
            )
        })
        .collect()
}

fn encode(parts: &Parts) -> Vec<u8> {
    let views = parts.iter().map(|(name, (dtype, shape, bytes))| {
        (
            name,
            TensorView::new(*dtype, shape.clone(), bytes).expect("the parts are consistent"),
        )
    });
    safetensors::serialize(views, None).expect("the parts serialise")
}

fn changed(change: impl FnOnce(&mut Parts)) -> Vec<u8> {
    let mut parts = parts();
    change(&mut parts);
    encode(&parts)
}

fn load(bytes: &[u8]) -> Result<Model, LoadError> {
    Model::from_safetensors(bytes, ModelCard::unknown("test".into()), &cpu_device())
}

fn assert_sentence(case: &str, error: &LoadError, part: &str) {
    let text = error.to_string();
    assert!(text.contains(part), "{case}: {text}");
    assert!(
        text.ends_with('.') && !text.contains('\n') && text.len() < 400,
        "{case}: {text}"
    );
}

#[test]
fn each_broken_file_gets_its_sentence() {
    let with_f16 = |value: [u8; 2]| {
        changed(|parts| parts.get_mut("head.bias").expect("there").2[..2].copy_from_slice(&value))
    };
    let cases: [(&str, Vec<u8>, &str); 12] = [
        ("empty", Vec::new(), "damaged or cut off"),
        ("garbage", vec![0x5a; 4096], "damaged or cut off"),
        (
            "truncated",
            GOOD[..GOOD.len() / 2].to_vec(),
            "damaged or cut off",
        ),
        ("header only", GOOD[..64].to_vec(), "damaged or cut off"),
        (
            "endless header",
            u64::MAX.to_le_bytes().repeat(4),
            "damaged or cut off",
        ),
        (
            "one missing",
            changed(|parts| drop(parts.remove("head.weight"))),
            "lacks 1 of the network's tensors",
        ),
        ("all missing", changed(BTreeMap::clear), "lacks"),
        (
            "one too many",
            changed(|parts| drop(parts.insert("extra".into(), parts["head.bias"].clone()))),
            "\"extra\"",
        ),
        (
            "wrong shape",
            changed(|parts| parts.get_mut("head.bias").expect("there").1 = vec![2, 24]),
            "[2, 24]",
        ),
        (
            "integers",
            changed(|parts| parts.get_mut("head.bias").expect("there").0 = Dtype::I16),
            "I16 values where f32 or f16 belong",
        ),
        ("NaN", with_f16([0x00, 0x7e]), "not a finite number"),
        ("infinity", with_f16([0x00, 0x7c]), "not a finite number"),
    ];
    for (case, bytes, part) in cases {
        match load(&bytes) {
            Err(error) => assert_sentence(case, &error, part),
            Ok(_) => panic!("{case} was accepted"),
        }
    }
}

#[test]
fn f32_weights_give_what_f16_weights_give() {
    let wide = changed(|parts| {
        for (dtype, _, bytes) in parts.values_mut() {
            *dtype = Dtype::F32;
            let values = bytes
                .chunks_exact(2)
                .map(|b| half::f16::from_le_bytes([b[0], b[1]]).to_f32());
            *bytes = values.flat_map(f32::to_le_bytes).collect();
        }
    });
    let image = support::phantom(5, 64, 48);
    let of = |model: Model| {
        model
            .segment(&image, &mut |_, _| {}, &|| false)
            .expect("segments")
    };
    let (narrow, wide) = (
        of(load(GOOD).expect("f16 loads")),
        of(load(&wide).expect("f32 loads")),
    );
    assert_eq!(
        (narrow.mask, narrow.uncertainty),
        (wide.mask, wide.uncertainty)
    );
    assert_ne!(narrow.model_digest, wide.model_digest);
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        path
    };
    let huge = write("huge.safetensors", b"");
    fs::File::options()
        .write(true)
        .open(&huge)
        .and_then(|file| file.set_len(WEIGHT_FILE_BYTES_MAX + 1))
        .expect("a sparse file");
    write("carded.json", b"{\"name\":");
    write("foreign.json", br#"{"name":"x","version":"1","architecture":{"family":"resnet","widths":[16,32],"decoder_width":8,"classes":12},"schema":"s","input":{"mean":0.2,"deviation":0.2},"temperature":1.0,"weights_sha256":null,"training":null,"figures":null}"#);
    let cases = [
        (
            folder.path().join("absent.safetensors"),
            "Cannot read the weight file absent.safetensors",
        ),
        (huge, "at most"),
        (
            write("weights.onnx", b"x"),
            "choose a .safetensors or a .pt file",
        ),
        (write("carded.safetensors", GOOD), "model card is damaged"),
        (write("foreign.safetensors", GOOD), "\"resnet\""),
        (write("empty.pt", b""), "PyTorch"),
        (write("garbage.pt", &[0x80; 512]), "PyTorch"),
    ];
    for (path, part) in cases {
        match Model::load(&path, &cpu_device()) {
            Err(error) => assert_sentence(&path.display().to_string(), &error, part),
            Ok(_) => panic!("{} was accepted", path.display()),
        }
    }
}

#[test]
fn the_built_in_card_fits_the_built_in_weights() {
    let model = support::model();
    assert_eq!(model.card().weights_sha256, Some(model.digest()));
    let training = model
        .card()
        .training
        .as_ref()
        .expect("the card tells its training");
    let trained: Vec<&String> = training.train.iter().collect();
    assert!(
        training
            .held_out
            .iter()
            .chain(&training.calibration)
            .all(|name| !trained.contains(&name))
    );
    let figures = model
        .card()
        .figures
        .as_ref()
        .expect("the card tells its figures");
    assert_eq!(
        (figures.scans, figures.dice.len()),
        (training.held_out.len(), model.card().architecture.classes)
    );
}
