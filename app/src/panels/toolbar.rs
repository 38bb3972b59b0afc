//! The bar at the top: tools, brush size, undo, model, save.

use egui::{Align, Layout, Margin, Panel, Sense, Stroke, Ui, vec2};
use fovea_editor::{BRUSH_RADIUS_PX_MIN, Command, State, Tool};

use super::{bar_frame, command_icon, explain};
use crate::theme::{Palette, space};
use crate::widgets::{ActionButton, Icon, SliderSpec, Weight, badge, slider};

/// Largest diameter on the slider; the keys go further.
const SLIDER_DIAMETER_PX_MAX: f32 = 80.0;
const BRUSH_SLIDER_WIDTH: f32 = 244.0;
/// Below this width, in points, what has a key or a place elsewhere leaves the bar.
const WIDE_WINDOW: f32 = 1180.0;

/// Draws the bar.
pub(crate) fn toolbar(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    Panel::top("toolbar")
        .exact_size(48.0)
        .frame(bar_frame(Margin::symmetric(12, 8)))
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                command_icon(ui, Icon::Import, "file.open", state, commands);
                command_icon(ui, Icon::Folder, "file.open-folder", state, commands);
                command_icon(ui, Icon::Send, "file.send-case", state, commands);
                divider(ui);
                tools(ui, state, commands);
                divider(ui);
                brush_size(ui, state, commands);
                divider(ui);
                command_icon(ui, Icon::Undo, "edit.undo", state, commands);
                command_icon(ui, Icon::Redo, "edit.redo", state, commands);
                if ui.ctx().content_rect().width() >= WIDE_WINDOW {
                    divider(ui);
                    command_icon(ui, Icon::Fit, "view.fit", state, commands);
                    command_icon(ui, Icon::ActualSize, "view.one-to-one", state, commands);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    actions(ui, state, commands)
                });
            });
        });
}

fn tools(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let tools = [
        (Tool::Brush, Icon::Brush, "Brush", "tool.brush"),
        (Tool::Eraser, Icon::Eraser, "Eraser", "tool.eraser"),
        (Tool::Pan, Icon::Hand, "Pan", "tool.pan"),
    ];
    for (tool, icon, name, id) in tools {
        let button = ActionButton::icon(icon, name).selected(state.tools.tool == tool);
        if explain(ui.add(button), id).clicked() {
            commands.push(Command::SetTool(tool));
        }
    }
}

fn brush_size(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let um_per_px = state
        .case
        .as_ref()
        .and_then(|case| case.summary.spacing_um)
        .map(|um| um.x);
    let show = |diameter_px: f32| match um_per_px {
        Some(um) => format!(
            "{diameter_px:.0} px · {:.0} µm",
            f64::from(diameter_px) * um
        ),
        None => format!("{diameter_px:.0} px"),
    };
    let spec = SliderSpec {
        name: "Size",
        range: 2.0 * BRUSH_RADIUS_PX_MIN..=SLIDER_DIAMETER_PX_MAX,
        step: 1.0,
        show: &show,
        name_width: 36.0,
        value_width: if um_per_px.is_some() { 96.0 } else { 40.0 },
    };
    ui.scope(|ui| {
        ui.set_max_width(if um_per_px.is_some() {
            BRUSH_SLIDER_WIDTH
        } else {
            BRUSH_SLIDER_WIDTH - 56.0
        });
        let (response, moved) = slider(ui, 2.0 * state.tools.radius_px, &spec);
        response.on_hover_text("Brush diameter ([ and ], − and +, Shift + wheel)");
        commands.extend(moved.map(|diameter_px| Command::SetBrushRadius(diameter_px / 2.0)));
    });
}

fn actions(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    command_icon(ui, Icon::Info, "help.preflight", state, commands);
    command_icon(ui, Icon::Keyboard, "help.shortcuts", state, commands);
    command_icon(ui, Icon::Search, "help.palette", state, commands);
    divider(ui);
    let save = ActionButton::words("Save")
        .with_icon(Icon::Save)
        .weight(Weight::Primary);
    named(ui, save, "edit.save", state, commands);
    let all = ActionButton::words("All B-scans").with_icon(Icon::Layers);
    let several = state
        .case
        .as_ref()
        .is_some_and(|case| case.bscans.len() > 1);
    let is_wide = ui.ctx().content_rect().width() >= WIDE_WINDOW;
    if several && is_wide {
        named(ui, all, "run.segment-case", state, commands);
    } else if several {
        command_icon(ui, Icon::Layers, "run.segment-case", state, commands);
    }
    named(
        ui,
        ActionButton::words("Segment").with_icon(Icon::Segment),
        "run.segment",
        state,
        commands,
    );
    let p = Palette::dark();
    if let Some(head) = state.tile.as_ref().and_then(|tile| tile.head()) {
        ui.add_space(space::XS);
        let colour = if state.has_unsaved_work() {
            p.warn
        } else {
            p.accent
        };
        let text = if state.has_unsaved_work() {
            format!("v{} + edits", head.number)
        } else {
            format!("v{}", head.number)
        };
        badge(ui, &text, colour).on_hover_text("The newest saved version of this label");
    }
}

fn named(
    ui: &mut Ui,
    button: ActionButton<'_>,
    id: &str,
    state: &State,
    commands: &mut Vec<Command>,
) {
    let Some(spec) = crate::keys::spec(id) else {
        return;
    };
    if explain(ui.add(button.enabled((spec.enabled)(state))), id).clicked() {
        commands.push((spec.command)());
    }
}

fn divider(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(space::L + 1.0, 20.0), Sense::hover());
    ui.painter().vline(
        rect.center().x,
        rect.y_range(),
        Stroke::new(1.0, Palette::dark().line_strong),
    );
}
