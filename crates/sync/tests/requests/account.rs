//! Signing in and out at the real server, and its accounts.

use std::sync::Arc;

use fovea_protocol::{TokenCreate, UserChange, UserCreate};
use fovea_server::{Role, create_user};
use fovea_sync::{Ask, Credentials, Reply, TokenFile, change_password, sign_in, sign_out};

use crate::calls::Asking;
use crate::site::Site;

const FIRST: &str = "given by an administrator";
const SECOND: &str = "correct horse battery";

fn credentials(site: &Site) -> Arc<dyn Credentials> {
    Arc::new(TokenFile(site.token_path()))
}

#[test]
fn a_person_signs_in_changes_the_password_and_signs_out() {
    let site = Site::new();
    create_user(&site.server_data(), "rosa", Role::Labeler, Some(SECOND)).expect("an account");
    let server = site.start_server(None);
    let (url, account) = (server.url(), credentials(&site));
    let why = sign_in(&account, &url, "rosa", "wrong").expect_err("refused");
    assert!(
        why.starts_with("Name and password do not belong together"),
        "{why}"
    );
    let signed_in = sign_in(&account, &url, "rosa", SECOND).expect("signs in");
    assert_eq!(
        (signed_in.name.as_str(), signed_in.role.as_str()),
        ("rosa", "labeler")
    );
    let kept = account.kept().expect("kept");
    assert!(kept.refresh_token().is_some());

    let why = change_password(&account, &url, "wrong", FIRST).expect_err("refused");
    assert!(why.ends_with('.'), "{why}");
    change_password(&account, &url, SECOND, FIRST).expect("changes");
    sign_out(&account, &url).expect("signs out");
    assert_eq!(account.kept(), None);
    let why = sign_in(&account, &url, "rosa", SECOND).expect_err("refused");
    assert!(
        why.starts_with("Name and password do not belong together"),
        "{why}"
    );
    sign_in(&account, &url, "rosa", FIRST).expect("signs in");
    site.runtime.block_on(server.shutdown());
    let why = sign_in(&account, &url, "rosa", FIRST).expect_err("away");
    assert!(why.starts_with("The server does not answer"), "{why}");
    let remark = sign_out(&account, &url).expect_err("away");
    assert!(remark.starts_with("You are signed out here"), "{remark}");
    assert_eq!(account.kept(), None);
}

#[test]
fn an_administrator_makes_changes_and_closes_accounts() {
    let site = Site::new();
    let token = create_user(&site.server_data(), "root", Role::Admin, None).expect("an account");
    site.sign_in(&token);
    let server = site.start_server(None);
    let asking = Asking::start(&site, &server.url());
    let user = |reply| match reply {
        Reply::User(user) => Some(user),
        _ => None,
    };
    asking.ask(Ask::CreateUser(UserCreate {
        name: "rosa@ward".into(),
        role: "reviewer".into(),
        password: Some(FIRST.into()),
    }));
    let made = asking.until("an account", user);
    assert!(made.must_change_password && !made.disabled);

    let account: Arc<dyn Credentials> =
        Arc::new(TokenFile(site.token_path().with_extension("rosa")));
    let signed_in = sign_in(&account, &server.url(), "rosa@ward", FIRST).expect("signs in");
    assert!(signed_in.must_change_password && signed_in.role.is_empty());
    let changed = change_password(&account, &server.url(), FIRST, SECOND).expect("changes");
    assert_eq!(changed.role, "reviewer");

    asking.ask(Ask::MakeToken(
        "rosa@ward".into(),
        TokenCreate {
            name: "a script".into(),
            life_days: 7,
        },
    ));
    let token_id = asking.until("a token", |reply| match reply {
        Reply::TokenMade { token, .. } => Some(token.token_id),
        _ => None,
    });
    asking.ask(Ask::EndToken("rosa@ward".into(), token_id));
    let tokens = asking.until("its tokens", |reply| match reply {
        Reply::Tokens { tokens, .. } => Some(tokens),
        _ => None,
    });
    assert_eq!(tokens, []);
    asking.ask(Ask::ChangeUser(
        "rosa@ward".into(),
        UserChange {
            disabled: Some(true),
            ..UserChange::default()
        },
    ));
    assert!(asking.until("the account", user).disabled);
    asking.ask(Ask::Users(None));
    let names = asking.until("the accounts", |reply| match reply {
        Reply::Users { page, .. } => Some(page.users),
        _ => None,
    });
    let names: Vec<&str> = names.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names, ["ada", "root", "rosa@ward"]);
    asking.ask(Ask::WhoAmI);
    let role = asking.until("who this is", |reply| match reply {
        Reply::Me { role, .. } => Some(role),
        _ => None,
    });
    assert_eq!(role, "admin");
    drop(asking);
    site.runtime.block_on(server.shutdown());
}
