//! What the intake might find, for the import dialog.

use std::sync::Arc;

use fovea_annotation::{CaseId, ContentHash};
use fovea_editor::{
    FileId, Finding, FoundClass, LabelFinding, Removal, ScanFinding, SloPreview, State,
};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{GrayImage, LabelFormat, Laterality, ScanPattern, SourceFormat};

pub(crate) fn removals() -> Vec<Removal> {
    let removal = |count, kind: &str| Removal {
        kind: kind.to_owned(),
        count,
    };
    vec![
        removal(2, "names of persons"),
        removal(7, "dates, times and ages"),
        removal(11, "identifiers (UIDs), replaced by stand-ins"),
        removal(23, "private elements of the maker"),
    ]
}

/// A DICOM raster of which everything is known.
pub(crate) fn dicom() -> ScanFinding {
    ScanFinding {
        seen: CaseId(ContentHash::of(b"seen")),
        format: SourceFormat::Dicom,
        bscan_count: 25,
        bscan_size: SizePx::new(512, 496),
        spacing_um: SpacingUm::new(11.34, 3.87, 240.1),
        laterality: Laterality::Right,
        pattern: ScanPattern::Raster,
        device: Some("Heidelberg Engineering Spectralis".to_owned()),
        line_names: ["ILM", "RNFL", "BM"].map(str::to_owned).to_vec(),
        quality: Some(31.4),
        preview: Arc::new(layers(SizePx::new(512, 496))),
        slo: Some(SloPreview {
            image: Arc::new(disc(256)),
            lines: (0..25)
                .map(|at| {
                    let y = 0.2 + 0.025 * ((at + 13) % 25) as f32;
                    [0.15, y, 0.85, y]
                })
                .collect(),
        }),
        removals: removals(),
        is_reduced: false,
        held_back: Vec::new(),
        warnings: vec!["Values of 12 bits are shown with 8; the lowest 4 are dropped.".to_owned()],
    }
}

/// A picture that says nothing of itself, and looks as if it held text.
pub(crate) fn screenshot() -> ScanFinding {
    ScanFinding {
        format: SourceFormat::Png,
        bscan_count: 1,
        spacing_um: None,
        laterality: Laterality::Unknown,
        pattern: ScanPattern::Unknown,
        device: None,
        line_names: Vec::new(),
        quality: None,
        slo: None,
        removals: Vec::new(),
        is_reduced: true,
        held_back: vec![
            "The pixels look as if they held text; look at every picture and release it only if the text names nobody."
                .to_owned(),
        ],
        warnings: Vec::new(),
        ..dicom()
    }
}

pub(crate) fn labels() -> LabelFinding {
    let class = |index, name: &str, area_px, proposal| FoundClass {
        index,
        name: name.to_owned(),
        area_px,
        proposal,
    };
    LabelFinding {
        path: "annotations.json".into(),
        format: LabelFormat::Coco,
        classes: vec![
            class(1, "intraretinal cyst", 1_842, Some(1)),
            class(2, "SRF", 12_400, Some(2)),
            class(3, "vitreomacular traction", 310, None),
            class(4, "retinal pigment epithelium", 88_120, Some(11)),
        ],
        line_names: Vec::new(),
        has_layers: false,
        bscan_count: 7,
        warnings: vec![
            "Labels were put to B-scans by the order of their names; check the first and the last one."
                .to_owned(),
        ],
    }
}

/// The file on the desk at `place`.
pub(crate) fn file(state: &State, place: usize) -> FileId {
    state.desk.as_ref().expect("a desk").files[place].id
}

pub(crate) fn scan(finding: ScanFinding) -> Result<Finding, String> {
    Ok(Finding::Scan(Box::new(finding)))
}

/// Bands with flat tops, in few shades, so that the stored pictures are small.
fn layers(size: SizePx) -> GrayImage {
    let gray = |x: u32, y: u32| {
        let dip = (x as f32 / size.width as f32 - 0.5).abs() * 60.0;
        let depth = y as f32 - 170.0 + dip;
        match depth as i32 {
            ..0 => 8,
            0..40 => 170,
            40..90 => 90,
            90..150 => 60,
            150..170 => 220,
            170..300 => 70,
            _ => 24,
        }
    };
    let pixels = (0..size.height).flat_map(|y| (0..size.width).map(move |x| gray(x, y)));
    GrayImage {
        size,
        pixels: pixels.collect(),
    }
}

fn disc(side: u32) -> GrayImage {
    let size = SizePx::new(side, side);
    let gray = |x: u32, y: u32| {
        let (dx, dy) = (x as f32 - 0.7 * side as f32, y as f32 - 0.5 * side as f32);
        match dx.hypot(dy) as u32 {
            0..18 => 230,
            18..26 => 180,
            _ => 96,
        }
    };
    let pixels = (0..side).flat_map(|y| (0..side).map(move |x| gray(x, y)));
    GrayImage {
        size,
        pixels: pixels.collect(),
    }
}
