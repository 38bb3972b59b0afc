//! Sharing a case with everybody, or with some.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use fovea_annotation::CaseId;
use fovea_protocol::{CaseAccess, CaseAccessChange, Sharing};
use serde_json::json;

use super::write;
use crate::audit::{Action, Line, append};
use crate::auth::Role;
use crate::backend::Backend;
use crate::db::{self, AccessRow, Connection, DbError};
use crate::http::case_unknown;
use crate::ops::Applied;
use crate::problem::Problem;

const ACCOUNTS_MAX: usize = 1_000;

/// Has a case shared as `ask` says. Whoever may see it only now is told everything that happened to it.
pub(crate) async fn share_case(
    backend: &Backend,
    by: Applied,
    case_id: CaseId,
    ask: CaseAccessChange,
) -> Result<CaseAccess, Problem> {
    check(&ask)?;
    let work = move |connection: &Connection| {
        let Some(before) = db::case_access(connection, case_id)? else {
            return Ok(Err(case_unknown()));
        };
        if by.account.role != Role::Admin && by.account.user_id != before.owner_id {
            return Ok(Err(not_the_owner()));
        }
        let change = match Change::plan(connection, before, ask)? {
            Ok(change) => change,
            Err(problem) => return Ok(Err(problem)),
        };
        change.apply(connection, &by, case_id)?;
        let now = db::case_access(connection, case_id)?.ok_or(DbError::NoRow)?;
        Ok(Ok(now.into()))
    };
    write(backend, work).await
}

/// What is to be done; a plan that does nothing is no change.
struct Change {
    before: AccessRow,
    restricted: bool,
    /// Accounts, with their names, that are named from now on.
    added: Vec<(i64, String)>,
    /// Accounts that no longer are.
    dropped: Vec<(i64, String)>,
}

impl Change {
    fn plan(
        connection: &Connection,
        before: AccessRow,
        ask: CaseAccessChange,
    ) -> Result<Result<Self, Problem>, DbError> {
        let wanted: BTreeSet<String> = ask.accounts.into_iter().collect();
        let held: BTreeSet<String> = before.members.iter().cloned().collect();
        let (mut added, mut dropped) = (Vec::new(), Vec::new());
        for name in wanted.symmetric_difference(&held) {
            let Some(user) = db::user_by_name(connection, name)? else {
                return Ok(Err(account_unknown(name)));
            };
            let one = (user.account.user_id, name.clone());
            match wanted.contains(name) {
                // The owner needs not be named.
                true if one.0 == before.owner_id => {}
                true => added.push(one),
                false => dropped.push(one),
            }
        }
        Ok(Ok(Self {
            restricted: ask.sharing == Sharing::Restricted,
            before,
            added,
            dropped,
        }))
    }

    fn apply(&self, connection: &Connection, by: &Applied, case_id: CaseId) -> Result<(), DbError> {
        let is_same = self.restricted == self.before.restricted;
        if is_same && self.added.is_empty() && self.dropped.is_empty() {
            return Ok(());
        }
        for (user_id, _) in &self.added {
            db::add_case_member(connection, case_id, *user_id)?;
        }
        for (user_id, _) in &self.dropped {
            db::drop_case_member(connection, case_id, *user_id)?;
        }
        db::set_restricted(connection, case_id, self.restricted)?;
        self.tell_again(connection, case_id)?;
        let names = |accounts: &[(i64, String)]| -> Vec<String> {
            accounts.iter().map(|(_, name)| name.clone()).collect()
        };
        let line = Line {
            actor: &by.account.name,
            action: Action::CaseShare,
            subject: case_id.to_string(),
            detail: json!({
                "restricted": self.restricted, "added": names(&self.added), "dropped": names(&self.dropped),
            }),
        };
        append(connection, line, by.now_us)
    }

    /// Clients have passed over what they could not see: it comes to them under new numbers.
    fn tell_again(&self, connection: &Connection, case_id: CaseId) -> Result<(), DbError> {
        match (self.before.restricted, self.restricted) {
            (false, _) => Ok(()),
            (true, false) => db::tell_again(connection, case_id, None),
            (true, true) => {
                for (user_id, _) in &self.added {
                    db::tell_again(connection, case_id, Some(*user_id))?;
                }
                Ok(())
            }
        }
    }
}

impl From<AccessRow> for CaseAccess {
    fn from(row: AccessRow) -> Self {
        Self {
            sharing: match row.restricted {
                true => Sharing::Restricted,
                false => Sharing::Open,
            },
            owner: row.owner,
            accounts: row.members,
        }
    }
}

fn check(ask: &CaseAccessChange) -> Result<(), Problem> {
    if ask.sharing == Sharing::Open && !ask.accounts.is_empty() {
        let detail = "an open case names nobody; leave the accounts out, or restrict it";
        return Err(Problem::unprocessable("bad_sharing", detail));
    }
    if ask.accounts.len() > ACCOUNTS_MAX {
        let detail = format!("a case names at most {ACCOUNTS_MAX} accounts; open it instead");
        return Err(Problem::unprocessable("too_many", detail));
    }
    Ok(())
}

fn not_the_owner() -> Problem {
    let detail = "only the owner of a case and administrators say who may see it; ask one of them";
    Problem::refused(StatusCode::FORBIDDEN, "not_the_owner", detail)
}

fn account_unknown(name: &str) -> Problem {
    let detail = format!("there is no account “{name}”; name accounts that exist");
    Problem::unprocessable("user_unknown", detail)
}
