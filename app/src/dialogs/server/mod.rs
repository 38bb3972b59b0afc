//! What goes on between this machine and the server, a page for each kind of thing.

mod audit;
mod panes;
mod review;
mod run_detail;
mod run_row;
mod run_steps;
mod run_wish;
mod runs;
mod sending;
mod upload_card;
mod user_detail;
mod users;

use egui::{Context, Ui};
use fovea_editor::{Command, Dialog, ServerPage, State};

use super::window::sheet;
use crate::theme::space;
use crate::widgets::tabs;

const WIDTH: f32 = 980.0;
/// Height of a page: the window's, less what stands around it, within these bounds.
const PAGE_HEIGHT: std::ops::RangeInclusive<f32> = 240.0..=560.0;
const AROUND_HEIGHT: f32 = 200.0;

const PAGES: [(ServerPage, &str); 5] = [
    (ServerPage::Sending, "Sending"),
    (ServerPage::Runs, "Runs"),
    (ServerPage::Review, "Readings"),
    (ServerPage::Users, "Accounts"),
    (ServerPage::Audit, "Audit log"),
];

/// What the dialog remembers between frames: what is typed and not sent.
#[derive(Default)]
pub(super) struct ServerDialog {
    users: users::UsersForm,
    audit: audit::FindForm,
    review: review::ReviewForm,
}

impl ServerDialog {
    /// Lets go of what was typed.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Draws the dialog; true when it was closed.
    pub(super) fn show(
        &mut self,
        ctx: &Context,
        state: &State,
        page: ServerPage,
        commands: &mut Vec<Command>,
    ) -> bool {
        let window = ctx.content_rect();
        let height =
            (window.height() - AROUND_HEIGHT).clamp(*PAGE_HEIGHT.start(), *PAGE_HEIGHT.end());
        let width = WIDTH.min(window.width() - 96.0);
        sheet(ctx, "server", "Server", width, |ui| {
            turn(ui, state, page, commands);
            ui.add_space(space::M);
            // Pages of one size, so that turning them does not move the window.
            let size = egui::vec2(width, height);
            ui.allocate_ui(size, |ui| {
                ui.set_min_size(size);
                match page {
                    ServerPage::Sending => sending::show(ui, state, commands),
                    ServerPage::Runs => runs::show(ui, state, commands),
                    ServerPage::Review => {
                        review::show(ui, &mut self.review, state, commands);
                    }
                    ServerPage::Users => users::show(ui, &mut self.users, state, commands),
                    ServerPage::Audit => audit::show(ui, &mut self.audit, state, commands),
                }
            });
        })
    }
}

/// Pages that this person may see, and the one that is open.
fn turn(ui: &mut Ui, state: &State, page: ServerPage, commands: &mut Vec<Command>) {
    let may_see = |known: ServerPage| match known {
        ServerPage::Users => state.account.may_manage() || page == known,
        ServerPage::Audit => state.account.may_audit() || page == known,
        ServerPage::Sending | ServerPage::Runs | ServerPage::Review => true,
    };
    let pages: Vec<_> = PAGES.iter().filter(|(known, _)| may_see(*known)).collect();
    let name = |(known, name): &&(ServerPage, &str)| match (known, state.sending.open_count()) {
        (ServerPage::Sending, open) if open > 0 => format!("{name} ({open})"),
        _ => (*name).to_owned(),
    };
    let names: Vec<String> = pages.iter().map(name).collect();
    let active = pages.iter().position(|(known, _)| *known == page);
    let clicked = tabs(ui, &names, active.unwrap_or_default());
    if let Some((page, _)) = clicked.and_then(|at| pages.get(at)) {
        commands.push(Command::ShowDialog(Dialog::Server(*page)));
    }
}
