//! From bytes to a model, or a sentence that says why not.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use burn::tensor::Device;
use fovea_annotation::ContentHash;

use super::{ModelCard, built_in};
use crate::OctUnet;
use crate::weights::{self, LoadError, NamedTensors};

/// Weight files above this are refused unread; the default model's has under 2 MB.
pub const WEIGHT_FILE_BYTES_MAX: u64 = 256 << 20;

const CARD_BYTES_MAX: u64 = 1 << 20;

/// A network with checked weights, on one device.
#[derive(Debug)]
pub struct Model {
    pub(crate) network: OctUnet,
    pub(crate) device: Device,
    card: ModelCard,
    digest: ContentHash,
}

impl Model {
    /// The model that this program carries.
    ///
    /// # Errors
    /// None on a working device; a device that cannot hold the tensors gives [`LoadError::Failed`].
    pub fn built_in(device: &Device) -> Result<Self, LoadError> {
        Self::from_safetensors(built_in::WEIGHTS, parse_card(built_in::CARD)?, device)
    }

    /// A `.safetensors` or `.pt` file. A card of the same name with the extension `.json` is used if it is there;
    /// without one the file must fit the default network.
    ///
    /// # Errors
    /// Every way in which a file can be wrong, each as one sentence.
    pub fn load(path: &Path, device: &Device) -> Result<Self, LoadError> {
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let unreadable = |reason| LoadError::Unreadable {
            name: name.clone(),
            reason,
        };
        let bytes_in_file = fs::metadata(path).map_err(unreadable)?.len();
        if bytes_in_file > WEIGHT_FILE_BYTES_MAX {
            return Err(LoadError::TooLarge {
                bytes: bytes_in_file,
                limit: WEIGHT_FILE_BYTES_MAX,
            });
        }
        let card = card_beside(path, &name)?;
        let bytes = fs::read(path).map_err(unreadable)?;
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("safetensors") => Self::from_safetensors(&bytes, card, device),
            Some("pt" | "pth") => {
                let tensors = guarded(|| weights::read_pytorch(path))?;
                Self::assemble(tensors, &bytes, card, device)
            }
            _ => Err(LoadError::UnknownFormat { name }),
        }
    }

    /// Weights in the safetensors format with the card they belong to.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_safetensors(
        bytes: &[u8],
        card: ModelCard,
        device: &Device,
    ) -> Result<Self, LoadError> {
        let tensors = guarded(|| weights::decode(bytes))?;
        Self::assemble(tensors, bytes, card, device)
    }

    fn assemble(
        tensors: NamedTensors,
        bytes: &[u8],
        card: ModelCard,
        device: &Device,
    ) -> Result<Self, LoadError> {
        card.architecture.validate()?;
        if !(card.temperature.is_finite() && card.temperature > 0.0 && card.input.deviation > 0.0) {
            return Err(LoadError::Card {
                what: "its temperature or input scale is not positive".into(),
            });
        }
        guarded(|| {
            let mut network = OctUnet::new(&card.architecture, device);
            let expected = weights::shapes(&network);
            weights::check(&tensors, &expected, &card.architecture.family)?;
            weights::apply(&mut network, &tensors).map_err(|what| LoadError::Failed { what })?;
            Ok(Self {
                network,
                device: device.clone(),
                card,
                digest: ContentHash::of(bytes),
            })
        })
    }

    /// The model's card.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// SHA-256 of the weight file: the model's identity in predictions and on the server.
    pub fn digest(&self) -> ContentHash {
        self.digest
    }
}

fn card_beside(path: &Path, name: &str) -> Result<ModelCard, LoadError> {
    let path = path.with_extension("json");
    match fs::metadata(&path) {
        Ok(metadata) if metadata.len() > CARD_BYTES_MAX => Err(LoadError::Card {
            what: "it is larger than 1 MiB".into(),
        }),
        Ok(_) => {
            let text = fs::read_to_string(&path).map_err(|error| LoadError::Card {
                what: error.to_string(),
            })?;
            parse_card(&text)
        }
        Err(_) => Ok(ModelCard::unknown(name.to_owned())),
    }
}

fn parse_card(text: &str) -> Result<ModelCard, LoadError> {
    serde_json::from_str(text).map_err(|error| LoadError::Card {
        what: error.to_string(),
    })
}

/// Runs a step of loading; a panic in a library becomes an error of this file.
fn guarded<T>(step: impl FnOnce() -> Result<T, LoadError>) -> Result<T, LoadError> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|panic| {
        let what = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a library stopped without a message".into());
        Err(LoadError::Failed {
            what: what.lines().next().unwrap_or_default().to_owned(),
        })
    })
}
