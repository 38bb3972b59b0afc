//! `fovea info`.

mod words;

use std::collections::BTreeMap;

use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{
    Budget, ForeignLabels, LabelContext, LabelFormat, Laterality, ProjectReader, ScanPattern,
    SourceFormat, Volume, Wanted, is_project, read_labels_path, read_path,
};
use fovea_intake::{Decision, Intake, Policy, Refusal, SiteKey};
use serde::Serialize;

use super::arguments::InfoArguments;
use super::exit::Failure;
use super::import;

pub(super) fn run(arguments: &InfoArguments) -> Result<(), Failure> {
    let info = look(arguments)?;
    if arguments.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&info).map_err(Failure::environment)?
        );
    } else {
        print!("{}", info.in_words());
    }
    Ok(())
}

/// What a file is. The names of its members are promised to programs.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Info {
    Scan(ScanInfo),
    Labels(LabelInfo),
    Project(ProjectInfo),
}

#[derive(Debug, Serialize)]
struct ScanInfo {
    format: SourceFormat,
    is_experimental: bool,
    bscans: usize,
    size_px: SizePx,
    spacing_um: Option<SpacingUm>,
    laterality: Laterality,
    pattern: ScanPattern,
    device: Option<String>,
    /// Names of the device's layer lines.
    layers: Vec<String>,
    slo_px: Option<SizePx>,
    slo_spacing_um: Option<[f64; 2]>,
    /// B-scans whose place on the fundus is known.
    placed_bscans: usize,
    /// Least and greatest figure of signal quality, in the device's own unit.
    quality: Option<[f32; 2]>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct LabelInfo {
    format: LabelFormat,
    bscans: usize,
    /// Pixels of each class.
    classes: BTreeMap<String, u64>,
    layers: Vec<String>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ProjectInfo {
    cases: u32,
    bscans: usize,
    versions: usize,
}

fn look(arguments: &InfoArguments) -> Result<Info, Failure> {
    let budget = Budget::default();
    let file = &arguments.file;
    if let Some(scan) = &arguments.scan {
        let context =
            LabelContext::of_scan(scan, &import::read(scan)?, &budget).map_err(Failure::input)?;
        let name = import::name_of(file);
        let labels = read_labels_path(file, &context, &Wanted::All, &budget)
            .map_err(|error| Failure::input(format!("{name}: {error}")))?;
        return Ok(Info::Labels(LabelInfo::of(labels)));
    }
    if first_bytes(file).is_some_and(|bytes| is_project(&bytes)) {
        return project(file, &budget).map(Info::Project);
    }
    scan(file, &budget).map(|volume| Info::Scan(ScanInfo::of(volume)))
}

/// The scan as the intake would let it in, so that a name in a free text is not printed either. What the policy turns
/// away is described all the same, without its texts.
fn scan(file: &std::path::Path, budget: &Budget) -> Result<Volume, Failure> {
    let intake = Intake::new(Policy::default(), SiteKey::new([0; 32]));
    match intake.examine_path(file) {
        Ok(found) => {
            let mut volume = found.volume;
            if matches!(found.decision, Decision::Quarantine | Decision::Reject) {
                let reasons = found.reasons.into_iter();
                volume
                    .warnings
                    .extend(reasons.map(|reason| reason.sentence));
            }
            Ok(volume)
        }
        Err(Refusal::Rejected { sentence }) => read_path(file, budget)
            .map(|volume| Volume {
                device: None,
                warnings: vec![sentence.clone()],
                layer_lines: Vec::new(),
                ..volume
            })
            .map_err(|_| no_scan(file, &sentence)),
        Err(refusal) => Err(no_scan(file, &refusal.to_string())),
    }
}

fn no_scan(file: &std::path::Path, sentence: &str) -> Failure {
    Failure::input(format!(
        "{}: {sentence}\nIf it holds labels, name their scan with --scan.",
        import::name_of(file)
    ))
}

fn first_bytes(path: &std::path::Path) -> Option<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::with_capacity(128);
    let file = std::fs::File::open(path).ok()?;
    file.take(128).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn project(path: &std::path::Path, budget: &Budget) -> Result<ProjectInfo, Failure> {
    let mut reader = ProjectReader::open(path, budget).map_err(Failure::input)?;
    let mut info = ProjectInfo {
        cases: reader.case_count(),
        bscans: 0,
        versions: 0,
    };
    for number in 0..reader.case_count() {
        let case = reader.case(number).map_err(Failure::input)?;
        info.bscans += case.tiles.len();
        info.versions += case
            .tiles
            .iter()
            .map(|tile| tile.versions.len())
            .sum::<usize>();
    }
    Ok(info)
}

impl ScanInfo {
    fn of(volume: Volume) -> Self {
        let quality = volume.bscans.iter().filter_map(|bscan| bscan.quality);
        let range = quality.fold(None, |range: Option<[f32; 2]>, value| {
            let [low, high] = range.unwrap_or([value; 2]);
            Some([low.min(value), high.max(value)])
        });
        let lines = volume
            .layer_lines
            .iter()
            .find(|lines| !lines.lines.is_empty());
        Self {
            format: volume.format,
            is_experimental: volume.format.is_experimental(),
            bscans: volume.bscans.len(),
            size_px: volume.bscan_size(),
            spacing_um: volume.spacing_um,
            laterality: volume.laterality,
            pattern: volume.pattern,
            layers: lines.map_or_else(Vec::new, |lines| {
                lines.lines.iter().map(|line| line.name.clone()).collect()
            }),
            slo_px: volume.slo.as_ref().map(|slo| slo.size),
            slo_spacing_um: volume.slo_spacing_um,
            placed_bscans: volume
                .bscans
                .iter()
                .filter(|bscan| bscan.position.is_some())
                .count(),
            quality: range,
            device: volume.device,
            warnings: volume.warnings,
        }
    }
}

impl LabelInfo {
    fn of(labels: ForeignLabels) -> Self {
        let mut areas = [0_u64; 256];
        for mask in labels.bscans.iter().filter_map(|bscan| bscan.mask.as_ref()) {
            mask.classes()
                .iter()
                .for_each(|class| areas[usize::from(*class)] += 1);
        }
        let mut layers: Vec<String> = Vec::new();
        for line in labels.bscans.iter().flat_map(|bscan| &bscan.lines.lines) {
            if !layers.contains(&line.name) {
                layers.push(line.name.clone());
            }
        }
        Self {
            format: labels.format,
            bscans: labels.bscans.len(),
            classes: labels
                .classes
                .into_iter()
                .map(|class| (class.name, areas[usize::from(class.index)]))
                .collect(),
            layers,
            warnings: labels.warnings,
        }
    }
}
