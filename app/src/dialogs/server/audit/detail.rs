//! One line as a whole.

use egui::{Align, Layout, RichText, ScrollArea, TextStyle, Ui};
use fovea_editor::{AuditCommand, Command, State};
use fovea_protocol::AuditEntry;
use serde_json::Value;

use super::words::{action, thing};
use crate::calendar::date_time_utc;
use crate::theme::{Palette, space, strong, type_scale};
use crate::widgets::{ActionButton, Icon, caption, card, facts, section_title, soft};

const NAME_WIDTH: f32 = 72.0;
const VALUE_NAME_WIDTH: f32 = 120.0;
/// Longer values stand below their name.
const SHORT_CHARS: usize = 24;

/// Draws it.
pub(super) fn show(ui: &mut Ui, state: &State, entry: &AuditEntry, commands: &mut Vec<Command>) {
    head(ui, entry, commands);
    ScrollArea::vertical()
        .id_salt(("audit line", entry.seq))
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - space::M);
            facts(
                ui,
                NAME_WIDTH,
                &[
                    ("Line", &entry.seq.to_string()),
                    ("Time", &format!("{} UTC", date_time_utc(entry.at_us))),
                    ("Who", &entry.actor),
                    ("Action", &entry.action),
                    ("To what", &thing(state, entry)),
                ],
            );
            if thing(state, entry) != entry.subject {
                section_title(ui, "Id of the thing");
                digits(ui, &entry.subject);
            }
            holds(ui, &entry.detail);
            section_title(ui, "Digest");
            digits(ui, &entry.hash.to_hex());
            caption(ui, "It covers this line and the digest of the line before:");
            digits(ui, &entry.previous.to_hex());
        });
}

fn head(ui: &mut Ui, entry: &AuditEntry, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui
                .add(ActionButton::icon(Icon::Cross, "Hide the line"))
                .clicked()
            {
                commands.push(Command::Audit(AuditCommand::Choose(None)));
            }
            let copy = ActionButton::icon(Icon::Copy, "Copy the line");
            if ui.add(copy).on_hover_text("Copy the line").clicked()
                && let Ok(text) = serde_json::to_string_pretty(entry)
            {
                ui.ctx().copy_text(text);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new(action(&entry.action)).font(strong(type_scale::TITLE));
                ui.add(egui::Label::new(title).truncate());
            });
        });
    });
    ui.add_space(space::XS);
}

/// What the line says beside that, name by name.
fn holds(ui: &mut Ui, detail: &Value) {
    let Some(fields) = detail.as_object().filter(|fields| !fields.is_empty()) else {
        return;
    };
    section_title(ui, "What the line holds");
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        for (name, value) in fields {
            let (name, text) = (name.replace('_', " "), text_of(value));
            if text.len() <= SHORT_CHARS {
                facts(ui, VALUE_NAME_WIDTH, &[(&name, &text)]);
            } else {
                soft(ui, name);
                digits(ui, &text);
            }
        }
    });
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

fn digits(ui: &mut Ui, text: &str) {
    let text = RichText::new(text).text_style(TextStyle::Monospace);
    ui.label(text.color(Palette::dark().text_soft));
}
