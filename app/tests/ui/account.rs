//! Signing in and out, and the accounts of the server.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use fovea_editor::{
    AccountCommand, Command, Dialog, Effect, Event, Passage, ServerPage, Upload, UploadId,
    UsersCommand, Who,
};
use fovea_protocol::{
    TokenCreate, TokenCreated, TokenRecord, UserChange, UserCreate, UserRecord, UsersPage,
};

use crate::stage::Stage;
use crate::store::Store;

/// 23 Nov 2026, 16:05 UTC.
const NOW_US: i64 = 1_795_449_900_000_000;
const SERVER: &str = "https://fovea.example.org";

fn who(name: &str, role: &str) -> Who {
    Who {
        name: name.to_owned(),
        role: role.to_owned(),
    }
}

/// The window with somebody signed in.
fn signed_in(role: &str) -> Stage {
    let mut stage = Stage::new(Store::with_three_cases());
    stage.report(Event::AccountKnown {
        server: SERVER.to_owned(),
        who: Some(who("ada", role)),
    });
    stage
}

fn press(stage: &mut Stage, name: &str) {
    stage.harness.get_by_label(name).click();
    stage.settle();
}

fn type_into(stage: &mut Stage, name: &str, text: &str) {
    stage.harness.get_by_label(name).focus();
    stage.settle();
    stage.harness.get_by_label(name).type_text(text);
    stage.settle();
}

fn last_asked(stage: &Stage) -> Option<Effect> {
    stage.store().unanswered.last().cloned()
}

#[test]
fn a_person_signs_in_with_the_keyboard_and_what_waits_goes_on() {
    let mut stage = Stage::new(Store::with_three_cases());
    stage.report(Event::UploadsChanged(vec![Upload {
        id: UploadId(1),
        name: "a.dcm".to_owned(),
        case: stage.state().case.as_ref().expect("open").summary.id,
        length: 100,
        received: 40,
        passage: Passage::SignInNeeded,
    }]));
    press(&mut stage, "sign in");
    type_into(&mut stage, "Address of the server", SERVER);
    type_into(&mut stage, "Your name", "ada");
    type_into(&mut stage, "Your password", "correct horse");
    stage.snapshot("sign_in");
    stage.key(Modifiers::NONE, Key::Enter);
    let Some(Effect::SignIn {
        server,
        name,
        password,
    }) = last_asked(&stage)
    else {
        panic!("a sign-in")
    };
    assert_eq!((server.as_str(), name.as_str()), (SERVER, "ada"));
    assert_eq!(password.0, "correct horse");
    assert_eq!(format!("{password:?}"), "Secret");

    let sentence = "Name and password do not belong together; try again, or ask an administrator.";
    stage.report(Event::AccountFailed {
        sentence: sentence.to_owned(),
    });
    stage.harness.get_by_label(sentence);
    type_into(&mut stage, "Your password", "correct horse battery");
    press(&mut stage, "Sign in");
    stage.report(Event::SignedIn {
        server: SERVER.to_owned(),
        who: who("ada", "researcher"),
        must_change_password: false,
    });
    assert_eq!(last_asked(&stage), Some(Effect::Connect(SERVER.to_owned())));
    assert_eq!(stage.state().dialog, None);
    stage.harness.get_by_label("ada · researcher");
}

#[test]
fn a_first_password_is_changed_before_anything_else() {
    let mut stage = Stage::new(Store::with_phantom());
    stage.send(Command::ShowDialog(Dialog::Account));
    stage.report(Event::SignedIn {
        server: SERVER.to_owned(),
        who: who("ada", ""),
        must_change_password: true,
    });
    type_into(&mut stage, "Your password so far", "given by somebody");
    type_into(&mut stage, "Your new password", "correct horse battery");
    type_into(&mut stage, "Your new password again", "correct horse");
    stage.snapshot("first_password");
    type_into(&mut stage, "Your new password again", " battery");
    press(&mut stage, "Change password");
    assert!(matches!(
        last_asked(&stage),
        Some(Effect::ChangePassword { .. })
    ));
    stage.report(Event::SignedIn {
        server: SERVER.to_owned(),
        who: who("ada", "labeler"),
        must_change_password: false,
    });
    assert_eq!(last_asked(&stage), Some(Effect::Connect(SERVER.to_owned())));
}

#[test]
fn signed_in_account() {
    let mut stage = signed_in("researcher");
    stage.send(Command::ShowDialog(Dialog::Account));
    stage.snapshot("account");
    press(&mut stage, "Sign out");
    assert_eq!(last_asked(&stage), Some(Effect::SignOut));
    stage.report(Event::SignedOut {
        remark: String::new(),
    });
    assert_eq!(stage.state().account.who, None);
}

#[test]
fn what_is_sent_twice_is_asked_once() {
    let mut stage = signed_in("researcher");
    stage.send(Command::Account(AccountCommand::SignOut));
    let asked = stage.store().unanswered.len();
    stage.send(Command::Account(AccountCommand::SignOut));
    assert_eq!(stage.store().unanswered.len(), asked);
}

#[test]
fn pages_and_buttons_are_those_of_the_role() {
    let mut stage = signed_in("labeler");
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Runs)));
    assert!(stage.harness.query_by_label("Accounts").is_none());
    press(&mut stage, "New run…");
    assert_eq!(stage.state().runs.wish, None, "labelers start no runs");
    let mut stage = signed_in("admin");
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Runs)));
    press(&mut stage, "Accounts");
    assert_eq!(last_asked(&stage), Some(Effect::LoadUsers { after: None }));
}

fn user(name: &str, role: &str, must_change_password: bool, disabled: bool) -> UserRecord {
    UserRecord {
        name: name.to_owned(),
        role: role.to_owned(),
        disabled,
        has_password: role != "worker",
        must_change_password,
        created_at_us: NOW_US,
    }
}

/// The page of an administrator, with its list.
fn accounts() -> Stage {
    let mut stage = signed_in("admin");
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Users)));
    stage.report(Event::UsersListed {
        after: None,
        page: UsersPage {
            users: vec![
                user("ada", "admin", false, false),
                user("grace.hopper@example.org", "labeler", true, false),
                user("katherine", "researcher", false, true),
                user("worker-3", "worker", false, false),
            ],
            next: Some("worker-3".to_owned()),
        },
    });
    stage
}

fn token(id: &str, name: &str) -> TokenRecord {
    TokenRecord {
        token_id: id.to_owned(),
        name: name.to_owned(),
        created_at_us: NOW_US,
        expires_at_us: Some(NOW_US + 90 * 86_400_000_000),
    }
}

#[test]
fn an_account_with_a_token_that_is_shown_once() {
    let mut stage = accounts();
    stage.send(Command::Users(UsersCommand::Choose("worker-3".to_owned())));
    assert_eq!(
        last_asked(&stage),
        Some(Effect::LoadTokens("worker-3".to_owned()))
    );
    stage.report(Event::TokensListed {
        name: "worker-3".to_owned(),
        tokens: vec![token("t1", "machine in room 3")],
    });
    type_into(&mut stage, "What the token is for", "machine in room 4");
    press(&mut stage, "Make token");
    let wish = TokenCreate {
        name: "machine in room 4".to_owned(),
        life_days: 90,
    };
    assert_eq!(
        last_asked(&stage),
        Some(Effect::MakeToken("worker-3".to_owned(), wish))
    );
    stage.report(Event::TokenMade {
        name: "worker-3".to_owned(),
        token: TokenCreated {
            token_id: "t2".to_owned(),
            token: "fovea_5f3a77c0d2b14e0e9a52".to_owned(),
            expires_at_us: NOW_US,
        },
    });
    stage.report(Event::TokensListed {
        name: "worker-3".to_owned(),
        tokens: vec![
            token("t1", "machine in room 3"),
            token("t2", "machine in room 4"),
        ],
    });
    stage.snapshot("account_tokens");
    press(&mut stage, "I have it");
    assert!(
        stage
            .harness
            .query_by_label_contains("fovea_5f3a")
            .is_none()
    );
    press(&mut stage, "End the token machine in room 3");
    let expected = Effect::EndToken("worker-3".to_owned(), "t1".to_owned());
    assert_eq!(last_asked(&stage), Some(expected));
}

#[test]
fn an_account_is_made_changed_and_closed() {
    let mut stage = accounts();
    press(&mut stage, "New account…");
    type_into(&mut stage, "Name of the new account", "dorothy");
    press(&mut stage, "Reviewer");
    type_into(&mut stage, "First password of the account", "too short");
    stage.snapshot("account_new");
    type_into(&mut stage, "First password of the account", " no more");
    press(&mut stage, "Make account");
    let expected = UserCreate {
        name: "dorothy".to_owned(),
        role: "reviewer".to_owned(),
        password: Some("too short no more".to_owned()),
    };
    assert_eq!(last_asked(&stage), Some(Effect::CreateUser(expected)));
    stage.report(Event::UserChanged(user("dorothy", "reviewer", true, false)));
    assert_eq!(stage.state().users.chosen.as_deref(), Some("dorothy"));
    press(&mut stage, "Labeler");
    let change = UserChange {
        role: Some("labeler".to_owned()),
        ..UserChange::default()
    };
    assert_eq!(
        last_asked(&stage),
        Some(Effect::ChangeUser("dorothy".to_owned(), change))
    );
    stage.report(Event::ServerRefused {
        sentence: "There is no such role.".to_owned(),
    });
    press(&mut stage, "Close account");
    let change = UserChange {
        disabled: Some(true),
        ..UserChange::default()
    };
    assert_eq!(
        last_asked(&stage),
        Some(Effect::ChangeUser("dorothy".to_owned(), change))
    );
}
