//! The list of cases, newest first.

use egui::{Align2, CornerRadius, Rect, Ui, pos2, vec2};
use fovea_editor::{CaseSummary, Command, State};
use fovea_imaging::Laterality;

use crate::theme::{Palette, regular, space, strong, type_scale};
use crate::widgets::{Icon, empty_state, list_row, paint_cut};

const ROW_HEIGHT: f32 = 64.0;

/// Draws the list.
pub(super) fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    match &state.cases {
        None => empty_state(
            ui,
            Icon::Clock,
            "Reading the store…",
            "Your cases appear here in a moment.",
        ),
        Some(cases) if cases.is_empty() => {
            empty_state(
                ui,
                Icon::Scan,
                "No cases yet",
                "Open a scan, or drop files onto this window.",
            );
        }
        Some(cases) => {
            let open = state.case.as_ref().map(|case| case.summary.id);
            for case in cases {
                if row(ui, case, open == Some(case.id)) {
                    commands.push(Command::SelectCase(case.id));
                }
            }
        }
    }
}

fn row(ui: &mut Ui, case: &CaseSummary, open: bool) -> bool {
    let p = Palette::dark();
    let eye = eye_of(case.laterality);
    let name = format!("{}, {eye}, {}", case.title, scans(case));
    let (inner, response) = list_row(ui, ROW_HEIGHT, open, &name);
    let painter = ui.painter();
    let eye_width = painter
        .text(
            inner.right_top(),
            Align2::RIGHT_TOP,
            eye,
            strong(type_scale::CAPTION),
            if open { p.accent } else { p.text_soft },
        )
        .width();
    paint_cut(
        ui,
        inner.left_top(),
        inner.width() - eye_width - space::S,
        &case.title,
        strong(type_scale::BODY),
        p.text,
    );
    let line = |row: f32| inner.left_top() + vec2(0.0, row);
    paint_cut(
        ui,
        line(19.0),
        inner.width(),
        &geometry(case),
        regular(type_scale::CAPTION),
        p.text_soft,
    );
    paint_cut(
        ui,
        line(36.0),
        inner.width(),
        &done(case),
        regular(type_scale::CAPTION),
        p.text_faint,
    );
    let bar = Rect::from_min_max(
        pos2(inner.left(), inner.bottom() - 1.0),
        pos2(inner.right(), inner.bottom() + 1.0),
    );
    progress_bar(ui, bar, case);
    response
        .on_hover_text(format!("{} · {}", case.format, spacing(case)))
        .clicked()
}

/// How much of the case is segmented, and how much of it a person has saved.
fn progress_bar(ui: &Ui, bar: Rect, case: &CaseSummary) {
    let p = Palette::dark();
    let part = |count: u32| {
        bar.with_max_x(bar.left() + bar.width() * count as f32 / case.bscan_count.max(1) as f32)
    };
    ui.painter()
        .rect_filled(bar, CornerRadius::same(1), p.pressed);
    ui.painter().rect_filled(
        part(case.segmented_count),
        CornerRadius::same(1),
        p.accent.gamma_multiply(0.55),
    );
    ui.painter()
        .rect_filled(part(case.labelled_count), CornerRadius::same(1), p.ok);
}

fn eye_of(laterality: Laterality) -> &'static str {
    match laterality {
        Laterality::Right => "OD",
        Laterality::Left => "OS",
        Laterality::Unknown => "eye unknown",
    }
}

fn scans(case: &CaseSummary) -> String {
    match case.bscan_count {
        1 => "1 B-scan".to_owned(),
        count => format!("{count} B-scans"),
    }
}

fn geometry(case: &CaseSummary) -> String {
    let size = case.bscan_size;
    format!("{} · {} × {} px", scans(case), size.width, size.height)
}

fn spacing(case: &CaseSummary) -> String {
    match case.spacing_um {
        Some(um) => format!("{:.2} × {:.2} µm per pixel", um.x, um.y),
        None => "pixel size unknown".to_owned(),
    }
}

fn done(case: &CaseSummary) -> String {
    match (case.segmented_count, case.labelled_count) {
        (0, 0) => "not segmented".to_owned(),
        (segmented, 0) => format!("{segmented} segmented"),
        (segmented, labelled) => format!("{segmented} segmented · {labelled} labelled"),
    }
}
