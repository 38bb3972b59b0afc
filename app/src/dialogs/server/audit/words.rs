//! What a line says, in words.

use fovea_editor::State;
use fovea_protocol::AuditEntry;

use crate::dialogs::server::run_row::case_name;

/// What was done, as a person says it; the name of an action that is not known here.
pub(super) fn action(name: &str) -> &str {
    match name {
        "USER_CREATE" => "Account made",
        "USER_UPDATE" => "Account changed",
        "TOKEN_CREATE" => "Token made",
        "TOKEN_REVOKE" => "Token ended",
        "SIGN_IN" => "Signed in",
        "SIGN_IN_REFRESH" => "Sign-in went on",
        "SIGN_IN_REUSE" => "Copied token ended a sign-in",
        "SIGN_IN_SLOWED" => "Too many failed sign-ins",
        "SIGN_OUT" => "Signed out",
        "PASSWORD_CHANGE" => "Password changed",
        "CASE_REGISTER" => "Case registered",
        "CASE_INTAKE" => "Scan taken in",
        "CASE_REFUSED" => "Scan turned away",
        "CASE_SHARE" => "Case shared anew",
        "BACKUP" => "Backup begun",
        "RESTORE" => "Restored from a backup",
        "STORE_MOVE" => "Data moved here",
        "KEY_ROTATE" => "New key for objects",
        "KEY_RETIRE" => "Old keys given up",
        "PREDICTION_REGISTER" => "Prediction registered",
        "LABEL_MODEL" => "Label by a model",
        "LABEL_EDIT" => "Label edited",
        "ROLLBACK" => "Label rolled back",
        "LABEL_MERGE" => "Labels merged",
        "ADJUDICATE" => "Labels adjudicated",
        "LABEL_ACCEPT" => "Label accepted",
        "LABEL_REJECT" => "Label sent back",
        "LABEL_APPROVE" => "Label approved",
        "QUEUE_RECOMPUTE" => "Scoring the queue began",
        "QUEUE_RECOMPUTED" => "Queue scored again",
        "RUN_CREATE" => "Run asked for",
        "RUN_FINISH" => "Run ended",
        "RUN_CANCEL" => "Run stopped",
        "RUN_RETRY" => "Run tried again",
        other => other,
    }
}

/// What it was done to, in a few letters.
pub(super) fn thing(state: &State, entry: &AuditEntry) -> String {
    let subject = entry.subject.as_str();
    let short: String = subject.chars().take(8).collect();
    let (kind, _) = entry.action.split_once('_').unwrap_or((&entry.action, ""));
    match kind {
        "CASE" => subject
            .parse()
            .map_or_else(|_| subject.to_owned(), |case| case_name(state, case)),
        "RUN" => format!("Run {short}"),
        "PREDICTION" => format!("B-scan {short}"),
        "LABEL" | "ROLLBACK" | "ADJUDICATE" => format!("Version {short}"),
        _ => subject.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use fovea_annotation::ContentHash;
    use fovea_editor::AuditTopic;

    use super::*;

    #[test]
    fn every_action_of_a_topic_has_words() {
        use AuditTopic as T;
        for topic in [
            T::SignIns,
            T::Accounts,
            T::Cases,
            T::Labels,
            T::Reviews,
            T::Runs,
            T::Upkeep,
        ] {
            for name in topic.actions() {
                assert_ne!(action(name), *name, "{name} has no words");
            }
        }
        assert_eq!(action("SOMETHING_NEW"), "SOMETHING_NEW");
    }

    #[test]
    fn a_thing_is_named_by_what_a_person_knows() {
        let id = ContentHash::of(b"x").to_hex();
        let named = |action: &str, subject: &str| {
            let entry = AuditEntry {
                seq: 1,
                at_us: 0,
                actor: "ada".into(),
                action: action.into(),
                subject: subject.into(),
                detail: serde_json::json!({}),
                previous: ContentHash::of(b""),
                hash: ContentHash::of(b""),
            };
            thing(&State::default(), &entry)
        };
        assert_eq!(named("SIGN_IN", "ada"), "ada");
        assert_eq!(named("CASE_SHARE", &id), format!("Case {}", &id[..8]));
        assert_eq!(named("CASE_REFUSED", "burned_in_text"), "burned_in_text");
        assert_eq!(named("LABEL_EDIT", &id), format!("Version {}", &id[..8]));
        assert_eq!(named("RUN_CREATE", "0b6f2c0e-6f43"), "Run 0b6f2c0e");
    }
}
