//! Text burned into pixels is found; tissue, speckle and noise are not taken for text.

use std::fs;
use std::path::{Path, PathBuf};

use fovea_geometry::SizePx;
use fovea_imaging::{Bscan, Budget, SourceFormat, Volume, read_path};
use fovea_intake::text_score;
use fovea_phantom::{PhantomParams, generate};
use fovea_test_data::shared_data;

use crate::font::{Line, draw, draw_smooth};

/// From here on the default policy quarantines.
const QUARANTINE: f32 = 0.5;

fn real_pictures(test: &str) -> Option<Vec<PathBuf>> {
    let data = shared_data(test)?;
    let folders = [
        "oct_layers/images",
        "oct_lesions/images",
        "zeiss_onh/my-example-datasets/onh-3subsets/eval/img",
        "zeiss_onh/my-example-datasets/onh-3subsets/test/img",
        "zeiss_onh/my-example-datasets/onh-3subsets/train/img",
        "zeiss_onh/my-example-datasets/onh-3subsets/predict/img",
    ];
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder of pictures");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    };
    let mut all: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| files(&data.join(folder)))
        .collect();
    all.sort();
    Some(all)
}

/// At most this share of pictures without text may be quarantined.
const FALSE_ALARMS_MOST: f64 = 0.01;
/// At least this share of pictures with text must be.
const FOUND_LEAST: f64 = 0.95;

fn phantoms() -> Vec<Volume> {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(384, 256))
        .with_bscans(2);
    (0..12).map(|seed| generate(seed, &params).volume).collect()
}

/// Pixels as a lossy codec or a smooth font leaves them: each the weighted mean of its neighbours.
fn soften(volume: &mut Volume) {
    let width = volume.bscan_size().width as usize;
    let pixels = &mut volume.bscans[0].pixels;
    for step in [1, width] {
        let sharp = pixels.clone();
        for at in step..sharp.len() - step {
            let sum = u32::from(sharp[at - step])
                + 2 * u32::from(sharp[at])
                + u32::from(sharp[at + step]);
            pixels[at] = (sum / 4) as u8;
        }
    }
}

#[test]
fn scans_without_text_pass() {
    let quarantined = |volume: &Volume| text_score(volume) >= QUARANTINE;
    assert_eq!(
        phantoms()
            .iter()
            .filter(|volume| quarantined(volume))
            .count(),
        0
    );
    let Some(pictures) = real_pictures("scans_without_text_pass") else {
        return;
    };
    let alarms: Vec<&PathBuf> = pictures
        .iter()
        .filter(|path| quarantined(&read_path(path, &Budget::default()).expect("reads")))
        .collect();
    let rate = alarms.len() as f64 / pictures.len() as f64;
    println!(
        "{} false alarms in {} real pictures",
        alarms.len(),
        pictures.len()
    );
    assert!(rate <= FALSE_ALARMS_MOST, "{rate:.3}: {alarms:?}");
}

#[test]
fn burned_in_names_are_found() {
    let mut volumes = phantoms();
    for path in real_pictures("burned_in_names_are_found")
        .iter()
        .flatten()
        .step_by(9)
    {
        volumes.push(read_path(path, &Budget::default()).expect("reads"));
    }
    let (name, date) = ("SMITH, JOHN 1947", "13.02.1947");
    // Gray of the strokes, pixels per dot, softened.
    let cases = [
        (name, 255, 1, false),
        (name, 255, 2, false),
        (name, 255, 3, false),
        (name, 200, 1, false),
        (name, 160, 2, false),
        (name, 255, 2, true),
        (name, 255, 3, true),
        (date, 255, 1, false),
        (date, 255, 2, false),
        (date, 200, 2, false),
    ];
    for (text, gray, scale_px, is_soft) in cases {
        let found = volumes.iter().filter(|volume| {
            let mut volume = (*volume).clone();
            let width = volume.bscan_size().width;
            let at_px = (8, 6);
            draw(
                &mut volume.bscans[0].pixels,
                width,
                Line {
                    text,
                    at_px,
                    scale_px,
                    gray,
                },
            );
            if is_soft {
                soften(&mut volume);
            }
            text_score(&volume) >= QUARANTINE
        });
        let rate = found.count() as f64 / volumes.len() as f64;
        println!("{text}, gray {gray}, {scale_px} px a dot, soft {is_soft}: {rate:.3} found");
        assert!(
            rate >= FOUND_LEAST,
            "{text}, gray {gray}, {scale_px} px, soft {is_soft}: {rate:.3}"
        );
    }
}

#[test]
fn small_smooth_type_is_found() {
    let mut volumes = phantoms();
    for path in real_pictures("small_smooth_type_is_found")
        .iter()
        .flatten()
        .step_by(9)
    {
        volumes.push(read_path(path, &Budget::default()).expect("reads"));
    }
    let line = Line {
        text: "SMITH, JOHN 1947",
        at_px: (8, 6),
        scale_px: 1,
        gray: 255,
    };
    for height_px in [8.5, 10.0, 11.5, 13.0, 16.0] {
        let found = volumes.iter().filter(|volume| {
            let mut volume = (*volume).clone();
            let width = volume.bscan_size().width;
            draw_smooth(&mut volume.bscans[0].pixels, width, line, height_px);
            text_score(&volume) >= QUARANTINE
        });
        let rate = found.count() as f64 / volumes.len() as f64;
        println!("letters of {height_px} px: {rate:.3} found");
        assert!(rate >= FOUND_LEAST, "{height_px}: {rate:.3}");
    }
}

/// A xorshift generator (Marsaglia, 2003).
fn noise(seed: u32) -> impl FnMut() -> u32 {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    }
}

/// Noise lines up by chance, and the rows of regular patterns are no letters.
#[test]
fn noise_and_patterns_pass() {
    let mut alarms = Vec::new();
    for (width, height) in [(48, 48), (64, 48), (96, 80), (400, 400)] {
        let size = SizePx::new(width, height);
        for seed in 1..6 {
            let mut next = noise(seed);
            let mut of = |value: &dyn Fn(u32) -> u8| -> Vec<u8> {
                (0..size.len()).map(|_| value(next())).collect()
            };
            let mut pictures = vec![
                ("bytes", of(&|n| (n >> 24) as u8)),
                ("four grays", of(&|n| 120 + (n >> 30) as u8)),
                ("black and white", of(&|n| 255 * (n >> 31) as u8)),
                ("salt", of(&|n| 255 * u8::from(n >> 28 == 0))),
            ];
            for period in [97, 199, 200, 251, 256] {
                let saw = (0..size.len()).map(|at| (at * seed as usize % period) as u8);
                pictures.push(("saw", saw.collect()));
            }
            for (name, pixels) in pictures {
                let bscan = Bscan::new(size, pixels);
                let volume = Volume::of_bscans(vec![bscan], SourceFormat::Png);
                if text_score(&volume) >= QUARANTINE {
                    alarms.push((name, size, seed));
                }
            }
        }
    }
    assert!(alarms.is_empty(), "{alarms:?}");
}

/// A picture full of glyphs takes time in proportion to its size; if each were held against all, this would take hours.
#[test]
fn a_large_page_of_text_is_found() {
    let size = SizePx::new(6_000, 6_000);
    let mut page = vec![0; size.len()];
    let text = "ABCDEFGHKLMNPQRSTUVXYZ0123456789".repeat(31);
    for row in 0..600 {
        let at_px = (2, 2 + row * 10);
        let line = Line {
            text: &text,
            at_px,
            scale_px: 1,
            gray: 255,
        };
        draw(&mut page, size.width, line);
    }
    let volume = Volume::of_bscans(vec![Bscan::new(size, page)], SourceFormat::Png);
    assert!(text_score(&volume) > 0.99);
}

#[test]
fn dark_text_on_a_page_is_found() {
    let size = SizePx::new(320, 120);
    let mut page = vec![235; size.len()];
    for (row, text) in ["NAME MUSTERMANN", "BORN 13.02.1947", "ID 4711-0815"]
        .into_iter()
        .enumerate()
    {
        let at_px = (12, 10 + 30 * row as u32);
        draw(
            &mut page,
            size.width,
            Line {
                text,
                at_px,
                scale_px: 2,
                gray: 10,
            },
        );
    }
    let volume = Volume::of_bscans(vec![Bscan::new(size, page)], SourceFormat::Png);
    assert!(text_score(&volume) > 0.8, "{}", text_score(&volume));
}
