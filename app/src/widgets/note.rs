//! A sentence with a sign before it: what to know, what needs a look, what failed.

use egui::{RichText, Sense, Ui, Vec2};

use super::Icon;
use crate::theme::{Palette, space};

/// How urgent a [`note`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Done, or nothing to do.
    Calm,
    /// Good to know.
    Info,
    /// A person should look.
    Look,
    /// It failed.
    Failed,
}

/// Draws the sentence, wrapped beside its sign.
pub(crate) fn note(ui: &mut Ui, urgency: Urgency, sentence: &str) {
    let p = Palette::dark();
    let (icon, colour) = match urgency {
        Urgency::Calm => (Icon::Check, p.ok),
        Urgency::Info => (Icon::Info, p.accent),
        Urgency::Look => (Icon::Warning, p.warn),
        Urgency::Failed => (Icon::Warning, p.error),
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(16.0), Sense::hover());
        icon.paint(ui.painter(), rect, colour);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(sentence).color(p.text_soft));
        });
    });
}
