//! A program that this project did not make reads the description of the API and tries everything that it says, and what
//! it does not say: <https://schemathesis.io>.

use std::path::{Path, PathBuf};
use std::process::Command;

use fovea_server::{Role, create_user};
use fovea_test_data::Python;
use reqwest::Method;
use serde_json::Value;

use crate::client::Client;
use crate::home;
use crate::process::Process;
use crate::sample::predicted_case;

/// Waiting for a change takes longer than a try may; the account that tries must stay signed in; and what is well formed
/// may still be refused for what it says: bytes that are not those of their name, a scan that is none, a tile that is
/// not there.
const SETTINGS: &str = r#"
hooks = "hooks.py"

[parameters]
wait_s = 0

[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 422, 429]

[[operations]]
include-path = "/v1/auth/logout"
enabled = false
"#;
/// The media type of tus is nobody else's, so it has to be told how to write it.
const HOOKS: &str = r#"
import schemathesis

@schemathesis.serializer("application/offset+octet-stream")
def offset_stream(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()
"#;
/// It asks much more than a person, from one address.
const LIMITS: &str =
    "[limits]\ntoken_requests_per_s = 0\naddress_requests_per_s = 0\nsign_ins_per_minute = 0\n";
const SEED: &str = "20261126";

#[tokio::test(flavor = "multi_thread")]
async fn the_server_does_what_its_description_says_to_an_administrator() {
    try_everything_as(Role::Admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_does_what_its_description_says_to_a_labeler() {
    try_everything_as(Role::Labeler).await;
}

async fn try_everything_as(role: Role) {
    if Python::find("schemathesis").is_none() {
        return;
    }
    let folder = home::data_folder();
    let file = folder.path().join("server.toml");
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    std::fs::write(&file, before + LIMITS).expect("writes");
    let labeler = create_user(folder.path(), "ada", Role::Labeler, None).expect("an account");
    let token = create_user(folder.path(), "tester", role, None).expect("an account");
    let mut process = Process::serving("serve", folder.path());
    let url = process.url();
    // Something to find: what is asked for by its id has to be there now and then.
    predicted_case(&Client::new(&url, Some(labeler)), "case", &[0.9, 0.4]).await;
    let work = tempfile::tempdir().expect("a folder");
    let run = {
        let (work, url, token) = (work.path().to_owned(), url.clone(), token.clone());
        tokio::task::spawn_blocking(move || try_everything(&work, &url, &token))
    };
    let (found_nothing, said) = run.await.expect("runs");
    assert!(found_nothing, "{said}");
    check_answers(&work.path().join("report"));
    let me = Client::new(&url, Some(token))
        .send(Method::GET, "/v1/me")
        .await;
    assert_eq!(me.status(), 200, "it was signed in to the end");
    process.signal("TERM");
    assert!(process.wait());
    let report = fovea_server::verify_audit(folder.path()).expect("reads");
    assert_eq!(report.faults, []);
}

/// Runs all phases; says whether nothing was found, and what was.
fn try_everything(work: &Path, url: &str, token: &str) -> (bool, String) {
    for (name, text) in [("schemathesis.toml", SETTINGS), ("hooks.py", HOOKS)] {
        std::fs::write(work.join(name), text).expect("writes");
    }
    let output = Command::new(program())
        .args(["--no-color", "--config-file", "schemathesis.toml", "run"])
        .args(["--seed", SEED, "--max-examples", "8"])
        .args(["--continue-on-failure", "--generation-database", "none"])
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .args(["--warnings", "off", "--request-timeout", "60"])
        .args(["--report-har-path", "report"])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .arg(format!("{url}/openapi.json"))
        .env("PYTHONPATH", work)
        .current_dir(work)
        .output()
        .expect("starts");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.success(), said)
}

/// It lies beside the interpreter that it was installed for.
fn program() -> PathBuf {
    let python = std::env::var_os("FOVEA_ORACLE_PYTHON").map(PathBuf::from);
    python.expect("was found").with_file_name("schemathesis")
}

/// Every answer once more, whatever the program thinks of it: none is a 5xx, and what is refused says so in one form.
fn check_answers(report: &Path) {
    let report = std::fs::read(report).expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    let answers = report["log"]["entries"].as_array().expect("entries");
    assert!(answers.len() > 1_000, "{} answers", answers.len());
    for answer in answers {
        let (request, response) = (&answer["request"], &answer["response"]);
        let status = response["status"].as_u64().expect("a status");
        let what = format!("{status}: {request}");
        assert!(status < 500, "{what}");
        if status >= 400 {
            let kind = &response["content"]["mimeType"];
            assert_eq!(kind, "application/problem+json", "{what}");
        }
    }
}
