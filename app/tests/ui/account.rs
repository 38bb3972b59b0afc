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

pub(crate) fn who(name: &str, role: &str) -> Who {
    Who {
        name: name.to_owned(),
        role: role.to_owned(),
        may_review_own: false,
    }
}

/// The window with somebody signed in.
pub(crate) fn signed_in(role: &str) -> Stage {
    let mut stage = Stage::new(Store::with_three_cases());
    stage.report(Event::AccountKnown {
        server: SERVER.to_owned(),
        who: Some(who("ada", role)),
    });
    stage
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
    stage.press("sign in");
    let field = stage.harness.get_by_label("Address of the server");
    assert!(field.is_focused(), "the first field is typed into at once");
    stage.type_into("Address of the server", SERVER);
    stage.type_into("Your name", "ada");
    stage.type_into("Your password", "correct horse");
    stage.snapshot("sign_in");
    stage.key(Modifiers::NONE, Key::Enter);
    let Some(Effect::SignIn {
        server,
        name,
        password,
    }) = stage.last_asked()
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
    // What was wrong can be typed over at once.
    let field = stage.harness.get_by_label("Your password");
    assert!(field.is_focused());
    field.type_text("correct horse battery");
    stage.settle();
    stage.press("Sign in");
    let Some(Effect::SignIn { password, .. }) = stage.last_asked() else {
        panic!("a sign-in")
    };
    assert_eq!(password.0, "correct horse battery");
    stage.report(Event::SignedIn {
        server: SERVER.to_owned(),
        who: who("ada", "researcher"),
        must_change_password: false,
    });
    assert_eq!(stage.last_asked(), Some(Effect::Connect(SERVER.to_owned())));
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
    stage.type_into("Your password so far", "given by somebody");
    stage.type_into("Your new password", "correct horse battery");
    stage.type_into("Your new password again", "correct horse");
    stage.snapshot("first_password");
    stage.type_into("Your new password again", " battery");
    stage.press("Change password");
    assert!(matches!(
        stage.last_asked(),
        Some(Effect::ChangePassword { .. })
    ));
    stage.report(Event::SignedIn {
        server: SERVER.to_owned(),
        who: who("ada", "labeler"),
        must_change_password: false,
    });
    assert_eq!(stage.last_asked(), Some(Effect::Connect(SERVER.to_owned())));
}

#[test]
fn signed_in_account() {
    let mut stage = signed_in("researcher");
    stage.send(Command::ShowDialog(Dialog::Account));
    stage.snapshot("account");
    stage.press("Sign out");
    assert_eq!(stage.last_asked(), Some(Effect::SignOut));
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
    stage.press("New run…");
    assert_eq!(stage.state().runs.wish, None, "labelers start no runs");
    let mut stage = signed_in("admin");
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Runs)));
    stage.press("Accounts");
    assert_eq!(stage.last_asked(), Some(Effect::LoadUsers { after: None }));
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
        stage.last_asked(),
        Some(Effect::LoadTokens("worker-3".to_owned()))
    );
    stage.report(Event::TokensListed {
        name: "worker-3".to_owned(),
        tokens: vec![token("t1", "machine in room 3")],
    });
    stage.type_into("What the token is for", "machine in room 4");
    stage.press("Make token");
    let wish = TokenCreate {
        name: "machine in room 4".to_owned(),
        life_days: 90,
    };
    assert_eq!(
        stage.last_asked(),
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
    stage.press("I have it");
    assert!(
        stage
            .harness
            .query_by_label_contains("fovea_5f3a")
            .is_none()
    );
    stage.press("End the token machine in room 3");
    let expected = Effect::EndToken("worker-3".to_owned(), "t1".to_owned());
    assert_eq!(stage.last_asked(), Some(expected));
}

#[test]
fn an_account_is_made_changed_and_closed() {
    let mut stage = accounts();
    stage.press("New account…");
    stage.type_into("Name of the new account", "dorothy");
    stage.press("Reviewer");
    stage.type_into("First password of the account", "too short");
    stage.snapshot("account_new");
    stage.type_into("First password of the account", " no more");
    stage.press("Make account");
    let expected = UserCreate {
        name: "dorothy".to_owned(),
        role: "reviewer".to_owned(),
        password: Some("too short no more".to_owned()),
    };
    assert_eq!(stage.last_asked(), Some(Effect::CreateUser(expected)));
    stage.report(Event::UserChanged(user("dorothy", "reviewer", true, false)));
    assert_eq!(stage.state().users.chosen.as_deref(), Some("dorothy"));
    stage.press("Labeler");
    let change = UserChange {
        role: Some("labeler".to_owned()),
        ..UserChange::default()
    };
    assert_eq!(
        stage.last_asked(),
        Some(Effect::ChangeUser("dorothy".to_owned(), change))
    );
    stage.report(Event::ServerRefused {
        sentence: "There is no such role.".to_owned(),
    });
    stage.press("Close account");
    let change = UserChange {
        disabled: Some(true),
        ..UserChange::default()
    };
    assert_eq!(
        stage.last_asked(),
        Some(Effect::ChangeUser("dorothy".to_owned(), change))
    );
}
