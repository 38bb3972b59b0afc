//! Looking for lines: the newest first, by who, what, when and about which case.

use fovea_annotation::CaseId;
use fovea_protocol::AuditEntry;

use super::chain::{entry, raw};
use crate::db::{Connection, DbError, Value};

/// What is looked for; what is left out is not asked about.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditSearch {
    /// Lines before this one; all where it is `None`.
    pub(crate) before: Option<u64>,
    /// The account that did it.
    pub(crate) actor: Option<String>,
    /// What was done: one of these.
    pub(crate) actions: Vec<String>,
    /// About this case, its tiles, labels and runs.
    pub(crate) case: Option<CaseId>,
    /// Not before this moment.
    pub(crate) since_us: Option<i64>,
    /// Before this moment.
    pub(crate) until_us: Option<i64>,
}

/// Up to `limit` lines that fit, the newest first.
pub(crate) fn search(
    connection: &Connection,
    ask: &AuditSearch,
    limit: u32,
) -> Result<Vec<AuditEntry>, DbError> {
    let (sql, values) = statement(ask, limit);
    let rows = connection
        .prepare_cached(&sql)?
        .query_map(values.as_slice(), raw)?;
    rows.into_iter().map(entry).collect()
}

fn statement(ask: &AuditSearch, limit: u32) -> (String, Vec<Value<'_>>) {
    let before = ask
        .before
        .map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let mut sql =
        "SELECT seq, at_us, actor, action, subject, detail, previous, hash FROM audit WHERE seq < ?1"
            .to_owned();
    let mut values = vec![Value::Integer(before)];
    let mut add = |condition: &str, value| {
        values.push(value);
        let name = format!("?{}", values.len());
        sql.push_str(" AND ");
        sql.push_str(&condition.replace("?x", &name));
    };
    if let Some(actor) = &ask.actor {
        add("actor = ?x", Value::Text(actor));
    }
    if let Some(case) = &ask.case {
        add(ABOUT_CASE, Value::Blob(case.0.as_bytes()));
    }
    if let Some(since_us) = ask.since_us {
        add("at_us >= ?x", Value::Integer(since_us));
    }
    if let Some(until_us) = ask.until_us {
        add("at_us < ?x", Value::Integer(until_us));
    }
    if !ask.actions.is_empty() {
        let names: Vec<String> = (1..=ask.actions.len())
            .map(|at| format!("?{}", values.len() + at))
            .collect();
        sql.push_str(&format!(" AND action IN ({})", names.join(", ")));
        values.extend(ask.actions.iter().map(|action| Value::Text(action)));
    }
    values.push(Value::Integer(i64::from(limit)));
    sql.push_str(&format!(" ORDER BY seq DESC LIMIT ?{}", values.len()));
    (sql, values)
}

/// A line names its thing by its id in hexadecimal: the case, one of its tiles, a version of a label, or a run.
const ABOUT_CASE: &str = "subject IN (
    SELECT lower(hex(case_id)) FROM cases WHERE case_id = ?x
    UNION ALL SELECT lower(hex(tile_id)) FROM tiles WHERE case_id = ?x
    UNION ALL SELECT lower(hex(v.version_id)) FROM label_versions v JOIN tiles t ON t.tile_id = v.tile_id
      WHERE t.case_id = ?x
    UNION ALL SELECT run_id FROM runs WHERE case_id = ?x)";
