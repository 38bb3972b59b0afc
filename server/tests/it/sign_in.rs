//! Signing in: pairs of tokens that follow each other, and what ends them.

use fovea_protocol::{LoginRequest, LoginResponse, Me, PasswordChange, RefreshRequest};
use fovea_server::{Role, create_user};
use reqwest::{Method, Response};

use crate::client::{Client, problem};
use crate::site::Site;

pub(crate) const PASSWORD: &str = "correct horse battery";
const DAY_MINUTES: i64 = 24 * 60;

/// A site with the labeler `ada`, who has a password.
pub(crate) async fn site_of_ada() -> (Site, Client) {
    let site = Site::start().await;
    create_user(site.data(), "ada", Role::Labeler, Some(PASSWORD)).expect("the account");
    let nobody = Client::new(&site.handle.url(), None);
    (site, nobody)
}

pub(crate) fn login_as(name: &str, password: &str) -> LoginRequest {
    LoginRequest {
        name: name.into(),
        password: password.into(),
    }
}

pub(crate) async fn sign_in(nobody: &Client, name: &str, password: &str) -> LoginResponse {
    nobody
        .post_ok("/v1/auth/login", &login_as(name, password), 200)
        .await
}

pub(crate) async fn refresh(nobody: &Client, pair: &LoginResponse) -> Response {
    let ask = RefreshRequest {
        refresh_token: pair.refresh_token.clone(),
    };
    nobody.post("/v1/auth/refresh", &ask).await
}

async fn refreshed(nobody: &Client, pair: &LoginResponse) -> LoginResponse {
    let answer = refresh(nobody, pair).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("a pair")
}

pub(crate) fn with(nobody: &Client, token: &str) -> Client {
    Client::new(&nobody.url, Some(token.into()))
}

pub(crate) async fn status(nobody: &Client, token: &str) -> u16 {
    let answer = with(nobody, token).send(Method::GET, "/v1/me").await;
    answer.status().as_u16()
}

fn audit_count(site: &Site, action: &str) -> String {
    let sql = format!("SELECT count(*) FROM audit WHERE action = '{action}'");
    site.intrude(&sql).expect("counts")
}

#[tokio::test]
async fn a_pair_is_followed_by_the_next() {
    let (site, nobody) = site_of_ada().await;
    let first = sign_in(&nobody, "ada", PASSWORD).await;
    assert_eq!(first.expires_at_us, site.now_us() + 15 * 60_000_000);
    let me: Me = with(&nobody, &first.token).get("/v1/me").await;
    assert_eq!((me.name.as_str(), me.role.as_str()), ("ada", "labeler"));
    assert_eq!(me.token_expires_at_us, Some(first.expires_at_us));
    site.advance_minutes(15);
    assert_eq!(status(&nobody, &first.token).await, 401);
    let second = refreshed(&nobody, &first).await;
    assert_eq!(status(&nobody, &second.token).await, 200);
    let third = refreshed(&nobody, &second).await;
    // The one before goes on to its end: requests may be under way with it.
    assert_eq!(status(&nobody, &second.token).await, 200);
    assert_eq!(status(&nobody, &third.token).await, 200);
    assert_eq!(audit_count(&site, "SIGN_IN"), "1");
    assert_eq!(audit_count(&site, "SIGN_IN_REFRESH"), "2");
}

#[tokio::test]
async fn each_token_is_good_for_one_thing() {
    let (site, nobody) = site_of_ada().await;
    let pair = sign_in(&nobody, "ada", PASSWORD).await;
    assert_eq!(status(&nobody, &pair.refresh_token).await, 401);
    let named = site.client("bob", Role::Labeler).token.expect("a token");
    let never = format!("fovea_{}", "0".repeat(64));
    for wrong in [pair.token.as_str(), &named, &never, "", "x"] {
        let ask = RefreshRequest {
            refresh_token: wrong.into(),
        };
        let answer = problem(nobody.post("/v1/auth/refresh", &ask).await).await;
        assert_eq!(
            (answer.status, answer.code.as_str()),
            (401, "not_signed_in")
        );
    }
    refreshed(&nobody, &pair).await;
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_its_sign_in() {
    let (site, nobody) = site_of_ada().await;
    let first = sign_in(&nobody, "ada", PASSWORD).await;
    let elsewhere = sign_in(&nobody, "ada", PASSWORD).await;
    let second = refreshed(&nobody, &first).await;
    for code in ["token_reused", "not_signed_in", "not_signed_in"] {
        let again = problem(refresh(&nobody, &first).await).await;
        assert_eq!((again.status, again.code.as_str()), (401, code));
    }
    for token in [&first.token, &second.token] {
        assert_eq!(status(&nobody, token).await, 401);
    }
    assert_eq!(refresh(&nobody, &second).await.status(), 401);
    assert_eq!(status(&nobody, &elsewhere.token).await, 200);
    refreshed(&nobody, &elsewhere).await;
    assert_eq!(audit_count(&site, "SIGN_IN_REUSE"), "1");
    let anew = sign_in(&nobody, "ada", PASSWORD).await;
    assert_eq!(status(&nobody, &anew.token).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_refreshes_at_the_same_time_one_wins() {
    let (_site, nobody) = site_of_ada().await;
    for _ in 0..5 {
        let pair = sign_in(&nobody, "ada", PASSWORD).await;
        let tries = (0..8).map(|_| {
            let (nobody, pair) = (nobody.clone(), pair.clone());
            tokio::spawn(async move { refresh(&nobody, &pair).await.status().as_u16() })
        });
        let mut wins = 0;
        for one in tries.collect::<Vec<_>>() {
            match one.await.expect("answers") {
                200 => wins += 1,
                other => assert_eq!(other, 401),
            }
        }
        assert_eq!(wins, 1);
        // Whoever lost the answer signs in again.
        let anew = sign_in(&nobody, "ada", PASSWORD).await;
        assert_eq!(status(&nobody, &anew.token).await, 200);
    }
}

#[tokio::test]
async fn signing_out_ends_the_whole_sign_in() {
    let (site, nobody) = site_of_ada().await;
    let first = sign_in(&nobody, "ada", PASSWORD).await;
    let elsewhere = sign_in(&nobody, "ada", PASSWORD).await;
    let second = refreshed(&nobody, &first).await;
    let here = with(&nobody, &second.token);
    let out = here.send(Method::POST, "/v1/auth/logout").await;
    assert_eq!(out.status(), 204);
    for token in [&first.token, &second.token] {
        assert_eq!(status(&nobody, token).await, 401);
    }
    let again = problem(refresh(&nobody, &second).await).await;
    assert_eq!(again.code, "not_signed_in");
    assert_eq!(status(&nobody, &elsewhere.token).await, 200);
    assert_eq!(audit_count(&site, "SIGN_OUT"), "1");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sign_ins() {
    let (site, nobody) = site_of_ada().await;
    let here = sign_in(&nobody, "ada", PASSWORD).await;
    let elsewhere = sign_in(&nobody, "ada", PASSWORD).await;
    let ask = |current: &str, new: &str| PasswordChange {
        current_password: current.into(),
        new_password: new.into(),
    };
    let ada = with(&nobody, &here.token);
    for (current, new, code) in [
        (
            "wrong horse battery",
            "another long password",
            "wrong_password",
        ),
        (PASSWORD, "short", "bad_password"),
        (PASSWORD, PASSWORD, "password_unchanged"),
    ] {
        let refused = problem(ada.post("/v1/auth/password", &ask(current, new)).await).await;
        assert_eq!((refused.status, refused.code.as_str()), (422, code));
    }
    let changed = ada
        .post("/v1/auth/password", &ask(PASSWORD, "another long password"))
        .await;
    assert_eq!(changed.status(), 204);
    assert_eq!(status(&nobody, &here.token).await, 200);
    assert_eq!(status(&nobody, &elsewhere.token).await, 401);
    assert_eq!(refresh(&nobody, &elsewhere).await.status(), 401);
    refreshed(&nobody, &here).await;
    let old = nobody
        .post("/v1/auth/login", &login_as("ada", PASSWORD))
        .await;
    assert_eq!(problem(old).await.code, "wrong_password");
    sign_in(&nobody, "ada", "another long password").await;
    assert_eq!(audit_count(&site, "PASSWORD_CHANGE"), "1");
    // An account with tokens only has no password to change.
    let bob = site.client("bob", Role::Labeler);
    let change = ask(PASSWORD, "another long password");
    let refused = bob.post("/v1/auth/password", &change).await;
    assert_eq!(problem(refused).await.code, "wrong_password");
}

#[tokio::test]
async fn a_sign_in_ends_by_itself() {
    let (site, nobody) = site_of_ada().await;
    let idle = sign_in(&nobody, "ada", PASSWORD).await;
    let mut busy = sign_in(&nobody, "ada", PASSWORD).await;
    let began_us = site.now_us();
    for _ in 0..8 {
        site.advance_minutes(10 * DAY_MINUTES);
        busy = refreshed(&nobody, &busy).await;
    }
    assert_eq!(refresh(&nobody, &idle).await.status(), 401);
    // Ninety days after it began even the busiest sign-in is over.
    assert_eq!(
        busy.refresh_expires_at_us,
        began_us + 90 * DAY_MINUTES * 60_000_000
    );
    site.advance_minutes(10 * DAY_MINUTES);
    assert_eq!(refresh(&nobody, &busy).await.status(), 401);
    // What was over a week ago is forgotten at the next sign-in.
    site.advance_minutes(8 * DAY_MINUTES);
    sign_in(&nobody, "ada", PASSWORD).await;
    let left = site.intrude("SELECT count(*) FROM tokens WHERE family IS NOT NULL");
    assert_eq!(left.expect("counts"), "2");
}
