//! What a file is, as a person reads it.

use fovea_app::transfer::counted;
use fovea_geometry::SpacingUm;

use super::{Info, LabelInfo, ProjectInfo, ScanInfo};

impl Info {
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Scan(scan) => scan.in_words(),
            Self::Labels(labels) => labels.in_words(),
            Self::Project(project) => project.in_words(),
        }
    }
}

impl ScanInfo {
    fn in_words(&self) -> String {
        let mut text = self.format.to_string();
        if self.is_experimental {
            text.push_str(" (experimental: no maker has published this format)");
        }
        for (name, value) in [
            ("size", self.size()),
            (
                "spacing",
                self.spacing_um
                    .map_or_else(|| "not known".to_owned(), spacing),
            ),
            ("eye", self.laterality.to_string()),
            ("pattern", self.pattern.to_string()),
            ("device", self.device.clone().unwrap_or_default()),
            ("layers", self.layers.join(", ")),
            ("fundus", self.fundus()),
            ("quality", self.quality.map_or_else(String::new, quality)),
        ] {
            if !value.is_empty() {
                text.push_str(&format!("\n  {name:<12}{value}"));
            }
        }
        with_warnings(text, &self.warnings)
    }

    fn size(&self) -> String {
        let (bscans, size) = (counted(self.bscans, "B-scan"), self.size_px);
        format!("{bscans} of {} × {} px", size.width, size.height)
    }

    fn fundus(&self) -> String {
        let Some(size) = self.slo_px else {
            return String::new();
        };
        let placed = counted(self.placed_bscans, "B-scan");
        format!("{} × {} px, {placed} placed on it", size.width, size.height)
    }
}

fn spacing(um: SpacingUm) -> String {
    format!(
        "{:.3} µm lateral, {:.3} µm axial, {:.3} µm between B-scans",
        um.x, um.y, um.z
    )
}

fn quality([low, high]: [f32; 2]) -> String {
    match (format!("{low:.1}"), format!("{high:.1}")) {
        (low, high) if low == high => format!("{low} in the device's own unit"),
        (low, high) => format!("{low} to {high} in the device's own unit"),
    }
}

impl LabelInfo {
    fn in_words(&self) -> String {
        let bscans = counted(self.bscans, "B-scan");
        let mut text = format!("{} with labels of {bscans}", self.format);
        for (name, area_px) in &self.classes {
            text.push_str(&format!("\n  {name:<32}{area_px} px"));
        }
        if !self.layers.is_empty() {
            text.push_str(&format!("\n  layer lines: {}", self.layers.join(", ")));
        }
        with_warnings(text, &self.warnings)
    }
}

impl ProjectInfo {
    fn in_words(&self) -> String {
        format!(
            "Fovea project\n  {}, {}, {}\n",
            counted(self.cases as usize, "case"),
            counted(self.bscans, "B-scan"),
            counted(self.versions, "label version")
        )
    }
}

fn with_warnings(mut text: String, warnings: &[String]) -> String {
    for warning in warnings {
        text.push_str(&format!("\n  ! {warning}"));
    }
    text.push('\n');
    text
}
