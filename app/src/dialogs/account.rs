//! Who is signed in where: signing in and out, and the own password. What is typed stays here.

use egui::{Align, Context, Key, Layout, Response, Ui, vec2};
use fovea_editor::{Account, AccountCommand, Command, Secret, State, Who};

use super::window::dialog;
use crate::theme::{CONTROL_HEIGHT, space};
use crate::widgets::{
    ActionButton, Icon, Urgency, Weight, facts, note, offer_again, rule, secret_field,
    section_title, soft, text_field,
};

const WIDTH: f32 = 440.0;
const NAME_WIDTH: f32 = 72.0;
/// The server takes no shorter password.
const PASSWORD_CHARS_MIN: usize = 12;

/// What is typed and not sent.
#[derive(Default)]
pub(super) struct AccountDialog {
    /// `None` before the address that is known was put in.
    server: Option<String>,
    name: String,
    password: String,
    new: String,
    again: String,
    changes_password: bool,
    /// Something was asked, and what came of it was not seen yet. The answer may be here before the next frame.
    has_asked: bool,
}

impl AccountDialog {
    /// Lets go of what was typed.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Draws the dialog; true when it was closed.
    pub(super) fn show(
        &mut self,
        ctx: &Context,
        state: &State,
        commands: &mut Vec<Command>,
    ) -> bool {
        let account = &state.account;
        let has_failed = self.has_asked && account.failure.is_some();
        self.has_asked &= account.is_asking;
        let (title, mut is_done) = match &account.who {
            None => ("Sign in to a server", false),
            Some(_) if account.must_change_password => ("Choose a new password", false),
            Some(_) => ("Your account", false),
        };
        let closed = dialog(ctx, "account", title, WIDTH, |ui| {
            ui.add_enabled_ui(!account.is_asking, |ui| {
                is_done = match &account.who {
                    None => self.sign_in(ui, account, has_failed, commands),
                    Some(_) if account.must_change_password => {
                        let sentence = "Your password was chosen by somebody else. Choose one of your own; until then the server takes nothing else.";
                        note(ui, Urgency::Look, sentence);
                        ui.add_space(space::S);
                        self.password(ui, account, has_failed, commands)
                    }
                    Some(who) => self.signed_in(ui, account, who, has_failed, commands),
                };
            });
        });
        closed || is_done
    }

    fn sign_in(
        &mut self,
        ui: &mut Ui,
        account: &Account,
        has_failed: bool,
        commands: &mut Vec<Command>,
    ) -> bool {
        let width = ui.available_width();
        let is_new = self.server.is_none();
        let server = self.server.get_or_insert_with(|| account.server.clone());
        section_title(ui, "Server");
        let hint = "https://fovea.example.org";
        let first = text_field(ui, server, "Address of the server", hint, width);
        section_title(ui, "Name");
        let second = text_field(ui, &mut self.name, "Your name", "", width);
        section_title(ui, "Password");
        let third = secret_field(ui, &mut self.password, "Your password", width);
        if is_new {
            // What is known need not be typed.
            let begin = if server.is_empty() { &first } else { &second };
            begin.request_focus();
        }
        if has_failed {
            offer_again(ui, &third, &self.password);
        }
        let is_whole =
            !server.trim().is_empty() && !self.name.trim().is_empty() && !self.password.is_empty();
        let is_entered = [first, second, third]
            .iter()
            .any(|field| entered(ui, field));
        failure(ui, account);
        let words = match account.is_asking {
            true => "Signing in…",
            false => "Sign in",
        };
        let (is_pressed, is_done) = foot(ui, words, is_whole);
        if is_whole && (is_pressed || is_entered) {
            commands.push(Command::Account(AccountCommand::SignIn {
                server: server.clone(),
                name: self.name.clone(),
                password: Secret(self.password.clone()),
            }));
            self.has_asked = true;
        }
        is_done
    }

    fn signed_in(
        &mut self,
        ui: &mut Ui,
        account: &Account,
        who: &Who,
        has_failed: bool,
        commands: &mut Vec<Command>,
    ) -> bool {
        facts(
            ui,
            NAME_WIDTH,
            &[
                ("Name", &who.name),
                ("Role", &who.role),
                ("Server", &account.server),
            ],
        );
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            let out = ActionButton::words("Sign out").with_icon(Icon::Person);
            if ui.add(out).clicked() {
                commands.push(Command::Account(AccountCommand::SignOut));
            }
            let change = ActionButton::words("Change password…").selected(self.changes_password);
            if ui.add(change).clicked() {
                self.changes_password = !self.changes_password;
            }
        });
        if self.changes_password {
            rule(ui);
            return self.password(ui, account, has_failed, commands);
        }
        ui.add_space(space::S);
        soft(ui, "What waits to be sent is kept when you sign out.");
        failure(ui, account);
        false
    }

    fn password(
        &mut self,
        ui: &mut Ui,
        account: &Account,
        has_failed: bool,
        commands: &mut Vec<Command>,
    ) -> bool {
        let width = ui.available_width();
        section_title(ui, "Password so far");
        let first = secret_field(ui, &mut self.password, "Your password so far", width);
        if has_failed {
            offer_again(ui, &first, &self.password);
        }
        section_title(ui, "New password");
        secret_field(ui, &mut self.new, "Your new password", width);
        section_title(ui, "New password again");
        let last = secret_field(ui, &mut self.again, "Your new password again", width);
        let is_entered = entered(ui, &last);
        let is_fine = !self.password.is_empty()
            && self.new.chars().count() >= PASSWORD_CHARS_MIN
            && self.new == self.again;
        if !is_fine && !self.again.is_empty() {
            let sentence = "Give the new password twice, with at least 12 characters.";
            note(ui, Urgency::Look, sentence);
        }
        failure(ui, account);
        let (is_pressed, is_done) = foot(ui, "Change password", is_fine);
        if is_fine && (is_pressed || is_entered) {
            commands.push(Command::Account(AccountCommand::ChangePassword {
                current: Secret(self.password.clone()),
                new: Secret(self.new.clone()),
            }));
            self.has_asked = true;
        }
        is_done
    }
}

/// Enter in a field is the button below it.
fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

fn failure(ui: &mut Ui, account: &Account) {
    ui.add_space(space::S);
    if let Some(sentence) = &account.failure {
        note(ui, Urgency::Failed, sentence);
        ui.add_space(space::S);
    }
}

/// The buttons: whether the first was pressed, and whether the dialog is to be closed.
fn foot(ui: &mut Ui, words: &str, is_enabled: bool) -> (bool, bool) {
    let row = vec2(ui.available_width(), CONTROL_HEIGHT);
    let mut pressed = (false, false);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let button = ActionButton::words(words)
            .weight(Weight::Primary)
            .min_width(104.0)
            .enabled(is_enabled);
        pressed.0 = ui.add(button).clicked();
        pressed.1 = ui
            .add(ActionButton::words("Cancel").min_width(88.0))
            .clicked();
    });
    pressed
}
