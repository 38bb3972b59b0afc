//! Figures of the editing path, one JSON line each: name, size, samples, p50, p95 and min in µs.
//!
//! The names follow the goals they answer: `a1` dab, `a3` undo, `a4` bytes of a stroke, `a5` large
//! brush, `d1` diff, `d3` bytes and time of a payload. Compare only with figures taken in the same run on the same
//! machine: wall times of a shared machine drift.

mod sample;

use fovea_annotation::{History, JournalEntry, Mask, MaskDiff, Stroke, mask_to_payload};
use fovea_geometry::{PointPx, SizePx};
use sample::{Figure, layered_mask, report};
use std::{hint::black_box, time::Instant};

/// Moves of a stroke and px between them, as a person draws.
const MOVE_COUNT: usize = 100;
const MOVE_PX: f32 = 4.0;

/// Takes and prints all figures.
pub(crate) fn run() -> anyhow::Result<()> {
    for side in [512, 4096, 16_384] {
        let size = SizePx::new(side, side);
        let mut mask = layered_mask(size)?;
        bench_dab(&mut mask)?;
        bench_undo(&mut mask)?;
    }
    bench_large_brush()?;
    bench_diff_and_payload()
}

/// One pointer sample of a 30 px brush: mask, memory for undo, exact dirty rectangle.
fn bench_dab(mask: &mut Mask) -> anyhow::Result<()> {
    let mut figure = Figure::new("a1_dab_30px", mask.size());
    for round in 0..40 {
        let mut stroke = Stroke::new(1 + (round % 5) as u8, 15.0, &[]);
        for at in stroke_points(mask.size(), round) {
            let start = Instant::now();
            black_box(stroke.sample(mask, at));
            figure.add(start.elapsed());
        }
        stroke.cancel(mask);
    }
    report(figure)
}

/// Taking back and doing again one stroke of 100 moves; also the bytes that the journal holds for it.
fn bench_undo(mask: &mut Mask) -> anyhow::Result<()> {
    let mut figure = Figure::new("a3_undo_redo", mask.size());
    let (mut history, mut bytes) = (History::default(), 0);
    for round in 0..40 {
        let mut stroke = Stroke::new(1 + (round % 5) as u8, 15.0, &[]);
        for at in stroke_points(mask.size(), round) {
            stroke.sample(mask, at);
        }
        let edit = stroke.finish(mask);
        bytes += JournalEntry::Edit(edit.clone()).to_bytes().len();
        history.record(edit);
    }
    while history.undo_len() > 0 {
        let start = Instant::now();
        black_box(history.undo(mask)?);
        figure.add(start.elapsed());
    }
    while history.redo_len() > 0 {
        let start = Instant::now();
        black_box(history.redo(mask)?);
        figure.add(start.elapsed());
    }
    figure.bytes = Some(bytes / 40);
    report(figure)
}

/// A brush of 2,000 px on 16,000².
fn bench_large_brush() -> anyhow::Result<()> {
    let mut mask = Mask::background(SizePx::new(16_000, 16_000));
    let mut figure = Figure::new("a5_dab_2000px", mask.size());
    let mut stroke = Stroke::new(3, 1_000.0, &[]);
    for step in 0..100 {
        let at = PointPx::new(3_000.0 + step as f32 * 100.0, 8_000.0);
        let start = Instant::now();
        black_box(stroke.sample(&mut mask, at));
        figure.add(start.elapsed());
    }
    report(figure)
}

/// Diff of two masks a stroke apart, and the payload of a whole mask.
fn bench_diff_and_payload() -> anyhow::Result<()> {
    let before = layered_mask(SizePx::new(512, 512))?;
    let mut after = before.clone();
    let mut stroke = Stroke::new(2, 12.0, &[]);
    for at in stroke_points(after.size(), 3) {
        stroke.sample(&mut after, at);
    }
    let (mut diff, mut payload) = (
        Figure::new("d1_diff", before.size()),
        Figure::new("d3_payload", before.size()),
    );
    for _ in 0..400 {
        let start = Instant::now();
        black_box(MaskDiff::between(&before, &after)?);
        diff.add(start.elapsed());
        let start = Instant::now();
        payload.bytes = Some(black_box(mask_to_payload(&after)?).len());
        payload.add(start.elapsed());
    }
    report(diff)?;
    report(payload)
}

fn stroke_points(size: SizePx, round: usize) -> impl Iterator<Item = PointPx> {
    let (width, height) = (size.width as f32, size.height as f32);
    let y0 = height * (0.2 + 0.015 * round as f32);
    (0..MOVE_COUNT).map(move |i| {
        let x = 20.0 + i as f32 * MOVE_PX;
        PointPx::new(x % width, (y0 + (x * 0.05).sin() * 20.0).min(height - 1.0))
    })
}
