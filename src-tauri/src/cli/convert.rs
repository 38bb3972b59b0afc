//! `fovea convert`.

use std::path::Path;

use fovea_annotation::{LabelSchema, Mask};
use fovea_app::transfer::{Form, masks_of_file, write_form};
use fovea_imaging::{Budget, LabelContext, Labelled, read_path_deep};
use fovea_intake::number_unknown_layers;

use super::arguments::{ConvertArguments, ConvertFormat};
use super::exit::Failure;
use super::import;

pub(super) fn run(arguments: &ConvertArguments) -> Result<(), Failure> {
    let format = match arguments.format {
        Some(format) => format,
        None => by_ending(&arguments.output, arguments.labels.is_some())?,
    };
    let (input, output) = (&arguments.input, &arguments.output);
    let mut volume = read_path_deep(input, &Budget::default())
        .map_err(|error| Failure::input(format!("{}: {error}", import::name_of(input))))?;
    // Names of layers may be free text, and that stays behind.
    let renamed = number_unknown_layers(&mut volume);
    let mut masks: Vec<Option<Mask>> = Vec::new();
    if let Some(path) = &arguments.labels {
        let (read, undecided) =
            masks_of_file(&LabelContext::of(&volume), path).map_err(Failure::input)?;
        for name in undecided {
            eprintln!("The class {name} is none of ours and was left out.");
        }
        masks = read;
    }
    let schema = LabelSchema::oct_layers();
    let labelled = Labelled {
        volume: &volume,
        masks: &masks,
        schema: &schema,
    };
    write_form(&labelled, form_of(format), output).map_err(Failure::input)?;
    for warning in volume.warnings.iter().chain(&renamed) {
        eprintln!("{warning}");
    }
    println!("{}", output.display());
    Ok(())
}

fn form_of(format: ConvertFormat) -> Form {
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
