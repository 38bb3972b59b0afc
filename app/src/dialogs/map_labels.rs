//! Which class of a foreign label file becomes which of ours.

use egui::{Align, Color32, ComboBox, Layout, RichText, ScrollArea, Sense, Ui, Vec2};
use fovea_annotation::LabelSchema;
use fovea_editor::{Command, FoundClass, Mapping, State};

use super::window::dialog;
use crate::theme::{Palette, space};
use crate::widgets::{ActionButton, Urgency, Weight, caption, grouped, note, soft};

const WIDTH: f32 = 560.0;
const CHOICE_WIDTH: f32 = 200.0;
const ROW_HEIGHT: f32 = 34.0;

/// Draws the dialog; true when it was closed.
pub(super) fn show(ctx: &egui::Context, state: &State, commands: &mut Vec<Command>) -> bool {
    let Some(mapping) = &state.mapping else {
        return true;
    };
    let mut is_cancelled = false;
    let closed = dialog(ctx, "map-labels", "Labels for the open case", WIDTH, |ui| {
        soft(ui, what_was_found(mapping));
        ui.add_space(space::S);
        classes(ui, mapping, &state.schema, commands);
        if mapping.found.has_layers {
            let names = mapping.found.line_names.join(", ");
            note(
                ui,
                Urgency::Info,
                &format!("Layer lines become the layers between them: {names}."),
            );
        }
        for warning in &mapping.found.warnings {
            note(ui, Urgency::Look, warning);
        }
        ui.add_space(space::M);
        is_cancelled = foot(ui, mapping, commands);
    });
    closed || is_cancelled
}

fn what_was_found(mapping: &Mapping) -> String {
    let bscans = match mapping.found.bscan_count {
        1 => "1 B-scan".to_owned(),
        count => format!("{count} B-scans"),
    };
    format!(
        "{} with labels for {bscans} of the open case. Each becomes a new version; nothing is replaced.",
        mapping.found.format
    )
}

fn classes(ui: &mut Ui, mapping: &Mapping, schema: &LabelSchema, commands: &mut Vec<Command>) {
    if mapping.found.classes.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        caption(ui, "Class in the file");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let size = Vec2::new(CHOICE_WIDTH, 16.0);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_width(CHOICE_WIDTH);
                caption(ui, "Becomes");
            });
        });
    });
    ScrollArea::vertical()
        .max_height(320.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let pairs = mapping.found.classes.iter().zip(&mapping.choices);
            for (at, (class, chosen)) in pairs.enumerate() {
                if let Some(to) = row(ui, class, *chosen, schema) {
                    commands.push(Command::MapClass { at, to });
                }
            }
        });
}

/// One class of theirs with the choice of ours; what was chosen.
fn row(
    ui: &mut Ui,
    class: &FoundClass,
    chosen: Option<u8>,
    schema: &LabelSchema,
) -> Option<Option<u8>> {
    let mut picked = None;
    ui.horizontal(|ui| {
        ui.set_height(ROW_HEIGHT);
        swatch(ui, chosen, schema);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.label(&class.name);
            caption(
                ui,
                format!("number {} · {} px", class.index, grouped(class.area_px)),
            );
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = |class: u8| schema.class(class).map_or("?", |class| class.name.as_str());
            let text = chosen.map_or("Leave out", name);
            let field = ComboBox::from_id_salt(("map", class.index))
                .width(CHOICE_WIDTH)
                .selected_text(text)
                .show_ui(ui, |ui| {
                    let mut offer = |ui: &mut Ui, to: Option<u8>, words: &str| {
                        if ui.selectable_label(chosen == to, words).clicked() {
                            picked = Some(to);
                        }
                    };
                    offer(ui, None, "Leave out");
                    for ours in schema.classes.iter().skip(1) {
                        let words = format!("{} · {}", ours.name, ours.description);
                        offer(ui, Some(ours.index), &words);
                    }
                });
            field
                .response
                .accessible_name(format!("{} becomes", class.name));
            if class.proposal.is_none() && chosen.is_none() {
                ui.label(RichText::new("no match").color(Palette::dark().warn));
            }
        });
    });
    picked
}

/// The colour that the class will have.
fn swatch(ui: &mut Ui, chosen: Option<u8>, schema: &LabelSchema) {
    let p = Palette::dark();
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(14.0), Sense::hover());
    let colour = chosen
        .and_then(|class| schema.class(class))
        .map(|class| class.colour_rgb);
    let fill = colour.map_or(Color32::TRANSPARENT, |[r, g, b]| Color32::from_rgb(r, g, b));
    let outline = egui::Stroke::new(1.0, p.line_strong);
    ui.painter().rect(
        rect,
        egui::CornerRadius::same(3),
        fill,
        outline,
        egui::StrokeKind::Inside,
    );
}

fn foot(ui: &mut Ui, mapping: &Mapping, commands: &mut Vec<Command>) -> bool {
    let mut is_cancelled = false;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let import = ActionButton::words("Import labels")
            .weight(Weight::Primary)
            .min_width(104.0)
            .enabled(!mapping.is_empty());
        if ui.add(import).clicked() {
            commands.push(Command::ApplyMapping);
        }
        is_cancelled = ui
            .add(ActionButton::words("Cancel").min_width(88.0))
            .clicked();
        if mapping.is_empty() {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = why_nothing_comes_in(mapping);
                ui.label(RichText::new(words).color(Palette::dark().warn));
            });
        }
    });
    is_cancelled
}

fn why_nothing_comes_in(mapping: &Mapping) -> &'static str {
    match mapping.found.classes.is_empty() {
        true => "No layer of ours lies between these lines.",
        false => "Choose a class for at least one of them.",
    }
}
