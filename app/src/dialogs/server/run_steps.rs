//! The steps of a run, each with how far it is.

use egui::{Align, Color32, Layout, RichText, Ui};
use fovea_protocol::{RunRecord, RunStep, StepKind, StepState};

use super::run_row::part_of_step;
use crate::calendar::date_time_utc;
use crate::theme::{Palette, space};
use crate::widgets::{Urgency, caption, card, emphasis, note, progress_bar};

/// Draws them.
pub(super) fn show(ui: &mut Ui, run: &RunRecord) {
    ui.spacing_mut().item_spacing.y = space::S;
    if let Some(error) = &run.error {
        note(ui, Urgency::Failed, &error.detail);
    }
    for step in &run.steps {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::XS;
            row(ui, step);
        });
    }
}

fn row(ui: &mut Ui, step: &RunStep) {
    let (words, colour) = standing(step.state);
    ui.horizontal(|ui| {
        emphasis(ui, name(step.step));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(words).color(colour));
        });
    });
    progress_bar(ui, Some(part_of_step(step)));
    caption(ui, figures(step));
}

fn name(step: StepKind) -> &'static str {
    match step {
        StepKind::Preproc => "Check the pictures",
        StepKind::Segment => "Segment",
        StepKind::Metrics => "Measure",
    }
}

fn standing(state: StepState) -> (&'static str, Color32) {
    let p = Palette::dark();
    match state {
        StepState::Waiting => ("waits for the step before", p.text_faint),
        StepState::Queued => ("queued", p.text_faint),
        StepState::Running => ("running", p.accent),
        StepState::Succeeded => ("done", p.ok),
        StepState::Failed => ("failed", p.error),
        StepState::Cancelled => ("stopped", p.text_soft),
    }
}

/// "12 of 25 pictures · attempt 2 of 4 · tried again at 23 Nov 2026, 16:05".
fn figures(step: &RunStep) -> String {
    let mut parts = Vec::new();
    if step.progress_of > 0 {
        parts.push(format!(
            "{} of {} pictures",
            step.progress_done, step.progress_of
        ));
    }
    if step.attempt > 0 {
        parts.push(format!("attempt {} of {}", step.attempt, step.attempts_max));
    }
    if let Some(at_us) = step.next_at_us {
        parts.push(format!("tried again at {}", date_time_utc(at_us)));
    } else if let Some(at_us) = step.finished_at_us {
        parts.push(format!("ended {}", date_time_utc(at_us)));
    }
    match parts.is_empty() {
        true => "not begun".to_owned(),
        false => parts.join(" · "),
    }
}
