//! What administrators do with accounts and their tokens.

use fovea_protocol::{Me, TokenCreated, TokensPage, UserRecord, UsersPage};
use fovea_server::{Access, ROUTES, Role, create_user};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::client::{Client, problem};
use crate::sign_in::{PASSWORD, login_as, refresh, sign_in, status, with};
use crate::site::Site;

async fn patch(client: &Client, name: &str, body: Value) -> Response {
    let request = client.request(Method::PATCH, &format!("/v1/users/{name}"));
    request.json(&body).send().await.expect("answers")
}

async fn patched(client: &Client, name: &str, body: Value) -> UserRecord {
    let answer = patch(client, name, body).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("an account")
}

fn nobody(site: &Site) -> Client {
    Client::new(&site.handle.url(), None)
}

#[tokio::test]
async fn accounts_are_made_listed_and_changed() {
    let site = Site::start().await;
    let admin = site.client("root", Role::Admin);
    let ask = json!({ "name": "ada", "role": "labeler" });
    let made: UserRecord = admin.post_ok("/v1/users", &ask, 201).await;
    assert_eq!((made.name.as_str(), made.has_password), ("ada", false));
    let again = problem(admin.post("/v1/users", &ask).await).await;
    assert_eq!((again.status, again.code.as_str()), (409, "user_exists"));
    for (bad, code) in [
        (json!({ "name": "a b", "role": "labeler" }), "bad_name"),
        (json!({ "name": "", "role": "labeler" }), "bad_name"),
        (json!({ "name": "bob", "role": "king" }), "role_unknown"),
        (
            json!({ "name": "bob", "role": "labeler", "password": "short" }),
            "bad_password",
        ),
        (
            json!({ "name": "bob", "role": "labeler", "surprise": 1 }),
            "bad_body",
        ),
    ] {
        assert_eq!(
            problem(admin.post("/v1/users", &bad).await).await.code,
            code
        );
    }
    let changed = patched(&admin, "ada", json!({ "role": "reviewer" })).await;
    assert_eq!(changed.role, "reviewer");
    let seen: UserRecord = admin.get("/v1/users/ada").await;
    assert_eq!(seen, changed);
    let page: UsersPage = admin.get("/v1/users").await;
    let names: Vec<_> = page.users.iter().map(|user| user.name.as_str()).collect();
    assert_eq!((names, page.next), (vec!["ada", "root"], None));
    let page: UsersPage = admin.get("/v1/users?after=ada").await;
    assert_eq!(page.users.len(), 1);
    let missing = problem(patch(&admin, "eve", json!({})).await).await;
    assert_eq!(
        (missing.status, missing.code.as_str()),
        (404, "user_unknown")
    );
}

#[tokio::test]
async fn a_list_of_many_accounts_has_pages() {
    let site = Site::start().await;
    let admin = site.client("root", Role::Admin);
    for at in 0..150 {
        let ask = json!({ "name": format!("user{at:03}"), "role": "labeler" });
        let _: UserRecord = admin.post_ok("/v1/users", &ask, 201).await;
    }
    let first: UsersPage = admin.get("/v1/users").await;
    let next = first.next.expect("a further page");
    let second: UsersPage = admin.get(&format!("/v1/users?after={next}")).await;
    let names = first
        .users
        .iter()
        .chain(&second.users)
        .map(|user| &user.name);
    let names: std::collections::BTreeSet<_> = names.collect();
    assert_eq!(
        (first.users.len(), names.len(), second.next),
        (100, 151, None)
    );
}

#[tokio::test]
async fn the_tokens_of_a_closed_account_stop_at_once_and_stay_so() {
    let site = Site::start().await;
    let admin = site.client("root", Role::Admin);
    let named = create_user(site.data(), "ada", Role::Labeler, Some(PASSWORD)).expect("made");
    let nobody = nobody(&site);
    let pair = sign_in(&nobody, "ada", PASSWORD).await;
    patched(&admin, "ada", json!({ "disabled": true })).await;
    let dead = async || {
        for token in [&named, &pair.token] {
            assert_eq!(status(&nobody, token).await, 401);
        }
        assert_eq!(refresh(&nobody, &pair).await.status(), 401);
    };
    dead().await;
    let ask = login_as("ada", PASSWORD);
    let refused = nobody.post("/v1/auth/login", &ask).await;
    assert_eq!(problem(refused).await.code, "wrong_password");
    let token = json!({ "name": "script", "life_days": 1 });
    let refused = admin.post("/v1/users/ada/tokens", &token).await;
    assert_eq!(problem(refused).await.code, "user_closed");
    patched(&admin, "ada", json!({ "disabled": false })).await;
    dead().await;
    sign_in(&nobody, "ada", PASSWORD).await;
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let site = Site::start().await;
    let admin = site.client("root", Role::Admin);
    for change in [
        json!({ "role": "labeler" }),
        json!({ "disabled": true }),
        json!({ "role": "auditor", "disabled": true }),
    ] {
        let refused = problem(patch(&admin, "root", change).await).await;
        assert_eq!((refused.status, refused.code.as_str()), (409, "last_admin"));
    }
    patched(
        &admin,
        "root",
        json!({ "role": "admin", "disabled": false }),
    )
    .await;
    // A closed administrator is none.
    site.client("other", Role::Admin);
    patched(&admin, "other", json!({ "disabled": true })).await;
    assert_eq!(
        patch(&admin, "root", json!({ "role": "labeler" }))
            .await
            .status(),
        409
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_close_each_other_one_is_left() {
    let site = Site::start().await;
    let (ada, bob) = (
        site.client("ada", Role::Admin),
        site.client("bob", Role::Admin),
    );
    let closed = || json!({ "disabled": true });
    let (one, other) = tokio::join!(patch(&ada, "bob", closed()), patch(&bob, "ada", closed()));
    let won = [one, other].map(|answer| answer.status() == 200);
    assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
    let open = site.intrude("SELECT count(*) FROM users WHERE disabled = 0");
    assert_eq!(open.expect("counts"), "1");
}

#[tokio::test]
async fn a_password_that_somebody_else_chose_must_be_changed_first() {
    let site = Site::start().await;
    let admin = site.client("root", Role::Admin);
    let ask = json!({ "name": "ada", "role": "admin", "password": PASSWORD });
    let made: UserRecord = admin.post_ok("/v1/users", &ask, 201).await;
    assert!(made.must_change_password);
    let nobody = nobody(&site);
    let pair = sign_in(&nobody, "ada", PASSWORD).await;
    assert!(pair.must_change_password);
    let ada = with(&nobody, &pair.token);
    for route in ROUTES.iter().filter(|route| route.access != Access::Public) {
        if ["/v1/auth/password", "/v1/auth/logout"].contains(&route.path) {
            continue;
        }
        let method: Method = route.method.parse().expect("a method");
        let refused = problem(ada.send(method, route.path).await).await;
        let code = refused.code.as_str();
        assert_eq!(
            (refused.status, code),
            (403, "password_change_needed"),
            "{}",
            route.path
        );
    }
    let change = json!({ "current_password": PASSWORD, "new_password": "another long password" });
    assert_eq!(ada.post("/v1/auth/password", &change).await.status(), 204);
    let me: Me = ada.get("/v1/me").await;
    assert_eq!(me.role, "admin");
    // One that an administrator sets later ends the sign-ins as well.
    patched(&admin, "ada", json!({ "password": "given by the admin" })).await;
    assert_eq!(status(&nobody, &pair.token).await, 401);
    assert!(
        sign_in(&nobody, "ada", "given by the admin")
            .await
            .must_change_password
    );
}

#[tokio::test]
async fn named_tokens_work_until_their_end() {
    let site = Site::start().await;
    let admin = site.client("root", Role::Admin);
    let ask = json!({ "name": "gpu1", "role": "worker", "password": PASSWORD });
    let _: UserRecord = admin.post_ok("/v1/users", &ask, 201).await;
    let path = "/v1/users/gpu1/tokens";
    for (bad, code) in [
        (json!({ "name": "", "life_days": 1 }), "bad_name"),
        (json!({ "name": "a\nb", "life_days": 1 }), "bad_name"),
        (json!({ "name": "a", "life_days": 0 }), "bad_life"),
        (json!({ "name": "a", "life_days": 731 }), "bad_life"),
    ] {
        assert_eq!(problem(admin.post(path, &bad).await).await.code, code);
    }
    let make = async |name: &str, life_days: u32| -> TokenCreated {
        let ask = json!({ "name": name, "life_days": life_days });
        admin.post_ok(path, &ask, 201).await
    };
    let (short, long) = (make("in room 3", 1).await, make("nightly", 30).await);
    let nobody = nobody(&site);
    // Nobody signs in with it, so it waits for no new password.
    assert_eq!(status(&nobody, &short.token).await, 200);
    let text = admin
        .send(Method::GET, path)
        .await
        .text()
        .await
        .expect("text");
    assert!(!text.contains(&short.token) && !text.contains(&long.token));
    let page: TokensPage = serde_json::from_str(&text).expect("tokens");
    assert_eq!(page.tokens.len(), 2);
    site.advance_minutes(24 * 60);
    assert_eq!(status(&nobody, &short.token).await, 401);
    assert_eq!(status(&nobody, &long.token).await, 200);
    let page: TokensPage = admin.get(path).await;
    let names: Vec<_> = page
        .tokens
        .iter()
        .map(|token| token.name.as_str())
        .collect();
    assert_eq!(names, ["nightly"]);
    let end = format!("{path}/{}", long.token_id);
    assert_eq!(admin.send(Method::DELETE, &end).await.status(), 204);
    assert_eq!(status(&nobody, &long.token).await, 401);
    let again = problem(admin.send(Method::DELETE, &end).await).await;
    assert_eq!((again.status, again.code.as_str()), (404, "token_unknown"));
}

#[tokio::test]
async fn every_change_has_its_line() {
    let site = Site::start().await;
    let admin = site.client("root", Role::Admin);
    let ask = json!({ "name": "ada", "role": "labeler", "password": PASSWORD });
    let _: UserRecord = admin.post_ok("/v1/users", &ask, 201).await;
    let ask = json!({ "name": "script", "life_days": 1 });
    let token: TokenCreated = admin.post_ok("/v1/users/ada/tokens", &ask, 201).await;
    let end = format!("/v1/users/ada/tokens/{}", token.token_id);
    admin.send(Method::DELETE, &end).await;
    patched(
        &admin,
        "ada",
        json!({ "role": "reviewer", "disabled": true }),
    )
    .await;
    // What changes nothing is no change.
    patched(&admin, "ada", json!({ "role": "reviewer" })).await;
    let page: fovea_protocol::AuditPage = admin.get("/v1/audit").await;
    let lines = page.entries.iter().skip(2).map(|line| {
        assert_eq!(
            (line.actor.as_str(), line.subject.as_str()),
            ("root", "ada")
        );
        line.action.as_str()
    });
    let expected = ["USER_CREATE", "TOKEN_CREATE", "TOKEN_REVOKE", "USER_UPDATE"];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    let whole = serde_json::to_string(&page).expect("JSON");
    assert!(!whole.contains(PASSWORD) && !whole.contains(&token.token));
    assert_eq!(
        fovea_server::verify_audit(site.data())
            .expect("reads")
            .faults,
        []
    );
}
