//! The fixed areas around the picture. Each draws from the state and appends commands.

mod cases;
mod centre;
mod classes;
mod drop_hint;
mod inspector;
mod progress;
mod queue;
mod returned;
mod scrubber;
mod side_bar;
mod start;
mod status;
mod toasts;
mod toolbar;
mod versions;

pub(crate) use centre::centre;
pub(crate) use drop_hint::drop_hint;
pub(crate) use inspector::inspector;
pub(crate) use progress::progress;
pub(crate) use side_bar::side_bar;
pub(crate) use status::status_bar;
pub(crate) use toasts::Toasts;
pub(crate) use toolbar::toolbar;

use egui::{Frame, Margin, Response, Ui};
use fovea_editor::{Command, State};

use crate::keys;
use crate::theme::Palette;
use crate::widgets::{ActionButton, Icon};

/// Width of the left side bar in points.
const SIDE_BAR_WIDTH: f32 = 272.0;
/// Width of the right panel in points.
const INSPECTOR_WIDTH: f32 = 296.0;

fn bar_frame(margin: Margin) -> Frame {
    Frame::new()
        .fill(Palette::dark().panel)
        .inner_margin(margin)
}

/// An icon button for a named command: greyed out, explained and bound as the command table says.
fn command_icon(ui: &mut Ui, icon: Icon, id: &str, state: &State, commands: &mut Vec<Command>) {
    let Some(spec) = keys::spec(id) else { return };
    let enabled = (spec.enabled)(state);
    let response = ui.add(ActionButton::icon(icon, spec.title).enabled(enabled));
    if explain(response, id).clicked() {
        commands.push((spec.command)());
    }
}

/// Adds the tooltip of a named command, also while it is greyed out.
fn explain(response: Response, id: &str) -> Response {
    response
        .on_hover_text(keys::tooltip(id))
        .on_disabled_hover_text(keys::tooltip(id))
}
