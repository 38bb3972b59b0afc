//! The right panel: classes, overlays, contrast and versions.

use egui::{Align, Layout, Margin, Panel, ScrollArea, Ui};
use fovea_canvas::HEAT_STOPS;
use fovea_editor::{Command, State};

use super::{INSPECTOR_WIDTH, bar_frame, classes, explain, versions};
use crate::theme::space;
use crate::widgets::{
    ActionButton, Icon, SliderSpec, Weight, ramp_legend, rule, section_title, slider,
};

/// Draws the panel.
pub(crate) fn inspector(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
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
                    versions::show(ui, state, commands);
                });
            });
        });
}

fn percent(value: f32) -> String {
    format!("{:.0} %", value * 100.0)
}

fn overlays(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let view = &state.view;
    titled(ui, "Overlay", |ui| {
        toggle(
            ui,
            Icon::Contrast,
            "Outlines",
            view.outline,
            "view.outline",
            Command::ToggleOutline,
            commands,
        );
        let eye = if view.overlay {
            Icon::Eye
        } else {
            Icon::EyeOff
        };
        toggle(
            ui,
            eye,
            "Overlay",
            false,
            "view.overlay",
            Command::ToggleOverlay,
            commands,
        );
    });
    let mask = SliderSpec::in_panel("Labels", 0.0..=1.0, 0.01, &percent);
    let (response, moved) = slider(ui, view.mask_opacity, &mask);
    response.on_hover_text("Opacity of the label colours (, and .)");
    commands.extend(moved.map(Command::SetMaskOpacity));
    let known = state
        .tile
        .as_ref()
        .is_some_and(|tile| tile.uncertainty.is_some());
    ui.add_enabled_ui(known, |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let eye = if view.uncertainty {
                    Icon::Eye
                } else {
                    Icon::EyeOff
                };
                let button =
                    ActionButton::icon(eye, "Uncertainty overlay").selected(view.uncertainty);
                if explain(ui.add(button), "view.uncertainty").clicked() {
                    commands.push(Command::ToggleUncertainty);
                }
                let spec = SliderSpec::in_panel("Uncertainty", 0.0..=1.0, 0.01, &percent);
                let (response, moved) = slider(ui, view.uncertainty_opacity, &spec);
                response.on_hover_text("Opacity of the uncertainty colours");
                commands.extend(moved.map(Command::SetUncertaintyOpacity));
            });
        });
        if view.uncertainty && known {
            ramp_legend(ui, &HEAT_STOPS, "sure", "in doubt");
        }
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

/// A section title with its actions at the right, on one line.
fn titled(ui: &mut Ui, title: &str, actions: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        section_title(ui, title);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            actions(ui);
        });
    });
}

fn toggle(
    ui: &mut Ui,
    icon: Icon,
    name: &str,
    on: bool,
    id: &str,
    command: Command,
    commands: &mut Vec<Command>,
) {
    let button = ActionButton::icon(icon, name).selected(on);
    if explain(ui.add(button), id).clicked() {
        commands.push(command);
    }
}
