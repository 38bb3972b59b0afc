//! `fovea convert`.

use std::path::Path;

use fovea_annotation::{LabelSchema, Mask};
use fovea_app::transfer::{Choice, Form, Understood, write_form};
use fovea_imaging::{Budget, GridCentre, LabelContext, Labelled, Volume, read_path_deep};
use fovea_intake::number_unknown_layers;

use super::arguments::{ConvertArguments, ConvertFormat};
use super::exit::Failure;
use super::import;

pub(super) fn run(arguments: &ConvertArguments) -> Result<(), Failure> {
    let format = match arguments.format {
        Some(format) => format,
        None => by_ending(&arguments.output, arguments.labels.is_some())?,
    };
    check(arguments, format)?;
    let (input, output) = (&arguments.input, &arguments.output);
    let mut volume = read_path_deep(input, &Budget::default())
        .map_err(|error| Failure::input(format!("{}: {error}", import::name_of(input))))?;
    // Names of layers may be free text, and that stays behind.
    let renamed = number_unknown_layers(&mut volume);
    let masks = match &arguments.labels {
        Some(labels) => masks_of(labels, input, &volume)?,
        None => Vec::new(),
    };
    let schema = LabelSchema::oct_layers();
    let labelled = Labelled {
        volume: &volume,
        masks: &masks,
        schema: &schema,
    };
    let form = form_of(format, arguments.fovea.unwrap_or_default());
    let warnings = write_form(&labelled, form, output).map_err(Failure::unwritten)?;
    let warnings = volume.warnings.iter().chain(&renamed).chain(&warnings);
    for warning in warnings {
        eprintln!("{warning}");
    }
    println!("{}", output.display());
    Ok(())
}

/// One entry per B-scan.
fn masks_of(labels: &Path, scan: &Path, volume: &Volume) -> Result<Vec<Option<Mask>>, Failure> {
    let context =
        LabelContext::of_scan(scan, volume, &Budget::default()).map_err(Failure::input)?;
    let read = Understood::read(&context, labels, Choice::ByName).map_err(Failure::input)?;
    for warning in &read.warnings {
        eprintln!("{warning}");
    }
    let mut masks = vec![None; volume.bscans.len()];
    for (bscan_index, mask) in read.masks {
        if let Some(place) = masks.get_mut(bscan_index as usize) {
            *place = Some(mask);
        }
    }
    Ok(masks)
}

/// What is made of labels alone needs them, and only the sectors have a centre.
fn check(arguments: &ConvertArguments, format: ConvertFormat) -> Result<(), Failure> {
    use ConvertFormat::{Csv, DicomSeg, HeightMap, ThicknessCsv};
    let is_of_labels = matches!(format, DicomSeg | HeightMap | Csv | ThicknessCsv);
    if is_of_labels && arguments.labels.is_none() {
        return Err(Failure::usage(
            "This format is made of labels alone; name a file of them with --labels.",
        ));
    }
    match arguments.fovea.is_some() && format != ThicknessCsv {
        true => Err(Failure::usage(
            "Only thickness-csv has sectors around the fovea; leave out --fovea.",
        )),
        false => Ok(()),
    }
}

fn form_of(format: ConvertFormat, centre: GridCentre) -> Form {
    match format {
        ConvertFormat::Png => Form::Png,
        ConvertFormat::Tiff => Form::Tiff,
        ConvertFormat::Nifti => Form::Nifti,
        ConvertFormat::Mha => Form::MetaImage,
        ConvertFormat::Dicom => Form::Dicom,
        ConvertFormat::DicomSeg => Form::DicomSeg,
        ConvertFormat::HeightMap => Form::HeightMap,
        ConvertFormat::Eye => Form::Eye,
        ConvertFormat::Folder => Form::Folder,
        ConvertFormat::Coco => Form::Coco,
        ConvertFormat::Csv => Form::HeightsCsv,
        ConvertFormat::ThicknessCsv => Form::ThicknessCsv(centre),
    }
}

/// The format that the ending of a name stands for; a name without one is a folder. In DICOM scan and labels are files
/// of their own: with labels it is those that are asked for.
fn by_ending(output: &Path, has_labels: bool) -> Result<ConvertFormat, Failure> {
    let name = import::name_of(output).to_lowercase();
    let ending = |wanted: &str| name.ends_with(wanted);
    Ok(match () {
        () if ending(".nii") || ending(".nii.gz") => ConvertFormat::Nifti,
        () if ending(".mha") => ConvertFormat::Mha,
        () if ending(".dcm") && has_labels => ConvertFormat::DicomSeg,
        () if ending(".dcm") => ConvertFormat::Dicom,
        () if ending(".eye") => ConvertFormat::Eye,
        () if ending(".png") => ConvertFormat::Png,
        () if ending(".tif") || ending(".tiff") => ConvertFormat::Tiff,
        () if ending(".csv") => ConvertFormat::Csv,
        () if !name.contains('.') => ConvertFormat::Folder,
        () => {
            return Err(Failure::usage(
                "The ending of OUT is none that Fovea writes; say what to write with --format.",
            ));
        }
    })
}
