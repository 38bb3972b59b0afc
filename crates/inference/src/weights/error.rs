//! Why a weight file was refused.

use thiserror::Error;

use crate::net::ArchitectureError;

/// Why a model was not loaded. Nothing of a refused file is used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    #[error(
        "Cannot read the weight file {name}: {reason}; check that it exists and that you may read it."
    )]
    Unreadable {
        /// The file that the user chose.
        name: String,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The file is larger than any model this program runs.
    #[error(
        "The weight file has {bytes} bytes and at most {limit} are accepted; choose the weights of an OCT segmentation model."
    )]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The cap.
        limit: u64,
    },
    /// The container is damaged or cut off.
    #[error(
        "The {format} weight file is damaged or cut off ({what}); copy it again from where it was made."
    )]
    Damaged {
        /// Name of the container.
        format: &'static str,
        /// What the parser said.
        what: String,
    },
    /// The name's extension is none that is known.
    #[error("{name} is no weight file that Fovea knows; choose a .safetensors or a .pt file.")]
    UnknownFormat {
        /// The file that the user chose.
        name: String,
    },
    /// A tensor that the network needs is not in the file.
    #[error(
        "The weight file lacks {count} of the network's tensors, first \"{first}\"; use weights of the network {network}."
    )]
    MissingTensors {
        /// The first missing name.
        first: String,
        /// How many are missing.
        count: usize,
        /// What was expected.
        network: String,
    },
    /// A tensor that the network does not have.
    #[error(
        "The weight file holds {count} tensors that the network does not have, first \"{first}\"; use weights of the network {network}."
    )]
    UnknownTensors {
        /// The first such name.
        first: String,
        /// How many there are.
        count: usize,
        /// What was expected.
        network: String,
    },
    /// A tensor of another shape.
    #[error(
        "Tensor \"{tensor}\" has shape {found:?} where the network needs {expected:?}; use weights and card of one model."
    )]
    WrongShape {
        /// Its name.
        tensor: String,
        /// Shape of the network's.
        expected: Vec<usize>,
        /// Shape in the file.
        found: Vec<usize>,
    },
    /// A tensor of integers, or of a float type that is not read.
    #[error(
        "Tensor \"{tensor}\" holds {found} values where f32 or f16 belong; convert the weights to f32."
    )]
    WrongType {
        /// Its name.
        tensor: String,
        /// Type in the file.
        found: String,
    },
    /// NaN or infinity.
    #[error(
        "Tensor \"{tensor}\" holds a value that is not a finite number; the training that wrote it diverged, use another file."
    )]
    NotFinite {
        /// Its name.
        tensor: String,
    },
    /// The card cannot be read.
    #[error("The model card is damaged ({what}); copy it again from where the weights were made.")]
    Card {
        /// What is wrong.
        what: String,
    },
    /// The card asks for what this version cannot build.
    #[error(transparent)]
    Architecture(#[from] ArchitectureError),
    /// Building or probing the network failed although the file looked right.
    #[error(
        "The model could not be started ({what}); use the built-in model and report this file."
    )]
    Failed {
        /// What happened.
        what: String,
    },
}
