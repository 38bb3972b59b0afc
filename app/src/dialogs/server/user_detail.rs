//! The chosen account: its role, whether it is open, its password, its tokens.

use egui::{Align, Layout, RichText, ScrollArea, TextStyle, Ui};
use fovea_editor::{Command, Users, UsersCommand};
use fovea_protocol::{TokenCreate, TokenRecord, UserChange, UserRecord};

use super::users::{PASSWORD_CHARS_MIN, role_name, roles};
use crate::calendar::date_time_utc;
use crate::theme::{Palette, space, strong, type_scale};
use crate::widgets::{
    ActionButton, Icon, Urgency, Weight, caption, card, note, secret_field, section_title, soft,
    text_field,
};

const PASSWORD_WIDTH: f32 = 260.0;
const TOKEN_NAME_WIDTH: f32 = 260.0;
const DAYS_WIDTH: f32 = 72.0;
/// Days that a token lives when nobody says otherwise.
const DAYS: u32 = 90;

/// What is typed and not sent.
#[derive(Default)]
pub(super) struct DetailForm {
    password: String,
    token: String,
    days: String,
}

/// Draws it.
pub(super) fn show(
    ui: &mut Ui,
    form: &mut DetailForm,
    users: &Users,
    user: &UserRecord,
    commands: &mut Vec<Command>,
) {
    ScrollArea::vertical()
        .id_salt(("user", &user.name))
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - space::M);
            ui.add_enabled_ui(!users.is_asking, |ui| {
                head(ui, user, commands);
                section_title(ui, "Role");
                let clicked = roles(ui, &user.role).filter(|role| *role != user.role);
                commands.extend(clicked.map(|role| {
                    change(
                        user,
                        UserChange {
                            role: Some(role.to_owned()),
                            ..UserChange::default()
                        },
                    )
                }));
                password(ui, form, user, commands);
                tokens(ui, form, users, user, commands);
            });
        });
}

fn change(user: &UserRecord, change: UserChange) -> Command {
    Command::Users(UsersCommand::Change(user.name.clone(), change))
}

fn head(ui: &mut Ui, user: &UserRecord, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(&user.name).font(strong(type_scale::TITLE)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (words, weight) = match user.disabled {
                true => ("Open account again", Weight::Plain),
                false => ("Close account", Weight::Danger),
            };
            if ui.add(ActionButton::words(words).weight(weight)).clicked() {
                let disabled = Some(!user.disabled);
                commands.push(change(
                    user,
                    UserChange {
                        disabled,
                        ..UserChange::default()
                    },
                ));
            }
        });
    });
    let made = date_time_utc(user.created_at_us);
    caption(ui, format!("{} · made {made}", role_name(&user.role)));
    if user.disabled {
        let sentence =
            "This account is closed: nobody signs in to it, and none of its tokens works.";
        note(ui, Urgency::Look, sentence);
    }
}

fn password(ui: &mut Ui, form: &mut DetailForm, user: &UserRecord, commands: &mut Vec<Command>) {
    section_title(ui, "Password");
    let sentence = match (user.has_password, user.must_change_password) {
        (false, _) => "It has none; it is used with tokens only.",
        (true, true) => {
            "It was given by an administrator, and is to be changed at the next sign-in."
        }
        (true, false) => "It was chosen by the person.",
    };
    soft(ui, sentence);
    ui.horizontal(|ui| {
        secret_field(ui, &mut form.password, "New password", PASSWORD_WIDTH);
        let is_long = form.password.chars().count() >= PASSWORD_CHARS_MIN;
        let button = ActionButton::words("Give new password").enabled(is_long);
        let hint = "At least 12 characters; it ends the sign-ins of the account";
        if ui.add(button).on_disabled_hover_text(hint).clicked() {
            let password = Some(std::mem::take(&mut form.password));
            commands.push(change(
                user,
                UserChange {
                    password,
                    ..UserChange::default()
                },
            ));
        }
    });
}

fn tokens(
    ui: &mut Ui,
    form: &mut DetailForm,
    users: &Users,
    user: &UserRecord,
    commands: &mut Vec<Command>,
) {
    section_title(ui, "Tokens");
    if let Some(made) = &users.made {
        shown_once(ui, &made.token, commands);
    }
    match users.tokens.as_deref() {
        None => drop(soft(ui, "The server is asked for the tokens.")),
        Some([]) => drop(soft(
            ui,
            "It has none. A worker or a script signs in with one.",
        )),
        Some(tokens) => tokens
            .iter()
            .for_each(|known| token(ui, user, known, commands)),
    }
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        let hint = "what it is for, such as: worker in room 3";
        text_field(
            ui,
            &mut form.token,
            "What the token is for",
            hint,
            TOKEN_NAME_WIDTH,
        );
        text_field(
            ui,
            &mut form.days,
            "Days that the token lives",
            "90",
            DAYS_WIDTH,
        );
        soft(ui, "days");
        let life_days = match form.days.trim() {
            "" => Some(DAYS),
            digits => digits.parse().ok().filter(|days| (1..=730).contains(days)),
        };
        let is_whole = !form.token.trim().is_empty() && life_days.is_some();
        let button = ActionButton::words("Make token").enabled(is_whole);
        let hint = "Say what it is for, and for how many days, at most 730";
        if ui.add(button).on_disabled_hover_text(hint).clicked() {
            let wish = TokenCreate {
                name: std::mem::take(&mut form.token).trim().to_owned(),
                life_days: life_days.unwrap_or(DAYS),
            };
            let make = UsersCommand::MakeToken(user.name.clone(), wish);
            commands.push(Command::Users(make));
        }
    });
}

/// The server shows a token once: here.
fn shown_once(ui: &mut Ui, token: &str, commands: &mut Vec<Command>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        let sentence = "Copy this token now: it is shown only once, and nobody can read it later.";
        note(ui, Urgency::Look, sentence);
        let text = RichText::new(token).text_style(TextStyle::Monospace);
        ui.label(text.color(Palette::dark().text));
        ui.horizontal(|ui| {
            let copy = ActionButton::words("Copy token").with_icon(Icon::Copy);
            if ui.add(copy.weight(Weight::Primary)).clicked() {
                ui.ctx().copy_text(token.to_owned());
            }
            if ui.add(ActionButton::words("I have it")).clicked() {
                commands.push(Command::Users(UsersCommand::HideToken));
            }
        });
    });
}

fn token(ui: &mut Ui, user: &UserRecord, token: &TokenRecord, commands: &mut Vec<Command>) {
    let until = match token.expires_at_us {
        Some(at_us) => format!("until {}", date_time_utc(at_us)),
        None => "until it is ended".to_owned(),
    };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = format!("End the token {}", token.name);
            let end = ActionButton::icon(Icon::Cross, &words);
            if ui.add(end).on_hover_text(&words).clicked() {
                let end = UsersCommand::EndToken(user.name.clone(), token.token_id.clone());
                commands.push(Command::Users(end));
            }
            soft(ui, until);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(&token.name).truncate());
            });
        });
    });
}
