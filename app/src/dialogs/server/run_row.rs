//! One run in the list, and the words for how far it is.

use egui::{Color32, CornerRadius, Rect, Ui, pos2};
use fovea_annotation::CaseId;
use fovea_editor::State;
use fovea_protocol::{RunRecord, RunState, RunStep, StepState};

use crate::calendar::date_time_utc;
use crate::theme::Palette;
use crate::widgets::{TitledRow, titled_row};

const ROW_HEIGHT: f32 = 54.0;

/// Draws it; true when it was clicked.
pub(super) fn show(ui: &mut Ui, state: &State, run: &RunRecord, is_chosen: bool) -> bool {
    let p = Palette::dark();
    let title = case_name(state, run.case_id);
    let (words, colour) = standing(run.state);
    let when = date_time_utc(run.created_at_us);
    let name = format!("{title}, {words}, {when}");
    let below = format!("{when} · {}", short(run));
    let row = TitledRow {
        name: &name,
        title: &title,
        ink: p.text,
        standing: (words, colour),
        below: &below,
        selected: is_chosen,
    };
    let (inner, response) = titled_row(ui, ROW_HEIGHT, &row);
    if !run.state.is_final() {
        let bar = Rect::from_min_max(
            pos2(inner.left(), inner.bottom() - 2.0),
            pos2(inner.right(), inner.bottom()),
        );
        let done = bar.with_max_x(bar.left() + bar.width() * part(&run.steps));
        ui.painter()
            .rect_filled(bar, CornerRadius::same(1), p.pressed);
        ui.painter()
            .rect_filled(done, CornerRadius::same(1), p.accent);
    }
    response.clicked()
}

/// The title of a case that is here; the first digits of one that is not.
pub(super) fn case_name(state: &State, case: CaseId) -> String {
    let here = state.cases.iter().flatten().find(|known| known.id == case);
    here.map_or_else(
        || format!("Case {}", case.short()),
        |known| known.title.clone(),
    )
}

/// The first digits of the run's id.
pub(super) fn short(run: &RunRecord) -> String {
    run.run_id.to_string().chars().take(8).collect()
}

/// How far a run is, in a word and a colour.
pub(super) fn standing(state: RunState) -> (&'static str, Color32) {
    let p = Palette::dark();
    match state {
        RunState::Queued => ("queued", p.text_faint),
        RunState::Running => ("running", p.accent),
        RunState::Succeeded => ("succeeded", p.ok),
        RunState::Failed => ("failed", p.error),
        RunState::Cancelled => ("stopped", p.text_soft),
    }
}

/// How much of a run is done, from 0 to 1, every step counting the same.
pub(super) fn part(steps: &[RunStep]) -> f32 {
    let done: f32 = steps.iter().map(part_of_step).sum();
    done / steps.len().max(1) as f32
}

/// The same for one step.
pub(super) fn part_of_step(step: &RunStep) -> f32 {
    match step.state {
        StepState::Succeeded => 1.0,
        StepState::Running => step.progress_done as f32 / step.progress_of.max(1) as f32,
        _ => 0.0,
    }
}
