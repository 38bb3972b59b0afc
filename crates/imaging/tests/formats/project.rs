//! A project goes from one installation to another whole, or not at all.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use fovea_annotation::{
    ContentHash, LabelSchema, LabelVersion, Mask, MaskDiff, TileId, VersionId, VersionKind,
    mask_to_payload,
};
use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, Project, ProjectCase, ProjectReader, ProjectTile, ProjectWriter, Volume, WriteError,
    case_id_of, is_project,
};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::build::phantom_volume;

/// A version of `tile` on top of `parents`, with its payload put into `case`.
fn version(
    case: &mut ProjectCase,
    tile: usize,
    parents: &[usize],
    kind: VersionKind,
    mask: &Mask,
) -> VersionId {
    let versions = &case.tiles[tile].versions;
    let payload = mask_to_payload(mask).expect("compresses");
    let hash = ContentHash::of(&payload);
    let before = parents
        .first()
        .map_or(Mask::background(mask.size()), |parent| {
            let bytes = &case.payloads[&versions[*parent].payload];
            fovea_annotation::mask_from_payload(bytes).expect("ours")
        });
    let version = LabelVersion {
        id: VersionId(hash),
        tile: TileId::of(case_id_of(&case.volume), tile as u32),
        number: versions.len() as u32 + 1,
        parents: parents.iter().map(|parent| versions[*parent].id).collect(),
        author: "ada".to_owned(),
        schema: LabelSchema::OCT_LAYERS_ID.to_owned(),
        payload: hash,
        kind,
        comment: "the cyst at 3 o'clock, “checked”".to_owned(),
        client_time_us: 1_763_900_000_000_000,
        hlc: 40 + versions.len() as u64,
        diff: MaskDiff::between(&before, mask).expect("one size"),
    }
    .sealed();
    let id = version.id;
    case.payloads.insert(hash, payload);
    case.tiles[tile].versions.push(version);
    id
}

fn case_of(volume: Volume) -> ProjectCase {
    let tiles = vec![ProjectTile::default(); volume.bscans.len()];
    ProjectCase {
        volume,
        tiles,
        payloads: BTreeMap::new(),
    }
}

/// Two cases: one with a fork, a rollback and a merge, and one that nobody has labelled.
fn project() -> Project {
    let mut volume = phantom_volume(16, 12, 2);
    // Geometry that decimal fractions of a careless reader would move by the last bit.
    volume.spacing_um = fovea_geometry::SpacingUm::new(0.1 + 0.2, 3.872_000_000_000_001, 1e2 / 3.0);
    volume.slo_spacing_um = Some([1.0 / 3.0, 11.0]);
    volume.device = Some("Heidelberg Spectralis".to_owned());
    volume.bscans[1].quality = Some(27.3);
    volume.layer_lines[0].lines[2].y_px[3] = f32::NAN;
    let mut labelled = case_of(volume);
    let size = SizePx::new(16, 12);
    let filled = |class: u8| Mask::new(size, vec![class; size.len()]).expect("full");
    version(&mut labelled, 0, &[], VersionKind::Model, &filled(5));
    version(&mut labelled, 0, &[0], VersionKind::Edit, &filled(1));
    version(&mut labelled, 0, &[0], VersionKind::Edit, &filled(2));
    version(&mut labelled, 0, &[1], VersionKind::Rollback, &filled(5));
    let merge = version(&mut labelled, 0, &[2, 3], VersionKind::Edit, &filled(3));
    labelled.tiles[0].working = Some(merge);
    version(&mut labelled, 1, &[], VersionKind::Edit, &filled(11));
    Project {
        cases: vec![labelled, case_of(phantom_volume(9, 7, 1))],
    }
}

fn bytes_of(project: &Project) -> Vec<u8> {
    let mut writer = ProjectWriter::new(Cursor::new(Vec::new())).expect("memory");
    for case in &project.cases {
        writer.add_case(case).expect("holds together");
    }
    writer.finish().expect("memory").into_inner()
}

fn check(bytes: &[u8]) -> Result<(), String> {
    let reader = ProjectReader::of_bytes(bytes, &Budget::default());
    reader.map(drop).map_err(|error| error.to_string())
}

#[test]
fn everything_comes_back() {
    let project = project();
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("study.fovea");
    project.write(&path).expect("writes");
    let back = Project::read(&path, &Budget::default()).expect("reads");
    assert_eq!(format!("{back:?}"), format!("{project:?}"));
    let ids = |project: &Project| -> Vec<_> {
        let volumes = project.cases.iter().map(|case| case_id_of(&case.volume));
        volumes.collect()
    };
    assert_eq!(ids(&back), ids(&project));
    let bytes = std::fs::read(&path).expect("there");
    assert!(is_project(&bytes) && !is_project(b"PK\x03\x04"));
    assert_eq!(
        bytes,
        bytes_of(&project),
        "the same project is the same file"
    );
    assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1);
}

#[test]
fn a_failed_export_leaves_nothing_and_what_was_there_is_kept() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("study.fovea");
    let mut broken = project();
    broken.cases[0].payloads.clear();
    let error = broken.write(&path).expect_err("a mask is missing");
    assert!(matches!(error, WriteError::NotRepresentable { .. }));
    assert_eq!(
        error.to_string(),
        "Fovea project cannot hold case 1: in B-scan 0, label version 1: its mask is missing; nothing was written."
    );
    assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 0);
    std::fs::write(&path, "before").expect("writes");
    let error = project().write(&path).expect_err("it is there");
    assert!(matches!(error, WriteError::Exists { .. }), "{error}");
    assert_eq!(std::fs::read(&path).expect("still there"), b"before");
    assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1);
}

/// The parts of an archive in order.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let count = zip.len();
    let part = |index| {
        let mut part = zip.by_index(index).expect("a part");
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("stored");
        (part.name().expect("text").into_owned(), content)
    };
    (0..count).map(part).collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(name, options).expect("memory");
        zip.write_all(content).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// Puts checksums and lengths right, as someone would who changes a project on purpose.
fn resealed(mut parts: Vec<(String, Vec<u8>)>) -> Vec<u8> {
    let (_, manifest) = parts.pop().expect("the manifest is last");
    let mut manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let listed = parts.iter().skip(1).map(|(name, content)| {
        serde_json::json!({"name": name, "bytes": content.len(), "sha256": ContentHash::of(content)})
    });
    manifest["parts"] = listed.collect();
    parts.push((
        "manifest.json".to_owned(),
        manifest.to_string().into_bytes(),
    ));
    packed(&parts)
}

#[test]
fn changes_on_the_way_are_noticed() {
    let bytes = bytes_of(&project());
    assert_eq!(check(&bytes), Ok(()));
    let names: Vec<String> = unpacked(&bytes).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        (names[0].as_str(), names[1].as_str()),
        ("fovea-project", "cases/0000/case.json")
    );
    for at in 0..names.len() {
        let mut changed = unpacked(&bytes);
        let middle = changed[at].1.len() / 2;
        changed[at].1[middle] ^= 1;
        let error = check(&packed(&changed)).expect_err(&names[at]);
        let place = ["fovea-project", "manifest.json"].contains(&names[at].as_str());
        assert!(place || error.contains(&names[at]), "{error}");
        let mut missing = unpacked(&bytes);
        missing.remove(at);
        check(&packed(&missing)).expect_err(&names[at]);
    }
    let mut more = unpacked(&bytes);
    more.insert(3, ("../../evil".to_owned(), vec![1]));
    let error = check(&packed(&more)).expect_err("one too many");
    assert!(
        error.contains("the archive has a part that is not listed"),
        "{error}"
    );
    let error = check(&resealed(more)).expect_err("one too many");
    assert!(
        error.contains("1 of its parts belong to no case"),
        "{error}"
    );
}

/// Checksums alone prove nothing: what they cover must hold together too.
#[test]
fn changes_on_purpose_are_noticed() {
    let bytes = bytes_of(&project());
    type Change = fn(&mut String);
    let changes: [(&str, Change, &str); 7] = [
        (
            "versions.json",
            |json| *json = json.replace("\"ada\"", "\"bob\""),
            "does not match its content",
        ),
        (
            "versions.json",
            |json| *json = json.replacen("\"removed\":[]", "\"removed\":[[5,1]]", 1),
            "its diff is not that of its masks",
        ),
        (
            "versions.json",
            |json| *json = json.replacen("\"number\":1", "\"number\":1,\"name\":\"x\"", 1),
            "is damaged near byte",
        ),
        (
            "case.json",
            |json| *json = json.replacen("\"laterality\":\"left\"", "\"laterality\":\"right\"", 1),
            "it belongs to another tile",
        ),
        (
            "case.json",
            |json| *json = json.replacen("\"working\":\"", "\"working\":\"0", 1),
            "is damaged near byte",
        ),
        (
            "lines.json",
            |json| *json = json.replacen("\"y_px\":[", "\"y_px\":[1.0,", 1),
            "its lines are not those of the B-scans",
        ),
        (
            "case.json",
            |json| *json = json.replacen("\"has_slo\":true", "\"has_slo\":false", 1),
            "1 of its parts belong to no case",
        ),
    ];
    for (name, change, expected) in changes {
        let mut parts = unpacked(&bytes);
        let part = parts
            .iter_mut()
            .find(|(part, _)| part == &format!("cases/0000/{name}"));
        let (_, content) = part.expect("a part");
        let mut text = String::from_utf8(content.clone()).expect("JSON");
        change(&mut text);
        assert!(text.as_bytes() != content, "{expected}");
        *content = text.into_bytes();
        let error = check(&resealed(parts)).expect_err(expected);
        assert!(error.contains(expected), "{error}\n{expected}");
        assert!(error.ends_with('.') && !error.contains(". "), "{error}");
    }
}

#[test]
fn compressed_and_cut_off_archives_are_refused() {
    let bytes = bytes_of(&project());
    for length in (0..bytes.len()).step_by(97) {
        check(&bytes[..length]).expect_err("cut off");
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in unpacked(&bytes) {
        zip.start_file(name, SimpleFileOptions::default())
            .expect("memory");
        zip.write_all(&[content, vec![b' '; 1 << 20]].concat())
            .expect("memory");
    }
    let bomb = zip.finish().expect("memory").into_inner();
    let error = check(&bomb).expect_err("unpacks to more than the file");
    assert!(
        error.contains("declares") || error.contains("version"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_anywhere_is_survived(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = small();
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let _ = check(&bytes);
    }
}

fn small() -> Vec<u8> {
    bytes_of(&Project {
        cases: vec![case_of(phantom_volume(9, 7, 1))],
    })
}
