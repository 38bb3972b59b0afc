//! What can be typed, with the help that explains it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fovea_geometry::SpacingUm;
use fovea_imaging::GridCentre;

const AFTER_HELP: &str = "\
Without a command Fovea opens its window: fovea [--data-dir FOLDER] [--server URL] [--sample] [SCAN]…
`fovea COMMAND --help` explains a command.

Exit codes: 0 done, 2 wrong arguments, the name of something that is there already, or something that the
policy wants is not declared, 3 a file, or the labels of a case, cannot be used, 4 this machine is in the way
(disk, rights, keyring, device), 5 a file is quarantined: a person must look at it first, 6 the policy rejects
a file.";

/// Label and review segmentations of retinal OCT scans, offline first.
#[derive(Debug, Parser)]
#[command(name = "fovea", version, after_help = AFTER_HELP, subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Say what a file is: a scan, labels or a project, with its geometry and what else is known of it
    ///
    /// Nothing is stored and nothing personal is printed.
    Info(InfoArguments),
    /// Write a scan in another format, with labels where they are given
    ///
    /// Only pixels and geometry are carried over, at the depth of the source. A volume of several B-scans as PNG becomes
    /// a folder. NIfTI is packed when OUT ends in .gz. What is there already is never replaced.
    Convert(ConvertArguments),
    /// Take everything personal out of a scan, or out of every file of a folder, and write it as DICOM
    ///
    /// DICOM stays what it is, by the Basic Profile of PS3.15 and the policy's allow-list. Pseudonyms and UIDs are derived
    /// with the secret of this store, so that files of one patient stay together. Of any other file a tomogram is made from
    /// pixels and geometry alone, and a photograph from the picture of the fundus. Everything is written, or nothing.
    Deidentify(DeidentifyArguments),
    /// Import scans into the encrypted local store, where the window finds them
    ///
    /// Each scan goes through the intake: what is personal stays behind, and a report of it is kept with the case. Prints
    /// the id of each case. A file that cannot come in is refused, and nothing of any of them is kept. Projects (.fovea)
    /// come in with all their versions.
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
    /// Each case becomes a file or a folder named after its id. A case is written whole or not at all; one that cannot be
    /// written is named with the reason, and the others are written all the same. The exit code is then the highest one.
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
    /// On what ground the scans may be used
    #[arg(long, value_name = "GROUND")]
    pub(super) consent: Option<Ground>,
    /// What the site calls the device: letters, digits, dots, dashes or underscores [default: that of the last import]
    #[arg(long, value_name = "ID")]
    pub(super) device: Option<String>,
    /// Which eye, where you know better than the file
    #[arg(long, value_name = "EYE")]
    pub(super) laterality: Option<Eye>,
    /// Pixel size in µm, where you know better than the file: lateral, axial, between B-scans
    #[arg(long, value_name = "X,Y,Z", value_parser = spacing)]
    pub(super) spacing_um: Option<SpacingUm>,
    /// Rules of the intake, as TOML [default: those that come with Fovea]
    #[arg(long, value_name = "POLICY")]
    pub(super) policy: Option<PathBuf>,
    /// Let quarantined scans in, because you have looked at every picture; the reason goes into their reports
    #[arg(long, value_name = "REASON")]
    pub(super) release: Option<String>,
    /// Labels of another program for the scan, when one is imported; classes whose names are understood come in
    #[arg(long, value_name = "LABELS")]
    pub(super) labels: Option<PathBuf>,
    /// Make the layer lines that the device drew a label version
    #[arg(long)]
    pub(super) device_lines: bool,
    /// Scans: files of devices, DICOM, research formats or pictures; a folder of pictures, which is one volume; projects
    #[arg(required = true, value_name = "SCAN")]
    pub(super) scans: Vec<PathBuf>,
}

/// Grounds for using a scan.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Ground {
    /// The patient agreed to this use in writing
    Written,
    /// The patient agreed to research in general
    Broad,
    /// An ethics board waived the consent
    Waiver,
    /// The scans are published for use by anyone
    Public,
    /// They show no person: phantoms and test objects
    NoPerson,
}

/// Eyes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Eye {
    /// Right eye, OD
    Right,
    /// Left eye, OS
    Left,
    /// It is not known
    Unknown,
}

/// "11.3,3.87,120" as a spacing in µm.
fn spacing(text: &str) -> Result<SpacingUm, String> {
    let numbers: Vec<f64> = text
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect();
    match numbers[..] {
        [x, y, z] => SpacingUm::new(x, y, z),
        _ => None,
    }
    .ok_or_else(|| "give three numbers above 0, such as 11.3,3.87,120".to_owned())
}

/// "24,255.5" as a B-scan and an A-scan.
fn fovea(text: &str) -> Result<GridCentre, String> {
    let numbers: Vec<Option<f64>> = text
        .split(',')
        .map(|number| number.trim().parse().ok())
        .map(|number| number.filter(|number: &f64| number.is_finite() && *number >= 0.0))
        .collect();
    match numbers[..] {
        [Some(bscan), Some(ascan)] => Ok(GridCentre::At { ascan, bscan }),
        _ => Err("give a B-scan and an A-scan, both from 0, such as 24,255.5".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(super) struct InfoArguments {
    /// Print everything as JSON, for programs
    #[arg(long)]
    pub(super) json: bool,
    /// The scan that FILE holds labels for: a file of labels does not say what it labels
    #[arg(long, value_name = "SCAN")]
    pub(super) scan: Option<PathBuf>,
    /// The file, or a folder of pictures
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct ConvertArguments {
    /// What to write [default: by the ending of OUT]
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<ConvertFormat>,
    /// Labels for the scan, which are written along; a format that holds none refuses them
    #[arg(long, value_name = "LABELS")]
    pub(super) labels: Option<PathBuf>,
    /// Where the fovea is, for the sectors of thickness-csv [default: the middle of the scan]
    ///
    /// Two numbers from 0 as in the columns of thickness.csv, such as 24,255.5; fractions lie between two.
    #[arg(long, value_name = "BSCAN,ASCAN", value_parser = fovea)]
    pub(super) fovea: Option<GridCentre>,
    /// The scan: any file that Fovea reads, or a folder of pictures
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// The file or folder to write; it must not be there yet
    #[arg(value_name = "OUT")]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct DeidentifyArguments {
    #[command(flatten)]
    pub(super) store: StoreArguments,
    /// Rules of the intake, as TOML [default: those that come with Fovea]
    #[arg(long, value_name = "POLICY")]
    pub(super) policy: Option<PathBuf>,
    /// File for the report of what was done, as JSON; it holds no value of the files
    #[arg(long, value_name = "REPORT")]
    pub(super) report: Option<PathBuf>,
    /// File for the picture of the fundus, where it lies in the same file as the scan
    #[arg(long, value_name = "FILE")]
    pub(super) fundus: Option<PathBuf>,
    /// A scan of any format, or a folder of them
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// The DICOM file to write, which must not be there yet; a name without an ending is a folder for scan and fundus
    #[arg(value_name = "OUT")]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct SegmentArguments {
    /// Weights to use, .safetensors or .pt, with their card (.json) beside them [default: the built-in model]
    #[arg(long, value_name = "WEIGHTS")]
    pub(super) model: Option<PathBuf>,
    /// The scan, of any format, or a folder of pictures, which is one volume
    #[arg(long, value_name = "SCAN")]
    pub(super) input: PathBuf,
    /// Folder for the results; it is made if it is not there. Files that are there already are never replaced
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
    /// What to write each case as
    #[arg(long, value_name = "FORMAT", default_value = "folder")]
    pub(super) format: CaseFormat,
    /// Folder in which each case becomes a file or a folder of its own
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: PathBuf,
    /// Where the fovea of the one case is, for the sectors of thickness-csv [default: the middle of the scan]
    ///
    /// Two numbers from 0 as in the columns of thickness.csv, such as 24,255.5; fractions lie between two.
    #[arg(long, value_name = "BSCAN,ASCAN", value_parser = fovea)]
    pub(super) fovea: Option<GridCentre>,
    /// Ids of the cases, or their beginnings [default: all cases]
    #[arg(value_name = "CASE")]
    pub(super) cases: Vec<String>,
}

/// What a scan can be converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ConvertFormat {
    /// A picture, or a folder of them; with labels a second one of class indices beside it
    Png,
    /// One page per B-scan, without labels
    Tiff,
    /// NIfTI; with labels a second file beside it
    Nifti,
    /// MetaImage; with labels a second file beside it
    Mha,
    /// The scan as DICOM Ophthalmic Tomography, without labels
    Dicom,
    /// Labels as DICOM Segmentation
    DicomSeg,
    /// Layer borders as DICOM Height Map Segmentation
    HeightMap,
    /// eyelab's archive, with its labels
    Eye,
    /// Pictures and masks with a manifest
    Folder,
    /// Pictures and COCO JSON
    Coco,
    /// Heights of the layer borders
    Csv,
    /// Thickness of the layers, per A-scan and in the ETDRS sectors
    ThicknessCsv,
}

/// What a case can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CaseFormat {
    /// Pictures and masks as PNG with a manifest
    #[value(alias = "png")]
    Folder,
    /// Volume and masks
    Nifti,
    /// Pictures and COCO JSON
    Coco,
    /// Heights of the layer borders
    HeightsCsv,
    /// Thickness of the layers, per A-scan and in the ETDRS sectors
    ThicknessCsv,
    /// eyelab's archive
    Eye,
    /// DICOM Segmentation
    DicomSeg,
    /// DICOM Height Map Segmentation
    HeightMap,
    /// Everything with all versions, for another Fovea
    Project,
}
