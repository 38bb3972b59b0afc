//! Long work under way, as a card at the top of the picture that never blocks it.

use egui::{
    Align, Align2, Area, CornerRadius, Frame, Id, Layout, Margin, Order, Rect, Stroke, Ui, vec2,
};
use fovea_editor::{Command, State};

use crate::theme::{CONTROL_HEIGHT, Palette, RADIUS};
use crate::widgets::{ActionButton, Weight, progress_bar, soft};

/// Room for what stands in the upper corners of the picture: which eye, which B-scan, how large.
const BELOW_CAPTIONS: f32 = 48.0;

/// One piece of long work.
struct Work {
    words: String,
    /// From 0 to 1; `None` while nothing can be counted.
    part: Option<f32>,
    cancelling: bool,
    stop: Command,
}

/// Draws the card while something runs.
pub(crate) fn progress(ui: &mut Ui, state: &State, viewport: Rect, commands: &mut Vec<Command>) {
    let works: Vec<Work> = importing(state)
        .into_iter()
        .chain(segmenting(state))
        .collect();
    if works.is_empty() {
        return;
    }
    let top = if viewport.is_positive() {
        viewport
    } else {
        ui.ctx().content_rect()
    };
    let area = Area::new(Id::unique("progress"))
        .order(Order::Middle)
        .pivot(Align2::CENTER_TOP);
    area.fixed_pos(top.center_top() + vec2(0.0, BELOW_CAPTIONS))
        .show(ui.ctx(), |ui| {
            let p = Palette::dark();
            Frame::new()
                .fill(p.raised)
                .stroke(Stroke::new(1.0, p.line_strong))
                .corner_radius(CornerRadius::same(RADIUS))
                .inner_margin(Margin::same(12))
                .show(ui, |ui| {
                    ui.set_width(320.0);
                    for work in works {
                        row(ui, work, commands);
                    }
                });
        });
}

fn row(ui: &mut Ui, work: Work, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.set_height(CONTROL_HEIGHT);
        soft(ui, &work.words);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = if work.cancelling {
                "Stopping…"
            } else {
                "Stop"
            };
            let button = ActionButton::words(words)
                .weight(Weight::Plain)
                .enabled(!work.cancelling);
            if ui.add(button).clicked() {
                commands.push(work.stop);
            }
        });
    });
    progress_bar(ui, work.part);
}

fn importing(state: &State) -> Option<Work> {
    let (done, total) = state.import.running?;
    Some(Work {
        words: format!("Importing {done} of {total}"),
        part: Some(done as f32 / total.max(1) as f32),
        cancelling: state.import.cancelling,
        stop: Command::CancelImport,
    })
}

fn segmenting(state: &State) -> Option<Work> {
    let segment = state.segment.as_ref()?;
    let counted = (!segment.preparing).then(|| segment.done as f32 / segment.total.max(1) as f32);
    Some(Work {
        words: if segment.preparing {
            "Preparing the model…".to_owned()
        } else {
            format!("Segmenting: {} of {} done", segment.done, segment.total)
        },
        part: counted,
        cancelling: segment.cancelling,
        stop: Command::CancelSegment,
    })
}
