//! Accounts of the server: the list at the left, the chosen one or the form for a new one at the right.

use egui::{Align, Layout, ScrollArea, Ui, vec2};
use fovea_editor::{Command, State, UsersCommand};
use fovea_protocol::{UserCreate, UserRecord};

use super::panes::two_panes;
use super::user_detail;
use crate::theme::{CONTROL_HEIGHT, Palette, space};
use crate::widgets::{
    ActionButton, Icon, TitledRow, Urgency, Weight, caption, card, choice, emphasis, empty_state,
    note, secret_field, section_title, soft, text_field, titled_row,
};

const LIST_WIDTH: f32 = 320.0;
const ROW_HEIGHT: f32 = 46.0;
/// The server takes no shorter password.
pub(super) const PASSWORD_CHARS_MIN: usize = 12;

/// Roles with what a person reads.
pub(super) const ROLES: [(&str, &str); 8] = [
    ("labeler", "Labeler"),
    ("reviewer", "Reviewer"),
    ("researcher", "Researcher"),
    ("ml-engineer", "ML engineer"),
    ("admin", "Administrator"),
    ("auditor", "Auditor"),
    ("worker", "Worker"),
    ("monitor", "Monitor"),
];

/// What is typed and not sent.
#[derive(Default)]
pub(super) struct UsersForm {
    name: String,
    role: Option<&'static str>,
    password: String,
    pub(super) detail: user_detail::DetailForm,
}

/// Draws the page.
pub(super) fn show(ui: &mut Ui, form: &mut UsersForm, state: &State, commands: &mut Vec<Command>) {
    head(ui, commands);
    ui.add_space(space::S);
    let users = &state.users;
    let detail = |ui: &mut Ui, commands: &mut Vec<Command>| {
        if users.is_new {
            new_user(ui, form, users.is_asking, commands);
        } else if let Some(user) = users.shown() {
            user_detail::show(ui, &mut form.detail, users, user, commands);
        } else if users.list.is_some() {
            let hint = "Its role, password and tokens appear here.";
            empty_state(ui, Icon::Person, "Choose an account", hint);
        }
    };
    two_panes(
        ui,
        LIST_WIDTH,
        commands,
        |ui, commands| list(ui, state, commands),
        detail,
    );
}

fn head(ui: &mut Ui, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        soft(ui, "Who may use this server, and as what.");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let new = ActionButton::words("New account…")
                .with_icon(Icon::Person)
                .weight(Weight::Primary);
            if ui.add(new).clicked() {
                commands.push(Command::Users(UsersCommand::AskForNew(true)));
            }
            let again = ActionButton::icon(Icon::Refresh, "Ask for the accounts again");
            if ui.add(again).clicked() {
                commands.push(Command::Users(UsersCommand::Refresh));
            }
        });
    });
}

fn list(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let users = &state.users;
    let Some(list) = &users.list else {
        let hint = "The server is asked for its accounts; only administrators see them.";
        empty_state(ui, Icon::Clock, "Asking the server…", hint);
        return;
    };
    ScrollArea::vertical()
        .id_salt("users")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for user in list {
                if row(ui, user, users.chosen.as_ref() == Some(&user.name)) {
                    let choose = UsersCommand::Choose(user.name.clone());
                    commands.push(Command::Users(choose));
                }
            }
            if users.more.is_some() {
                let more = ActionButton::words("Show more accounts").weight(Weight::Quiet);
                if ui.add(more).clicked() {
                    commands.push(Command::Users(UsersCommand::More));
                }
            }
        });
}

fn row(ui: &mut Ui, user: &UserRecord, is_chosen: bool) -> bool {
    let p = Palette::dark();
    let (words, colour) = standing(user);
    let role = role_name(&user.role);
    let name = format!("{}, {role}, {words}", user.name);
    let row = TitledRow {
        name: &name,
        title: &user.name,
        ink: if user.disabled { p.text_faint } else { p.text },
        standing: (words, colour),
        below: role,
        selected: is_chosen,
    };
    titled_row(ui, ROW_HEIGHT, &row).1.clicked()
}

/// What is to know of an account at a glance.
fn standing(user: &UserRecord) -> (&'static str, egui::Color32) {
    let p = Palette::dark();
    match (user.disabled, user.must_change_password, user.has_password) {
        (true, ..) => ("closed", p.text_faint),
        (_, true, _) => ("first password", p.warn),
        (_, _, false) => ("tokens only", p.text_soft),
        _ => ("", p.ok),
    }
}

/// What a person reads for a role.
pub(super) fn role_name(role: &str) -> &str {
    let known = ROLES.iter().find(|(known, _)| *known == role);
    known.map_or(role, |(_, name)| name)
}

fn new_user(ui: &mut Ui, form: &mut UsersForm, is_asking: bool, commands: &mut Vec<Command>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        emphasis(ui, "New account");
        let width = ui.available_width();
        ui.add_enabled_ui(!is_asking, |ui| {
            section_title(ui, "Name");
            let hint = "letters, digits, dots, dashes, underscores or @";
            text_field(ui, &mut form.name, "Name of the new account", hint, width);
            section_title(ui, "Role");
            form.role = roles(ui, form.role.unwrap_or_default()).or(form.role);
            section_title(ui, "First password");
            secret_field(ui, &mut form.password, "First password of the account", width);
            caption(
                ui,
                "At least 12 characters, to be changed at the first sign-in. Leave it empty for an account that has tokens only.",
            );
        });
        ui.add_space(space::M);
        let length = form.password.chars().count();
        let is_short = (1..PASSWORD_CHARS_MIN).contains(&length);
        if is_short {
            note(
                ui,
                Urgency::Look,
                "The password has fewer than 12 characters.",
            );
        }
        let is_whole = !form.name.trim().is_empty() && form.role.is_some() && !is_short;
        let row = vec2(ui.available_width(), CONTROL_HEIGHT);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            let make = ActionButton::words("Make account")
                .weight(Weight::Primary)
                .enabled(is_whole && !is_asking);
            if ui.add(make).clicked() {
                let password = std::mem::take(&mut form.password);
                let user = UserCreate {
                    name: form.name.trim().to_owned(),
                    role: form.role.unwrap_or_default().to_owned(),
                    password: (!password.is_empty()).then_some(password),
                };
                commands.push(Command::Users(UsersCommand::Create(user)));
            }
            if ui
                .add(ActionButton::words("Cancel").min_width(88.0))
                .clicked()
            {
                commands.push(Command::Users(UsersCommand::AskForNew(false)));
            }
        });
    });
}

/// The roles to choose from; the one that was clicked.
pub(super) fn roles(ui: &mut Ui, chosen: &str) -> Option<&'static str> {
    let (first, second) = ROLES.split_at(4);
    let known = ROLES
        .iter()
        .find(|(role, _)| *role == chosen)
        .map(|(role, _)| *role);
    let clicked = choice(ui, first, known);
    clicked.or(choice(ui, second, known))
}
