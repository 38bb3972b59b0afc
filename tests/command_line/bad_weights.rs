//! Weights that cannot be the model's, made from the shipped ones.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Bad weights, and what the refusal must mention.
pub(crate) struct BadWeights {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// One of these words must be in the sentence.
    pub hints: &'static [&'static str],
}

/// Every kind of bad weights that a person may choose.
pub(crate) fn cases() -> Vec<BadWeights> {
    let good = std::fs::read(shipped()).expect("the shipped model reads");
    let case = |name, bytes, hints| BadWeights { name, bytes, hints };
    vec![
        case("an empty file", Vec::new(), &["damaged or cut off"]),
        case(
            "truncated weights",
            good[..good.len() / 2].to_vec(),
            &["damaged or cut off"],
        ),
        case(
            "a header longer than the file",
            u64::MAX.to_le_bytes().to_vec(),
            &["damaged or cut off"],
        ),
        case(
            "no weights at all",
            b"dear reader, no weights".to_vec(),
            &["damaged or cut off"],
        ),
        case(
            "a missing tensor",
            with_header(&good, remove_one),
            &["lacks"],
        ),
        case(
            "a tensor of another shape",
            with_header(&good, reshape_one),
            &["shape"],
        ),
    ]
}

/// The shipped model's card, as the card of the weights beside it.
pub(crate) fn write_card(path: &Path) {
    std::fs::copy(shipped().with_extension("json"), path).expect("the folder is writable");
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models/fovea-oct-layers.safetensors")
}

/// The file with its header changed. Safetensors is: header length (u64, little endian), header (JSON), tensors.
fn with_header(good: &[u8], change: fn(&mut serde_json::Map<String, Value>)) -> Vec<u8> {
    let (length, rest) = good.split_at(8);
    let length = u64::from_le_bytes(length.try_into().expect("eight bytes")) as usize;
    let mut header: Value =
        serde_json::from_slice(&rest[..length]).expect("the shipped header is JSON");
    change(header.as_object_mut().expect("the header is an object"));
    let header = header.to_string().into_bytes();
    [
        &(header.len() as u64).to_le_bytes()[..],
        &header,
        &rest[length..],
    ]
    .concat()
}

fn first_tensor(header: &serde_json::Map<String, Value>) -> String {
    header
        .keys()
        .find(|key| *key != "__metadata__")
        .expect("the model has tensors")
        .clone()
}

/// Renames a tensor, so that the file stays whole and one name is not there.
fn remove_one(header: &mut serde_json::Map<String, Value>) {
    let key = first_tensor(header);
    let tensor = header.remove(&key).expect("the key was just read");
    header.insert("of_another_model".into(), tensor);
}

/// Gives a tensor a shape of the same size: one more dimension.
fn reshape_one(header: &mut serde_json::Map<String, Value>) {
    let key = first_tensor(header);
    let shape = header[&key]["shape"]
        .as_array_mut()
        .expect("a tensor has a shape");
    shape.insert(0, 1.into());
    shape.push(1.into());
}
