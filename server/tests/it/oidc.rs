//! Single sign-on against a provider that is small and real.

use fovea_protocol::{
    LoginResponse, Me, OidcCallback, OidcDevice, OidcPoll, OidcStart, OidcStarted,
};
use fovea_server::Role;
use reqwest::Response;
use serde_json::{Value, json};

use crate::client::{Client, problem};
use crate::oidc_provider::{IdentityProvider, Lie};
use crate::sign_in::{status, with};
use crate::site::Site;

const NOW_US: i64 = 1_763_900_000_000_000;

async fn site() -> (Site, IdentityProvider, Client) {
    let provider = IdentityProvider::start(NOW_US).await;
    let site = Site::start_with(&provider.settings()).await;
    let nobody = Client::new(&site.handle.url(), None);
    (site, provider, nobody)
}

fn ada() -> Value {
    json!({ "sub": "a-1", "preferred_username": "ada", "groups": ["everybody", "eye-labelers"] })
}

async fn start(nobody: &Client) -> OidcStarted {
    let ask = OidcStart {
        redirect_uri: "http://127.0.0.1:49152/signed-in".into(),
    };
    nobody.post_ok("/v1/auth/oidc/start", &ask, 200).await
}

async fn end(nobody: &Client, started: &OidcStarted, state: &str, code: &str) -> Response {
    let ask = OidcCallback {
        attempt: started.attempt.clone(),
        state: state.into(),
        code: code.into(),
    };
    nobody.post("/v1/auth/oidc/callback", &ask).await
}

/// A whole sign-in of `person`.
async fn sign_in(nobody: &Client, provider: &IdentityProvider, person: Value) -> Response {
    let started = start(nobody).await;
    let code = provider.agree(&started.authorization_url, person);
    end(nobody, &started, &started.state, &code).await
}

async fn signed_in(nobody: &Client, provider: &IdentityProvider, person: Value) -> Me {
    let answer = sign_in(nobody, provider, person).await;
    assert_eq!(answer.status(), 200);
    let pair: LoginResponse = answer.json().await.expect("a pair");
    with(nobody, &pair.token).get("/v1/me").await
}

#[tokio::test]
async fn a_person_signs_in_by_a_browser_and_keeps_the_account() {
    let (site, provider, nobody) = site().await;
    let me = signed_in(&nobody, &provider, ada()).await;
    assert_eq!((me.name.as_str(), me.role.as_str()), ("ada", "labeler"));
    // Another name and another role there: the same account here, with the new role.
    let mut later = ada();
    later["preferred_username"] = "ada2".into();
    later["groups"] = "eye-admins".into();
    let me = signed_in(&nobody, &provider, later).await;
    assert_eq!((me.name.as_str(), me.role.as_str()), ("ada", "admin"));
    // The last administrator stays one.
    let me = signed_in(&nobody, &provider, ada()).await;
    assert_eq!(me.role, "admin");
    let count = site.intrude("SELECT count(*) FROM users").expect("counts");
    assert_eq!(count, "1");
    assert_eq!(
        fovea_server::verify_audit(site.data())
            .expect("reads")
            .faults,
        []
    );
}

#[tokio::test]
async fn who_has_no_role_there_has_no_account_here() {
    let (site, provider, nobody) = site().await;
    let refused = async |person: Value, code: &str| {
        let refused = problem(sign_in(&nobody, &provider, person).await).await;
        assert_eq!((refused.status, refused.code.as_str()), (403, code));
    };
    for groups in [
        json!([]),
        json!("everybody"),
        json!(null),
        json!({ "eye-admins": 1 }),
    ] {
        let mut person = ada();
        person["groups"] = groups;
        refused(person, "no_role").await;
    }
    let mut nameless = ada();
    nameless["preferred_username"] = "two words".into();
    refused(nameless, "bad_name").await;
    // Whoever may choose a name there must not get the account that has it here.
    site.client("ada", Role::Admin);
    refused(ada(), "user_exists").await;
    let users = site.intrude("SELECT count(*) FROM users").expect("counts");
    assert_eq!(users, "1");
}

#[tokio::test]
async fn a_closed_account_stays_closed() {
    let (site, provider, nobody) = site().await;
    let admin = site.client("root", Role::Admin);
    signed_in(&nobody, &provider, ada()).await;
    let close = admin.request(reqwest::Method::PATCH, "/v1/users/ada");
    let closed = close.json(&json!({ "disabled": true })).send().await;
    assert_eq!(closed.expect("answers").status(), 200);
    let refused = problem(sign_in(&nobody, &provider, ada()).await).await;
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (403, "user_closed")
    );
}

#[tokio::test]
async fn a_word_that_cannot_be_trusted_is_refused() {
    let (_site, provider, nobody) = site().await;
    let lies: [(&str, Lie); 10] = [
        ("another nonce", |_, claims| claims["nonce"] = "x".into()),
        ("no nonce", |_, claims| {
            claims.as_object_mut().expect("claims").remove("nonce");
        }),
        ("another issuer", |_, claims| {
            claims["iss"] = "http://127.0.0.1:1".into()
        }),
        ("another audience", |_, claims| {
            claims["aud"] = "other".into()
        }),
        ("a further audience", |_, claims| {
            claims["aud"] = json!(["fovea", "other"])
        }),
        ("expired", |_, claims| {
            claims["exp"] = json!(NOW_US / 1_000_000 - 61)
        }),
        ("from the future", |_, claims| {
            claims["iat"] = json!(NOW_US / 1_000_000 + 61)
        }),
        ("no signature", |header, _| header["alg"] = "none".into()),
        ("a shared secret", |header, _| {
            header["alg"] = "HS256".into()
        }),
        ("an unknown key", |header, _| header["kid"] = "third".into()),
    ];
    for (what, lie) in lies {
        provider.lie(lie);
        let refused = problem(sign_in(&nobody, &provider, ada()).await).await;
        let seen = (refused.status, refused.code.as_str());
        assert_eq!(seen, (401, "id_token_refused"), "{what}");
    }
    provider.lie(|_, _| {});
    signed_in(&nobody, &provider, ada()).await;
}

#[tokio::test]
async fn another_key_of_the_provider_is_asked_for() {
    let (site, provider, nobody) = site().await;
    signed_in(&nobody, &provider, ada()).await;
    provider.rotate();
    site.advance_seconds(30);
    signed_in(&nobody, &provider, ada()).await;
}

#[tokio::test]
async fn each_sign_in_is_ended_once_and_in_time() {
    let (site, provider, nobody) = site().await;
    let over = async |answer: Response| {
        let refused = problem(answer).await;
        assert_eq!(
            (refused.status, refused.code.as_str()),
            (401, "sign_in_over")
        );
    };
    let first = start(&nobody).await;
    let code = provider.agree(&first.authorization_url, ada());
    let done = end(&nobody, &first, &first.state, &code).await;
    assert_eq!(done.status(), 200);
    over(end(&nobody, &first, &first.state, &code).await).await;
    // A state that is not ours ends the attempt as well: whoever guesses guesses once.
    let second = start(&nobody).await;
    let code = provider.agree(&second.authorization_url, ada());
    over(end(&nobody, &second, &first.state, &code).await).await;
    over(end(&nobody, &second, &second.state, &code).await).await;
    // A code of another sign-in does not fit the challenge of this one.
    let (third, fourth) = (start(&nobody).await, start(&nobody).await);
    let code = provider.agree(&third.authorization_url, ada());
    over(end(&nobody, &fourth, &fourth.state, &code).await).await;
    // Ten minutes later it is over.
    let fifth = start(&nobody).await;
    let code = provider.agree(&fifth.authorization_url, ada());
    site.advance_minutes(10);
    over(end(&nobody, &fifth, &fifth.state, &code).await).await;
}

#[tokio::test]
async fn without_a_browser_a_code_is_typed_in_elsewhere() {
    let (site, provider, nobody) = site().await;
    let device: OidcDevice = nobody
        .post_ok("/v1/auth/oidc/device", &json!({}), 200)
        .await;
    assert_eq!(
        (device.user_code.as_str(), device.interval_s),
        ("WDJB-MJHT", 5)
    );
    let ask = OidcPoll {
        attempt: device.attempt.clone(),
    };
    let poll = async || nobody.post("/v1/auth/oidc/device/poll", &ask).await;
    // Asked more often than the provider wants, the server answers by itself.
    for _ in 0..3 {
        let pending = problem(poll().await).await;
        assert_eq!(
            (pending.status, pending.code.as_str()),
            (409, "sign_in_pending")
        );
    }
    assert_eq!(provider.questions(), 1);
    provider.agree_on_device(ada());
    site.advance_seconds(5);
    let answer = poll().await;
    assert_eq!(answer.status(), 200);
    let pair: LoginResponse = answer.json().await.expect("a pair");
    assert_eq!(status(&nobody, &pair.token).await, 200);
    assert_eq!(problem(poll().await).await.code, "sign_in_over");
}

#[tokio::test]
async fn only_a_program_on_the_same_machine_may_wait_for_the_browser() {
    let (_site, _provider, nobody) = site().await;
    for bad in [
        "https://example.org/",
        "http://example.org:80/",
        "http://127.0.0.1/",
        "http://a@127.0.0.1:9/",
        "http://127.0.0.1.example.org:9/",
        "http://localhost:9/",
        "custom:x",
        "",
    ] {
        let ask = OidcStart {
            redirect_uri: bad.into(),
        };
        let refused = problem(nobody.post("/v1/auth/oidc/start", &ask).await).await;
        assert_eq!(refused.code, "bad_redirect", "{bad}");
    }
}

#[tokio::test]
async fn without_the_setting_there_is_none_and_without_the_provider_the_server_runs() {
    let site = Site::start().await;
    let nobody = Client::new(&site.handle.url(), None);
    let ask = OidcStart {
        redirect_uri: "http://127.0.0.1:9/".into(),
    };
    let off = problem(nobody.post("/v1/auth/oidc/start", &ask).await).await;
    assert_eq!((off.status, off.code.as_str()), (404, "oidc_off"));
    let settings = "\n[oidc]\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"fovea\"\nrole_claim = \"groups\"\nroles = [{ value = \"a\", role = \"labeler\" }]\n";
    let site = Site::start_with(settings).await;
    let nobody = Client::new(&site.handle.url(), None);
    let away = nobody.post("/v1/auth/oidc/start", &ask).await;
    assert_eq!(away.status(), 503);
}
