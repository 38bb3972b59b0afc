//! The status page in a real browser.

use std::path::Path;

use fantoccini::key::Key;
use fovea_server::{Config, Role, Server, create_user};
use reqwest::Method;

use crate::browser::Browser;
use crate::client::Client;
use crate::home;
use crate::run_client::{start, succeeded};
use crate::sample::{case_op, prediction_op, tile_id};
use crate::site::Site;

const PASSWORD: &str = "correct horse battery";

/// The pictures of this test are looked at by people and compared by none.
fn pictures() -> std::path::PathBuf {
    let folder = std::env::var_os("FOVEA_SCREENSHOTS").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("status-page"),
        Into::into,
    );
    std::fs::create_dir_all(&folder).expect("makes the folder");
    folder
}

async fn sign_in(browser: &Browser, name: &str, password: &str) {
    browser.fill("name", name).await;
    browser.fill("password", password).await;
    browser.press(Key::Enter).await;
}

const SIGNED_IN: &str = "!document.getElementById('status-part').hidden";
const REFUSED: &str = "document.getElementById('sign-in-error').textContent !== ''";

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_watches_the_work() {
    let Some(browser) = Browser::start("an_administrator_watches_the_work").await else {
        return;
    };
    let folder = home::data_folder();
    let token = |name: &str, role, password| create_user(folder.path(), name, role, password);
    token("root", Role::Admin, Some(PASSWORD)).expect("the account");
    let rosa = token("rosa", Role::Researcher, None).expect("the account");
    let server = Server::start(Config::on_free_port(folder.path())).await;
    let server = server.expect("starts");
    let rosa = Client::new(&server.url(), Some(rosa));

    browser.open(&format!("{}/status", server.url())).await;
    let tab = "document.activeElement.id";
    assert_eq!(browser.evaluate(&format!("return {tab};")).await, "name");
    picture_of_each_kind(&browser, "sign-in").await;
    sign_in(&browser, "root", PASSWORD).await;
    browser.until(SIGNED_IN).await;
    assert_eq!(browser.text("summary").await, "All is well.");
    assert_eq!(browser.text("queue-open").await, "0");
    let runs = "document.querySelector('[data-state=SUCCEEDED] dd').textContent";
    assert_eq!(browser.evaluate(&format!("return {runs};")).await, "0");

    let case = case_op(&rosa, "case", 3).await;
    rosa.push(vec![case]).await;
    succeeded(&rosa, start(&rosa, "case", 0).await).await;
    browser.until(&format!("{runs} === '1'")).await;
    browser
        .until("document.getElementById('queue-open').textContent === '3'")
        .await;
    browser
        .until("document.querySelectorAll('#workers tr').length === 1")
        .await;
    let state = "document.querySelector('#recent td.SUCCEEDED').textContent";
    browser.until(&format!("{state} === 'succeeded'")).await;

    more_to_see(&rosa).await;
    browser
        .until("document.querySelectorAll('#recent tr').length === 4")
        .await;
    picture_of_each_kind(&browser, "status").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());

    // The keyboard alone leads out, and the token is dead then.
    browser
        .evaluate("document.getElementById('sign-out').focus();")
        .await;
    browser.press(Key::Enter).await;
    browser.until(&format!("!({SIGNED_IN})")).await;
    let open =
        "SELECT count(*) FROM tokens WHERE expires_at_us IS NOT NULL AND revoked_at_us IS NULL";
    while home::intrude(folder.path(), open).as_deref() != Ok("0") {
        tokio::task::yield_now().await;
    }
    browser.close().await;
    server.shutdown().await;
}

/// Some more runs, one of them stopped, and a picture that cannot be read.
async fn more_to_see(rosa: &Client) {
    for name in ["second", "third", "fourth"] {
        let case = case_op(rosa, name, 2).await;
        let doubt = prediction_op(rosa, tile_id(name, 0), 0.4).await;
        rosa.push(vec![case, doubt]).await;
        let run_id = start(rosa, name, 0).await;
        if name == "third" {
            let cancel = format!("/v1/runs/{run_id}/cancel");
            rosa.send(Method::POST, &cancel).await;
        }
    }
}

async fn picture_of_each_kind(browser: &Browser, what: &str) {
    for scheme in ["light", "dark"] {
        for (width_px, name) in [(1280, "wide"), (390, "narrow")] {
            let file = pictures().join(format!("{what}-{scheme}-{name}.png"));
            browser.picture(&file, scheme, width_px).await;
            let over =
                "document.documentElement.scrollWidth > document.documentElement.clientWidth";
            let over = browser.evaluate(&format!("return {over};")).await;
            assert_eq!(over, false, "{what} is wider than {width_px} px");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_outlives_its_first_token() {
    let Some(browser) = Browser::start("the_page_outlives_its_first_token").await else {
        return;
    };
    let site = Site::start().await;
    create_user(site.data(), "root", Role::Admin, Some(PASSWORD)).expect("the account");
    browser.open(&format!("{}/status", site.handle.url())).await;
    sign_in(&browser, "root", PASSWORD).await;
    browser.until(SIGNED_IN).await;
    site.advance_minutes(20);
    let ada = site.labeler();
    let case = case_op(&ada, "case", 1).await;
    let doubt = prediction_op(&ada, tile_id("case", 0), 0.4).await;
    ada.push(vec![case, doubt]).await;
    browser
        .until("document.getElementById('queue-open').textContent === '1'")
        .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_anything() {
    let Some(browser) = Browser::start("nobody_else_sees_anything").await else {
        return;
    };
    let site = Site::start().await;
    create_user(site.data(), "ada", Role::Labeler, Some(PASSWORD)).expect("the account");
    browser.open(&format!("{}/status", site.handle.url())).await;
    for (name, password, says) in [
        (
            "ada",
            PASSWORD,
            "The role labeler may not do this; ask an administrator.",
        ),
        ("ada", "wrong horse battery", "do not belong together"),
    ] {
        sign_in(&browser, name, password).await;
        browser.until(REFUSED).await;
        let said = browser.text("sign-in-error").await;
        assert!(said.contains(says), "{said}");
        assert_eq!(
            browser.evaluate(&format!("return {SIGNED_IN};")).await,
            false
        );
    }
    // What an attacker could put in the page would not run, and no other page can hold it in a frame.
    let answer = reqwest::get(format!("{}/status", site.handle.url())).await;
    let headers = answer.expect("answers").headers().clone();
    let policy = headers["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert_eq!(headers.get("set-cookie"), None);
    let injected = "const s = document.createElement('script'); s.textContent = 'window.injected = true'; \
                    document.body.append(s); return window.injected === undefined;";
    assert_eq!(browser.evaluate(injected).await, true);
    browser.close().await;
}
