//! The classes of the label schema, and which of them the brush paints.

use egui::{Color32, Ui};
use fovea_annotation::{ClassDef, ClassKind};
use fovea_editor::{Command, State};

use crate::keys;
use crate::widgets::{ClassRow, class_row, section_title};

/// Draws layers and pathology. Background has no row: it is what the eraser paints.
pub(super) fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    for (title, kind) in [
        ("Layers", ClassKind::Layer),
        ("Pathology", ClassKind::Pathology),
    ] {
        section_title(ui, title);
        for class in state
            .schema
            .classes
            .iter()
            .filter(|class| class.kind == kind)
        {
            row(ui, class, state, commands);
        }
    }
}

fn row(ui: &mut Ui, class: &ClassDef, state: &State, commands: &mut Vec<Command>) {
    let [r, g, b] = class.colour_rgb;
    let visible = !state.view.hidden.contains(&class.index);
    let clicks = class_row(
        ui,
        &ClassRow {
            name: &class.name,
            description: &class.description,
            colour: Color32::from_rgb(r, g, b),
            key: keys::digit_of_class(class.index),
            visible,
            locked: state.tools.locked.contains(&class.index),
            active: state.tools.class == class.index,
        },
    );
    if clicks.activated {
        commands.push(Command::SetClass(class.index));
    }
    if clicks.toggled {
        commands.push(Command::SetClassVisible {
            class: class.index,
            visible: !visible,
        });
    }
    if clicks.lock_toggled {
        commands.push(Command::ToggleClassLock(class.index));
    }
}
