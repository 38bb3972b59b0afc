//! A phantom as a HEYEX XML export: input for the reader's tests, with no vendor file.

use std::fmt::Write;

use fovea_imaging::{
    Bscan, Laterality, LayerLines, ScanPattern, Volume, WriteError, encode_png_gray8,
};

use crate::PATIENT_CANARY;

/// One file of an export.
pub struct ExportFile {
    /// Name in the folder of the export.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Writes `volume` as the files of an export, the XML file first. Heights of lines are written as HEYEX does, absent
/// ones as 3e+038; [`PATIENT_CANARY`] stands in every element that would name a person, a place or a day.
pub fn heyex_export(volume: &Volume) -> Result<Vec<ExportFile>, WriteError> {
    let mut images = String::new();
    let mut files = Vec::new();
    if let Some(slo) = &volume.slo {
        let scale_um = volume.slo_spacing_um.unwrap_or_default();
        let context = context([slo.size.width, slo.size.height], scale_um, "");
        images += &image(volume.laterality, "LOCALIZER", &context, "SLO.png", "");
        files.push(ExportFile {
            name: "SLO.png".to_owned(),
            bytes: encode_png_gray8(slo.size, &slo.pixels)?,
        });
    }
    let no_lines = LayerLines::default();
    for (index, bscan) in volume.bscans.iter().enumerate() {
        let name = format!("B{}.png", index + 1);
        let scale_um = volume.spacing_um.map_or([0.0; 2], |um| [um.x, um.y]);
        let size = [bscan.size.width, bscan.size.height];
        let context = context(size, scale_um, &place(bscan));
        let lines = segmentation(volume.layer_lines.get(index).unwrap_or(&no_lines));
        images += &image(volume.laterality, "OCT", &context, &name, &lines);
        files.push(ExportFile {
            name,
            bytes: encode_png_gray8(bscan.size, &bscan.pixels)?,
        });
    }
    let xml = document(volume, &images);
    files.insert(
        0,
        ExportFile {
            name: "export.xml".to_owned(),
            bytes: xml.into_bytes(),
        },
    );
    Ok(files)
}

fn document(volume: &Volume, images: &str) -> String {
    let pattern = match volume.pattern {
        ScanPattern::Line => "Line",
        ScanPattern::Circle => "Circle",
        ScanPattern::Raster => "Volume",
        ScanPattern::Radial => "Radial",
        ScanPattern::EnFace | ScanPattern::Unknown => "",
    };
    let eye = eye(volume.laterality);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<HEDX><BODY><Patient><ID>{PATIENT_CANARY}</ID>\
         <LastName>{PATIENT_CANARY}</LastName><FirstNames>{PATIENT_CANARY}</FirstNames>\
         <Birthdate><Date><Year>{PATIENT_CANARY}</Year></Date></Birthdate>\
         <Study><StudyDate><Date><Year>{PATIENT_CANARY}</Year></Date></StudyDate><Operator>{PATIENT_CANARY}</Operator>\
         <Series><SeriesUID>{PATIENT_CANARY}</SeriesUID><Type>{pattern}</Type>{eye}\
         <GeneralEquipment><Manufacturer>Heidelberg Engineering</Manufacturer>\
         <ManufacturerModelName>Spectralis</ManufacturerModelName></GeneralEquipment>\
         <ProgID>{PATIENT_CANARY}</ProgID>{images}</Series></Study></Patient></BODY></HEDX>\n"
    )
}

fn eye(laterality: Laterality) -> &'static str {
    match laterality {
        Laterality::Right => "<Laterality>R</Laterality>",
        Laterality::Left => "<Laterality>L</Laterality>",
        Laterality::Unknown => "",
    }
}

fn image(laterality: Laterality, kind: &str, context: &str, name: &str, lines: &str) -> String {
    let eye = eye(laterality);
    format!(
        "<Image>{eye}<ImageType><Type>{kind}</Type></ImageType>{context}<ImageData>\
         <ExamURL>file:///\\\\{PATIENT_CANARY}\\export\\{name}</ExamURL></ImageData>{lines}</Image>\n"
    )
}

fn context(size: [u32; 2], scale_um: [f64; 2], place: &str) -> String {
    format!(
        "<OphthalmicAcquisitionContext><Width>{}</Width><Height>{}</Height>\
         <ScaleX>{}</ScaleX><ScaleY>{}</ScaleY>{place}</OphthalmicAcquisitionContext>",
        size[0],
        size[1],
        scale_um[0] / 1e3,
        scale_um[1] / 1e3
    )
}

fn place(bscan: &Bscan) -> String {
    let mut place = String::new();
    // Writing to a string does not fail.
    if let Some(quality) = bscan.quality {
        let _ = write!(place, "<ImageQuality>{quality}</ImageQuality>");
    }
    let Some(position) = bscan.position else {
        return place;
    };
    for (name, [x, y]) in [("Start", position.start_mm), ("End", position.end_mm)] {
        let _ = write!(
            place,
            "<{name}><Coord><X>{x}</X><Y>{y}</Y></Coord></{name}>"
        );
    }
    place
}

fn segmentation(lines: &LayerLines) -> String {
    let mut segmentation = String::new();
    for line in &lines.lines {
        let heights: Vec<String> = line.y_px.iter().map(|y| height(*y)).collect();
        let _ = write!(
            segmentation,
            "<SegLine><Name>{}</Name><Array n=\"{}\" type=\"real\">{}</Array></SegLine>",
            line.name,
            heights.len(),
            heights.join(" ")
        );
    }
    format!("<Segmentation>{segmentation}</Segmentation>")
}

fn height(y_px: f32) -> String {
    match y_px.is_finite() {
        true => y_px.to_string(),
        false => "3e+038".to_owned(),
    }
}
