//! The manifest of a run: everything that decides its result. The same manifest gives the same bytes.

use fovea_annotation::ContentHash;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{PipelineConfig, Sha256};

/// What a run computes, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunManifest {
    /// SHA-256 over the case's id, pixel size and pictures: all that the steps read.
    #[schema(value_type = Sha256)]
    pub input_checksum: ContentHash,
    /// What was chosen, with every default filled in.
    pub pipeline_config: PipelineConfig,
    /// SHA-256 of the model's weights.
    #[schema(value_type = Sha256)]
    pub model_digest: ContentHash,
    /// Version of the program, with its commit where that is known.
    pub code_ref: String,
    /// Seed of everything random.
    pub seed: u32,
}

impl RunManifest {
    /// JSON with sorted keys and no spaces: the same text for the same manifest, whoever writes it.
    pub fn canonical_json(&self) -> String {
        // Structs of texts and whole numbers: there is nothing that could fail to serialise.
        let value = serde_json::to_value(self).unwrap_or_default();
        let mut text = String::new();
        write_canonical(&value, &mut text);
        text
    }

    /// Identity of a run: SHA-256 of [`Self::canonical_json`].
    pub fn sha256(&self) -> ContentHash {
        ContentHash::of(self.canonical_json().as_bytes())
    }
}

/// Sorts keys by itself: whether serde_json's maps do depends on a feature that any crate may switch on.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut fields: Vec<_> = map.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (at, (key, value)) in fields.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_is_that_of_the_canonical_text() {
        let hash = ContentHash::from_bytes([0xab; 32]);
        let manifest = RunManifest {
            input_checksum: hash,
            pipeline_config: PipelineConfig {
                model_digest: Some(hash),
                seed: 7,
            },
            model_digest: hash,
            code_ref: "0.1.0".into(),
            seed: 7,
        };
        let hex = "ab".repeat(32);
        let text = format!(
            "{{\"code_ref\":\"0.1.0\",\"input_checksum\":\"{hex}\",\"model_digest\":\"{hex}\",\
             \"pipeline_config\":{{\"model_digest\":\"{hex}\",\"seed\":7}},\"seed\":7}}"
        );
        assert_eq!(manifest.canonical_json(), text);
        assert_eq!(manifest.sha256(), ContentHash::of(text.as_bytes()));
        let other = RunManifest {
            seed: 8,
            ..manifest.clone()
        };
        assert_ne!(other.sha256(), manifest.sha256());
    }

    #[test]
    fn lists_and_texts_are_written_plainly() {
        let value = serde_json::json!({ "b": [1, "a\"b", null], "a": true });
        let mut text = String::new();
        write_canonical(&value, &mut text);
        assert_eq!(text, r#"{"a":true,"b":[1,"a\"b",null]}"#);
    }
}
