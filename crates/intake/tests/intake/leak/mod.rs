//! The leakage test: files full of tokens go in, and no token comes out: not in files, volumes, reports, refusals or logs.
//!
//! 1,000 DICOM files in a run; `FOVEA_LEAK_FILES` says how many others. The seed is printed, and `FOVEA_LEAK_SEED` replays it.

mod attributes;
mod canary;
mod dicom_files;
mod frames;
mod hunt;
mod logs;
mod matlab;
mod topcon;
mod vendor_files;

use std::hash::{BuildHasher, Hasher, RandomState};

use fovea_imaging::Volume;
use fovea_intake::{Intake, Policy, Refusal, Report, SiteKey};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::door::{declared, intake};
use canary::{CHARSETS, Canary};
pub(crate) use frames::{HEIGHT, WIDTH, jpeg, jpeg_2000};
use hunt::Hunt;
use logs::Logs;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number")),
    )
}

/// The standard library's own source of randomness.
fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Everything of a volume that is no number.
fn traces_of_volume(volume: &Volume) -> Vec<u8> {
    let mut all = format!("{:?}{:?}", volume.device, volume.warnings).into_bytes();
    for bscan in &volume.bscans {
        all.extend_from_slice(&bscan.pixels);
    }
    for line in volume.layer_lines.iter().flat_map(|lines| &lines.lines) {
        all.extend_from_slice(line.name.as_bytes());
    }
    all
}

fn traces_of_report(report: &Report) -> Vec<u8> {
    let json = serde_json::to_vec(report).expect("serializes");
    [json, format!("{report}{report:?}").into_bytes()].concat()
}

fn traces_of_refusal(refusal: &Refusal) -> Vec<u8> {
    format!("{refusal}{refusal:?}").into_bytes()
}

/// Lets in what the default policy does, what the readers do not read, and what has a token for its word on burned-in text.
fn policy() -> Policy {
    let text = include_str!("../../../policies/default.toml");
    let rule = "[[rule]]\nname = \"documents\"";
    let first = "[[rule]]\nname = \"test\"\nwhen.flags = [\"pixels_unread\", \"burned_in_annotation\"]\nthen = \"deid\"\nreason = \"Test.\"\n";
    Policy::parse(&text.replacen(rule, &format!("{first}{rule}"), 1)).expect("a policy")
}

/// Some whole files full of tokens, always the same.
pub(crate) fn sample(files: usize) -> Vec<Vec<u8>> {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    (0..files)
        .map(|index| {
            let canary = Canary::new(&mut rng, CHARSETS[index % CHARSETS.len()]);
            dicom_files::file(index, &canary, &mut rng)
        })
        .collect()
}

#[test]
fn nothing_personal_of_a_dicom_file_comes_out() {
    let files = number("FOVEA_LEAK_FILES").unwrap_or(1_000) as usize;
    let seed = number("FOVEA_LEAK_SEED").unwrap_or_else(random_seed);
    println!("{files} files, FOVEA_LEAK_SEED={seed}");
    let intake = Intake::new(policy(), SiteKey::new([5; 32]));
    let (mut clean, mut refused) = (0, 0);
    for index in 0..files {
        let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_add(index as u64));
        let canary = Canary::new(&mut rng, CHARSETS[index % CHARSETS.len()]);
        let hunt = Hunt::new(&canary);
        let whole = dicom_files::file(index, &canary, &mut rng);
        assert!(
            hunt.find(&whole).is_some(),
            "file {index} of seed {seed} holds no token"
        );
        let is_damaged = index % 10 == 9;
        let file = match is_damaged {
            true => dicom_files::damaged(&whole, &mut rng),
            false => whole,
        };
        let (outcome, log) = Logs::of(|| intake.deidentify_bytes(&file));
        let (bytes, account) = match &outcome {
            Ok((bytes, report)) => {
                clean += 1;
                (&bytes[..], traces_of_report(report))
            }
            Err(refusal) => {
                refused += 1;
                assert!(is_damaged, "file {index} of seed {seed}: {refusal}");
                (&[][..], traces_of_refusal(refusal))
            }
        };
        for (what, bytes) in [("file", bytes), ("account", &account), ("log", &log)] {
            if let Some(trace) = hunt.find(bytes) {
                panic!("file {index} of seed {seed}: {trace} in the {what}");
            }
        }
    }
    println!("{clean} de-identified, {refused} refused, 0 tokens found");
    assert!(
        clean * 10 >= files * 9,
        "only {clean} of {files} came through"
    );
}

#[test]
fn nothing_personal_of_a_device_file_comes_out() {
    let seed = number("FOVEA_LEAK_SEED").unwrap_or_else(random_seed);
    println!("FOVEA_LEAK_SEED={seed}");
    let intake = intake();
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..24 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_add(round));
        let canary = Canary::new(&mut rng, CHARSETS[round as usize % CHARSETS.len()]);
        let hunt = Hunt::new(&canary);
        let mut outcomes = Vec::new();
        for (name, bytes) in vendor_files::single_files(&canary) {
            assert!(
                hunt.find(&bytes).is_some(),
                "the {name} file holds no token"
            );
            outcomes.push((name, Logs::of(|| intake.admit_bytes(&bytes, &declared()))));
            let cut = &bytes[..bytes.len() * 2 / 3];
            let (refused, log) = Logs::of(|| intake.admit_bytes(cut, &declared()));
            let said = refused.err().map(|refusal| traces_of_refusal(&refusal));
            let found = said.iter().chain([&log]).find_map(|bytes| hunt.find(bytes));
            assert_eq!(found, None, "the cut {name} file of seed {seed}");
        }
        for (name, bytes) in vendor_files::heyex_files(&canary) {
            std::fs::write(folder.path().join(name), bytes).expect("writes");
        }
        let path = folder.path().join("export.xml");
        let xml = std::fs::read(&path).expect("the export");
        assert!(hunt.find(&xml).is_some(), "the XML file holds no token");
        outcomes.push((
            "HEYEX XML",
            Logs::of(|| intake.admit_path(&path, &declared())),
        ));
        for (name, (outcome, log)) in outcomes {
            let admitted = outcome.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
            let volume = traces_of_volume(&admitted.volume);
            let report = traces_of_report(&admitted.report);
            for (what, bytes) in [("volume", volume), ("report", report), ("log", log)] {
                assert_eq!(hunt.find(&bytes), None, "{what} of {name}, seed {seed}");
            }
        }
    }
}
