//! The right panel: classes, overlays, contrast and versions.

use egui::{Align, Layout, Margin, Panel, ScrollArea, Ui};
use fovea_canvas::HEAT_STOPS;
use fovea_editor::{Command, State};

use super::{INSPECTOR_WIDTH, bar_frame, classes, explain, versions};
use crate::theme::space;
use crate::widgets::{ActionButton, Icon, SliderSpec, Weight, ramp_legend, rule, slider, titled};

/// Draws the panel, once there is something to inspect. True while the changes of the newest version are to be shown.
pub(crate) fn inspector(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) -> bool {
    if state.case.is_none() {
        return false;
    }
    let mut shows_changes = false;
    Panel::right("inspector")
        .exact_size(INSPECTOR_WIDTH)
        .resizable(false)
        .frame(bar_frame(Margin::ZERO))
        .show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                bar_frame(Margin::symmetric(12, 8)).show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = space::XS;
                    classes::show(ui, state, commands);
                    rule(ui);
                    ui.add_enabled_ui(state.tile.is_some(), |ui| {
                        overlays(ui, state, commands);
                        rule(ui);
                        contrast(ui, state, commands);
                    });
                    rule(ui);
                    shows_changes = versions::show(ui, state, commands);
                });
            });
        });
    shows_changes
}

fn percent(value: f32) -> String {
    format!("{:.0} %", value * 100.0)
}

fn overlays(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let view = &state.view;
    titled(ui, "Overlay", |ui| {
        let button = ActionButton::icon(Icon::Outline, "Outlines").selected(view.outline);
        if explain(ui.add(button), "view.outline").clicked() {
            commands.push(Command::ToggleOutline);
        }
    });
    let labels = Layer {
        name: "Labels",
        hint: "Opacity of the label colours (, and .)",
        id: "view.overlay",
        opacity: view.mask_opacity,
        is_shown: view.overlay,
        set: Command::SetMaskOpacity,
        toggle: Command::ToggleOverlay,
    };
    layer(ui, labels, commands);
    let known = state
        .tile
        .as_ref()
        .is_some_and(|tile| tile.uncertainty.is_some());
    ui.add_enabled_ui(known, |ui| {
        let uncertainty = Layer {
            name: "Uncertainty",
            hint: "Opacity of the uncertainty colours",
            id: "view.uncertainty",
            opacity: view.uncertainty_opacity,
            is_shown: view.uncertainty,
            set: Command::SetUncertaintyOpacity,
            toggle: Command::ToggleUncertainty,
        };
        layer(ui, uncertainty, commands);
        if view.uncertainty && known {
            ramp_legend(ui, &HEAT_STOPS, "sure", "in doubt");
        }
    });
}

/// Something drawn over the picture: its opacity, and an eye to hide it.
struct Layer {
    name: &'static str,
    hint: &'static str,
    /// Name of the command behind the eye.
    id: &'static str,
    opacity: f32,
    is_shown: bool,
    set: fn(f32) -> Command,
    toggle: Command,
}

fn layer(ui: &mut Ui, layer: Layer, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let eye = if layer.is_shown {
                Icon::Eye
            } else {
                Icon::EyeOff
            };
            let name = format!(
                "{} {}",
                if layer.is_shown { "Hide" } else { "Show" },
                layer.name.to_lowercase()
            );
            if explain(ui.add(ActionButton::icon(eye, &name)), layer.id).clicked() {
                commands.push(layer.toggle);
            }
            let spec = SliderSpec::in_panel(layer.name, 0.0..=1.0, 0.01, &percent);
            let (response, moved) = slider(ui, layer.opacity, &spec);
            response.on_hover_text(layer.hint);
            commands.extend(moved.map(layer.set));
        });
    });
}

fn contrast(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let (window, level) = (state.view.window, state.view.level);
    titled(ui, "Contrast", |ui| {
        for (words, id, command) in [
            ("Reset", "view.reset-contrast", Command::ResetContrast),
            ("Auto", "view.auto-contrast", Command::AutoContrast),
        ] {
            let button = ActionButton::words(words).weight(Weight::Quiet);
            if explain(ui.add(button), id).clicked() {
                commands.push(command);
            }
        }
    });
    let show = |value: f32| format!("{value:.0}");
    let spec = SliderSpec::in_panel("Window", 1.0..=255.0, 1.0, &show);
    let (response, moved) = slider(ui, window, &spec);
    response.on_hover_text("Gray values from black to white (Ctrl + right drag sideways)");
    commands.extend(moved.map(|window| Command::SetWindowLevel { window, level }));
    let spec = SliderSpec::in_panel("Level", 0.0..=255.0, 1.0, &show);
    let (response, moved) = slider(ui, level, &spec);
    response.on_hover_text("Gray value in the middle (Ctrl + right drag up and down)");
    commands.extend(moved.map(|level| Command::SetWindowLevel { window, level }));
}
