//! Turning averaged weights into a model: temperature, figures, card, f16 file.

use std::fs;
use std::path::PathBuf;

use burn::tensor::Device;
use fovea_annotation::{ContentHash, LabelSchema};

use super::evaluate::{all_logits, evaluate, fit_temperature};
use super::{DataSplit, Sample, TrainConfig, TrainError};
use crate::weights::{self, NamedTensors};
use crate::{ClassFigure, Figures, InputScale, ModelCard, OctUnet, TrainingRecord};

/// Origin of the real scans of the default model.
const DATA_ORIGIN: &str = "B-scans with layer masks from Yukun-Guo/PyTorchLightning-Template, MIT licence; phantoms made by fovea-phantom";

/// Where a model was written.
#[derive(Clone, Debug)]
pub struct PublishedModel {
    /// The weights.
    pub weights_path: PathBuf,
    /// The card.
    pub card_path: PathBuf,
    /// What the card says.
    pub card: ModelCard,
}

/// Judges the weights as the file will hold them, then writes file and card into `out_dir`.
pub(super) fn publish(
    config: &TrainConfig,
    split: &DataSplit,
    tensors: &NamedTensors,
    steps: u32,
) -> Result<PublishedModel, TrainError> {
    let fault = |what: String| TrainError::Unusable { what };
    let bytes = weights::encode_f16(tensors).map_err(fault)?;
    let rounded = weights::decode(&bytes).map_err(|error| fault(error.to_string()))?;
    let mut network = OctUnet::new(&config.architecture, &Device::flex());
    weights::apply(&mut network, &rounded).map_err(fault)?;
    let mut card = card(config, split, steps);
    judge(&network, config, split, &mut card)?;
    card.weights_sha256 = Some(ContentHash::of(&bytes));
    fs::create_dir_all(&config.out_dir).map_err(TrainError::io(&config.out_dir))?;
    let weights_path = config.out_dir.join(format!("{}.safetensors", config.name));
    let card_path = config.out_dir.join(format!("{}.json", config.name));
    let text = serde_json::to_string_pretty(&card).map_err(|error| fault(error.to_string()))?;
    fs::write(&weights_path, bytes).map_err(TrainError::io(&weights_path))?;
    fs::write(&card_path, text + "\n").map_err(TrainError::io(&card_path))?;
    Ok(PublishedModel {
        weights_path,
        card_path,
        card,
    })
}

/// Fits the temperature on the calibration scans and fills in the figures of the held-out ones.
fn judge(
    network: &OctUnet,
    config: &TrainConfig,
    split: &DataSplit,
    card: &mut ModelCard,
) -> Result<(), TrainError> {
    let fault = |what: String| TrainError::Unusable { what };
    let classes = config.architecture.classes;
    let schema = LabelSchema::oct_layers();
    let logits =
        |samples: &[Sample]| all_logits(network, &config.architecture, samples).map_err(fault);
    if !split.calibration.is_empty() {
        card.temperature =
            fit_temperature(&logits(&split.calibration)?, &split.calibration, classes);
    }
    let held_out = logits(&split.held_out)?;
    let plain = evaluate(&held_out, &split.held_out, classes, 1.0);
    let calibrated = evaluate(&held_out, &split.held_out, classes, card.temperature);
    let figure = |(class, &dice): (usize, &f64)| ClassFigure {
        class: class as u8,
        name: schema
            .class(class as u8)
            .map_or_else(String::new, |definition| definition.name.clone()),
        dice,
    };
    card.figures = Some(Figures {
        scans: calibrated.scans,
        dice: calibrated.dice.iter().enumerate().map(figure).collect(),
        mean_dice_layers: calibrated.mean_layer_dice(&schema),
        ece: calibrated.ece,
        ece_uncalibrated: plain.ece,
        ece_definition: Figures::ECE_DEFINITION.into(),
    });
    Ok(())
}

fn card(config: &TrainConfig, split: &DataSplit, steps: u32) -> ModelCard {
    let names = |samples: &[Sample]| {
        let mut names: Vec<String> = samples.iter().map(|sample| sample.name.clone()).collect();
        names.sort_unstable();
        names
    };
    ModelCard {
        name: config.name.clone(),
        version: format!("1.{steps}"),
        architecture: config.architecture.clone(),
        schema: LabelSchema::OCT_LAYERS_ID.into(),
        input: InputScale::default(),
        temperature: 1.0,
        weights_sha256: None,
        training: Some(TrainingRecord {
            data_hash: split.data_hash.clone(),
            data_origin: DATA_ORIGIN.into(),
            held_out: names(&split.held_out),
            calibration: names(&split.calibration),
            train: names(&split.train),
            phantoms: config.phantoms,
            phantom_share: if config.phantoms == 0 {
                0.0
            } else {
                config.phantom_share
            },
            seed: config.seed,
            steps,
            batch: config.batch,
            crop_px: config.crop_px,
            notes: Vec::new(),
        }),
        figures: None,
    }
}
