//! Whoever fails to sign in again and again must wait.

use fovea_server::{Config, Server};
use reqwest::Response;

use crate::client::{Client, problem};
use crate::sign_in::{PASSWORD, login_as, sign_in, site_of_ada, with};
use crate::site::Site;

async fn attempt(nobody: &Client, name: &str, password: &str) -> Response {
    let ask = login_as(name, password);
    nobody.post("/v1/auth/login", &ask).await
}

fn retry_after(answer: &Response) -> Option<u32> {
    let value = answer.headers().get("retry-after")?;
    value.to_str().ok()?.parse().ok()
}

/// Status and wait of `count` attempts with a wrong password.
async fn failures(nobody: &Client, name: &str, count: usize) -> Vec<(u16, Option<u32>)> {
    let mut seen = Vec::new();
    for _ in 0..count {
        let answer = attempt(nobody, name, "wrong horse battery").await;
        seen.push((answer.status().as_u16(), retry_after(&answer)));
    }
    seen
}

#[tokio::test]
async fn failures_of_a_name_make_it_wait_whether_it_exists_or_not() {
    let (site, nobody) = site_of_ada().await;
    let known = failures(&nobody, "ada", 7).await;
    let unknown = failures(&nobody, "eve", 7).await;
    assert_eq!(known, unknown);
    let expected = [(401, None); 5].into_iter().chain([(429, Some(1)); 2]);
    assert_eq!(known, expected.collect::<Vec<_>>());
    // The right password waits as well, and is heard when the wait is over.
    let early = problem(attempt(&nobody, "ada", PASSWORD).await).await;
    assert_eq!(
        (early.code.as_str(), early.retryable),
        ("sign_in_slowed", true)
    );
    site.advance_seconds(1);
    assert_eq!(
        failures(&nobody, "ada", 2).await,
        [(401, None), (429, Some(2))]
    );
    site.advance_seconds(2);
    sign_in(&nobody, "ada", PASSWORD).await;
    assert_eq!(failures(&nobody, "ada", 5).await, [(401, None); 5]);
    let slowed = site.intrude("SELECT count(*) FROM audit WHERE action = 'SIGN_IN_SLOWED'");
    assert_eq!(slowed.expect("counts"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_attempts_at_the_same_time_are_no_way_around() {
    let (_site, nobody) = site_of_ada().await;
    let tries = (0..20).map(|_| {
        let nobody = nobody.clone();
        tokio::spawn(async move {
            let answer = attempt(&nobody, "ada", "wrong horse battery").await;
            answer.status().as_u16()
        })
    });
    let mut heard = 0;
    for one in tries.collect::<Vec<_>>() {
        heard += usize::from(one.await.expect("answers") == 401);
    }
    assert_eq!(heard, 5);
}

#[tokio::test]
async fn waits_outlive_a_restart_and_hold_at_every_process() {
    let (site, nobody) = site_of_ada().await;
    failures(&nobody, "ada", 5).await;
    let again = |site: &Site| Config {
        clock: site.clock(),
        ..Config::on_free_port(site.data())
    };
    let config = again(&site);
    let mut site = site;
    if crate::home::IS_SHARED {
        let other = Server::start(config.clone()).await.expect("starts");
        let there = Client::new(&other.url(), None);
        assert_eq!(attempt(&there, "ada", PASSWORD).await.status(), 429);
        other.shutdown().await;
    }
    site = site.restarted(config).await;
    let nobody = Client::new(&site.handle.url(), None);
    assert_eq!(attempt(&nobody, "ada", PASSWORD).await.status(), 429);
    site.advance_seconds(1);
    sign_in(&nobody, "ada", PASSWORD).await;
}

#[tokio::test]
async fn passwords_cannot_be_tried_faster_with_a_token() {
    let (_site, nobody) = site_of_ada().await;
    let pair = sign_in(&nobody, "ada", PASSWORD).await;
    let ask = serde_json::json!({
        "current_password": "wrong horse battery", "new_password": "another long password"
    });
    let ada = with(&nobody, &pair.token);
    for _ in 0..5 {
        assert_eq!(ada.post("/v1/auth/password", &ask).await.status(), 422);
    }
    assert_eq!(ada.post("/v1/auth/password", &ask).await.status(), 429);
}
