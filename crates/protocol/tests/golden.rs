//! Every wire shape against a committed file, in both directions.
//!
//! A changed golden file is a changed protocol: set `FOVEA_BLESS=1` to write the files again, and say in the
//! commit why older clients and servers still understand each other.

mod samples;

use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use std::path::PathBuf;

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{name}.json"));
    let text = serde_json::to_string_pretty(value).expect("serialises") + "\n";
    if std::env::var_os("FOVEA_BLESS").is_some() {
        std::fs::write(&path, &text).expect("golden file is written");
    }
    let golden = std::fs::read_to_string(&path).expect("golden file is read");
    assert_eq!(text, golden, "{name} is written otherwise than before");
    let read: T = serde_json::from_str(&golden).expect("golden file is understood");
    assert_eq!(&read, value, "{name} is read otherwise than before");
}

#[test]
fn shapes_stay() {
    check("hello", &samples::hello());
    check("have_request", &samples::have_request());
    check("have_response", &samples::have_response());
    check("push_request", &samples::push_request());
    check("push_response", &samples::push_response());
    check("changes_page", &samples::changes_page());
    check("queue_page", &samples::queue_page());
    check("tile_view", &samples::tile_view());
    check("label_create", &samples::label_create());
    check("label_created", &samples::label_created());
    check("label_rollback", &samples::label_rollback());
    check("version_graph", &samples::version_graph());
    check("review_create", &samples::review_create());
    check("label_approve", &samples::label_approve());
    check("label_adjudicate", &samples::label_adjudicate());
    check("label_merge", &samples::label_merge());
    check("merge_preview", &samples::merge_preview());
    check("disagreements_page", &samples::disagreements_page());
    check("leases_page", &samples::leases_page());
    check("recompute", &samples::recompute());
    check("audit_page", &samples::audit_page());
    check("audit_head", &samples::audit_head());
    check("audit_verification", &samples::audit_verification());
    check("problem", &samples::problem());
    check("problem_meanwhile", &samples::meanwhile());
    check("run_create", &samples::run_create());
    check("run_accepted", &samples::run_accepted());
    check("runs_page", &samples::runs_page());
    check("run_event", &samples::run_event());
    check("case_access", &samples::case_access());
    check("oidc_started", &samples::oidc_started());
    check("oidc_device", &samples::oidc_device());
    check("login_response", &samples::login_response());
    check("me", &samples::me());
    check("users_page", &samples::users_page());
    check("user_create", &samples::user_create());
    check("user_change", &samples::user_change());
    check("tokens_page", &samples::tokens_page());
    check("token_created", &samples::token_created());
    check("server_status", &samples::server_status());
}

#[test]
fn requests_refuse_unknown_fields_at_every_depth() {
    let push = serde_json::to_value(samples::push_request()).expect("serialises");
    for pointer in [
        "",
        "/ops/0",
        "/ops/0/body",
        "/ops/0/body/tiles/0",
        "/ops/1/body",
        "/ops/2/body",
    ] {
        let mut bad = push.clone();
        let object = bad
            .pointer_mut(pointer)
            .and_then(|v| v.as_object_mut())
            .expect("an object is there");
        object.insert("surprise".into(), true.into());
        let error = serde_json::from_value::<fovea_protocol::PushRequest>(bad).expect_err(pointer);
        assert!(
            error.to_string().contains("unknown field `surprise`"),
            "{pointer}: {error}"
        );
    }
}

#[test]
fn a_wish_for_a_run_refuses_unknown_fields() {
    let ask = serde_json::to_value(samples::run_create()).expect("serialises");
    for pointer in ["", "/pipeline_config"] {
        let mut bad = ask.clone();
        let object = bad.pointer_mut(pointer).and_then(|v| v.as_object_mut());
        object
            .expect("an object is there")
            .insert("surprise".into(), true.into());
        let error = serde_json::from_value::<fovea_protocol::RunCreate>(bad).expect_err(pointer);
        assert!(error.to_string().contains("surprise"), "{pointer}: {error}");
    }
}

#[test]
fn names_of_states_are_those_on_the_wire() {
    for state in fovea_protocol::RunState::ALL {
        assert_eq!(serde_json::to_value(state).expect("text"), state.name());
    }
    for state in fovea_protocol::StepState::ALL {
        assert_eq!(serde_json::to_value(state).expect("text"), state.name());
    }
    for step in fovea_protocol::StepKind::ALL {
        assert_eq!(serde_json::to_value(step).expect("text"), step.name());
    }
}

#[test]
fn a_version_survives_the_wire_with_its_seal() {
    let version = samples::version();
    let offer = fovea_protocol::VersionOffer::from(&version);
    let json = serde_json::to_string(&offer).expect("serialises");
    let back: fovea_protocol::VersionOffer = serde_json::from_str(&json).expect("reads");
    let back = back.into_version(version.diff.clone());
    assert_eq!(back, version);
    assert_eq!(back.verify(), Ok(()));
}

#[test]
fn an_older_client_passes_over_what_it_does_not_know() {
    let newer = serde_json::json!({ "kind": "model_promoted", "model": "x" });
    let change: fovea_protocol::Change = serde_json::from_value(newer).expect("is understood");
    assert_eq!(change, fovea_protocol::Change::Unknown);
    assert_eq!(change.tile_id(), None);
}

#[test]
fn an_approval_says_what_its_reviewer_saw() {
    let silent = serde_json::json!({ "comment": "" });
    let refused = serde_json::from_value::<fovea_protocol::LabelApprove>(silent);
    let error = refused.expect_err("is refused").to_string();
    assert!(error.contains("expected_approved"), "{error}");
}
