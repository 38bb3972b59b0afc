//! The left side bar: the list of cases and the review queue.

use egui::{Margin, Panel, ScrollArea, Ui};
use fovea_editor::{Command, SidebarTab, State};

use super::{SIDE_BAR_WIDTH, bar_frame, cases, queue, returned};
use crate::theme::space;
use crate::widgets::tabs;

/// Draws the side bar.
pub(crate) fn side_bar(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    Panel::left("side-bar")
        .exact_size(SIDE_BAR_WIDTH)
        .resizable(false)
        .frame(bar_frame(Margin::ZERO))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let names = [
                counted("Cases", state.cases.as_ref().map_or(0, Vec::len)),
                counted("Queue", state.queue.items.len() + state.returned.len()),
            ];
            let active = usize::from(state.tab == SidebarTab::Queue);
            if let Some(clicked) = tabs(ui, &names, active) {
                commands.push(Command::SetTab(if clicked == 1 {
                    SidebarTab::Queue
                } else {
                    SidebarTab::Cases
                }));
            }
            match state.tab {
                SidebarTab::Cases => scrolled(ui, "cases", |ui| cases::show(ui, state, commands)),
                SidebarTab::Queue => {
                    bar_frame(Margin::symmetric(12, 8))
                        .show(ui, |ui| queue::head(ui, state, commands));
                    scrolled(ui, "queue", |ui| {
                        returned::show(ui, state, commands);
                        queue::list(ui, state, commands);
                    });
                }
            }
        });
}

fn counted(name: &str, count: usize) -> String {
    if count == 0 {
        name.to_owned()
    } else {
        format!("{name} ({count})")
    }
}

fn scrolled(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink(false)
        .show(ui, |ui| {
            bar_frame(Margin::same(8)).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                contents(ui);
            });
        });
}
