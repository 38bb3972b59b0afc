//! The lines as a table: number, time, who, what, to what, digest.

use egui::{Align2, Color32, FontId, Rect, ScrollArea, Ui, pos2, vec2};
use fovea_editor::{AuditCommand, Command, State};
use fovea_protocol::AuditEntry;

use super::words::{action, thing};
use crate::calendar::date_time_utc;
use crate::theme::{Palette, regular, space, strong, type_scale};
use crate::widgets::{ActionButton, Weight, list_row, paint_cut};

const ROW_HEIGHT: f32 = 32.0;
const HEAD_HEIGHT: f32 = 24.0;
/// Narrower than this there is no room for digests.
const DIGEST_WIDTH_MIN: f32 = 700.0;
const NAMES: [&str; 6] = ["No.", "Time (UTC)", "Who", "What", "To what", "Digest"];
/// Width of each column.
const COLUMNS: [Column; 6] = [
    Column::Points(58.0),
    Column::Points(130.0),
    Column::Part(0.27),
    Column::Part(0.40),
    Column::Part(0.33),
    Column::Points(72.0),
];

#[derive(Clone, Copy)]
enum Column {
    /// So wide.
    Points(f32),
    /// So much of what the others leave.
    Part(f32),
}

/// Draws the table; only the rows that are seen are laid out.
pub(super) fn show(ui: &mut Ui, state: &State, list: &[AuditEntry], commands: &mut Vec<Command>) {
    let audit = &state.audit;
    let with_digest = ui.available_width() >= DIGEST_WIDTH_MIN;
    head(ui, with_digest);
    let has_more = audit.older.is_some() || audit.is_asking();
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("audit")
        .auto_shrink(false)
        .show_rows(
            ui,
            ROW_HEIGHT,
            list.len() + usize::from(has_more),
            |ui, seen| {
                for at in seen {
                    match list.get(at) {
                        Some(entry) => {
                            let is_chosen = audit.chosen == Some(entry.seq);
                            if row(ui, state, entry, is_chosen, with_digest) {
                                let choose = (!is_chosen).then_some(entry.seq);
                                commands.push(Command::Audit(AuditCommand::Choose(choose)));
                            }
                        }
                        None => {
                            let older = ActionButton::words("Show older lines")
                                .weight(Weight::Quiet)
                                .enabled(audit.older.is_some());
                            if ui.add(older).clicked() {
                                commands.push(Command::Audit(AuditCommand::Older));
                            }
                        }
                    }
                }
            },
        );
}

fn head(ui: &mut Ui, with_digest: bool) {
    let size = vec2(ui.available_width(), HEAD_HEIGHT);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let inner = rect.shrink2(vec2(8.0, 0.0));
    let p = Palette::dark();
    for (at, name) in columns(inner, with_digest).into_iter().zip(NAMES) {
        let font = strong(type_scale::CAPTION);
        let left = at.left_center();
        ui.painter()
            .text(left, Align2::LEFT_CENTER, name, font, p.text_soft);
    }
    ui.painter().hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        egui::Stroke::new(1.0, p.line),
    );
}

fn row(ui: &mut Ui, state: &State, entry: &AuditEntry, is_chosen: bool, with_digest: bool) -> bool {
    let p = Palette::dark();
    let (when, what, thing) = (
        date_time_utc(entry.at_us),
        action(&entry.action),
        thing(state, entry),
    );
    let name = format!("{}, {when}, {}, {what}, {thing}", entry.seq, entry.actor);
    let (inner, response) = list_row(ui, ROW_HEIGHT, is_chosen, &name);
    let digest = entry.hash.to_hex();
    let caption = || regular(type_scale::CAPTION);
    let cells: [(&str, FontId, Color32); 6] = [
        (&entry.seq.to_string(), caption(), p.text_faint),
        (&when, caption(), p.text_soft),
        (&entry.actor, regular(type_scale::BODY), p.text),
        (what, strong(type_scale::BODY), ink(&entry.action)),
        (&thing, regular(type_scale::BODY), p.text_soft),
        (
            &digest[..8],
            FontId::monospace(type_scale::CAPTION),
            p.text_faint,
        ),
    ];
    for (at, (text, font, colour)) in columns(inner, with_digest).into_iter().zip(cells) {
        let top = at.center().y - font.size * 0.62;
        paint_cut(ui, pos2(at.left(), top), at.width(), text, font, colour);
    }
    response.clicked()
}

/// What a person should look at stands out.
fn ink(action: &str) -> Color32 {
    let p = Palette::dark();
    match action {
        "SIGN_IN_REUSE" | "SIGN_IN_SLOWED" | "CASE_REFUSED" | "RESTORE" => p.warn,
        _ => p.text,
    }
}

/// Where the cells of a row are, from left to right.
fn columns(row: Rect, with_digest: bool) -> Vec<Rect> {
    let shown = &COLUMNS[..COLUMNS.len() - usize::from(!with_digest)];
    let fixed: f32 = shown
        .iter()
        .map(|column| match column {
            Column::Points(width) => width + space::S,
            Column::Part(_) => space::S,
        })
        .sum();
    let left = (row.width() - fixed + space::S).max(0.0);
    let mut x = row.left();
    let cell = |column: &Column| {
        let width = match column {
            Column::Points(width) => *width,
            Column::Part(part) => left * part,
        };
        let cell = Rect::from_min_size(pos2(x, row.top()), vec2(width, row.height()));
        x += width + space::S;
        cell
    };
    shown.iter().map(cell).collect()
}
