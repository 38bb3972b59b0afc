//! What can be typed, with the help that explains it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const AFTER_HELP: &str = "\
Without a command Fovea opens its window: fovea [--data-dir FOLDER] [--server URL] [--sample] [SCAN]…
`fovea COMMAND --help` explains a command.

Exit codes: 0 done, 2 wrong arguments, 3 a file cannot be used, 4 this machine is in the way
(disk, rights, keyring, device).";

/// Label and review segmentations of retinal OCT scans, offline first.
#[derive(Debug, Parser)]
#[command(name = "fovea", version, after_help = AFTER_HELP, subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Import scans into the encrypted local store, where the window finds them
    ///
    /// Prints the id of each case. A file that cannot be read is refused as a whole; nothing of it is kept.
    Import(ImportArguments),
    /// Segment a scan and write mask, uncertainty and a report as files
    ///
    /// For each B-scan: NAME.mask.png (class indices), NAME.uncertainty.png (0 sure, 255 not at all) and NAME.json (classes
    /// with their areas, score, model). NAME is the input's name; B-scans of a volume are numbered from 0000.
    Segment(SegmentArguments),
    /// Say which device the model would run on, why, and how long a B-scan takes
    Preflight(PreflightArguments),
    /// Train a segmentation model on this machine's processor
    ///
    /// Reads FOLDER/images/*.png with FOLDER/masks/*.png (class indices 0 to 11) of equal names, holds some files out by a
    /// hash of their names, mixes in phantoms, and writes weights and a card with the figures on the files held out.
    /// It can be interrupted at any time and continued with --resume.
    Train(TrainArguments),
    /// Write cases of the local store with their newest labels as files
    ///
    /// Each case becomes a folder with images/, masks/ and manifest.json.
    Export(ExportArguments),
}

/// Where the local store is.
#[derive(Debug, Args)]
pub(super) struct StoreArguments {
    /// Folder of the local store [default: FOVEA_DATA_DIR, else ~/.local/share/fovea]
    #[arg(long, value_name = "FOLDER")]
    pub(super) data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    #[command(flatten)]
    pub(super) store: StoreArguments,
    /// Name to give the case, when one scan is imported; it stays on this machine
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
    /// Scans: PNG, TIFF, BMP, JPEG or Heidelberg .vol, or a folder of pictures, which is one volume
    #[arg(required = true, value_name = "SCAN")]
    pub(super) scans: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct SegmentArguments {
    /// Weights to use, .safetensors or .pt, with their card (.json) beside them [default: the built-in model]
    #[arg(long, value_name = "WEIGHTS")]
    pub(super) model: Option<PathBuf>,
    /// The scan: PNG, TIFF, BMP, JPEG or Heidelberg .vol, or a folder of pictures, which is one volume
    #[arg(long, value_name = "SCAN")]
    pub(super) input: PathBuf,
    /// Folder for the results; it is made if it is not there
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct PreflightArguments {
    /// Print the report as JSON, for programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct TrainArguments {
    /// Folder with images/ and masks/
    #[arg(long, value_name = "FOLDER")]
    pub(super) data: PathBuf,
    /// Folder for checkpoints, weights and card
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: PathBuf,
    /// Continue from the last checkpoint in the output folder
    #[arg(long)]
    pub(super) resume: bool,
    /// Write the model of the last checkpoint and stop
    #[arg(long, conflicts_with = "resume")]
    pub(super) publish: bool,
    /// Name of the model and its files
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Optimisation steps in all
    #[arg(long, value_name = "N")]
    pub(super) steps: Option<u32>,
    /// Crops per step
    #[arg(long, value_name = "N")]
    pub(super) batch: Option<usize>,
    /// Seed of everything random; equal seeds and data give equal weights
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Files held out to judge the model
    #[arg(long, value_name = "N")]
    pub(super) held_out: Option<usize>,
    /// Phantom B-scans to mix in; 0 for none
    #[arg(long, value_name = "N")]
    pub(super) phantoms: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    #[command(flatten)]
    pub(super) store: StoreArguments,
    /// Folder in which each case becomes a folder of its own
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: PathBuf,
    /// Ids of the cases, or their beginnings [default: all cases]
    #[arg(value_name = "CASE")]
    pub(super) cases: Vec<String>,
}
