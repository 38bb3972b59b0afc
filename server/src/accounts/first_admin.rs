//! The first administrator: data without any account get one, so that the rest can be done over the network.

use std::path::Path;

use serde_json::json;

use super::audit;
use crate::audit::Action;
use crate::auth::{Role, generate_password, hash_password};
use crate::backend::DataFolder;
use crate::clock::Clock;
use crate::db::{self, NewUser};
use crate::server::StartError;
use crate::shared_keys::in_signed_transaction;

const NAME: &str = "admin";

/// Makes the account `admin` where there is no account at all, and returns its password, which is shown nowhere else and
/// must be changed at the first sign-in.
pub fn make_first_admin(data: &Path) -> Result<Option<String>, StartError> {
    let folder = DataFolder::open(data)?;
    let _lock = folder.lock(false)?;
    let database = folder.settings()?.database;
    let now_us = Clock::system().now_us();
    db::on_own_thread(|| {
        let connection = database.open_writer()?;
        if db::count_users(&connection)?.0 > 0 {
            return Ok(None);
        }
        let password = generate_password()?;
        let phc = hash_password(&password).map_err(std::io::Error::other)?;
        let user = NewUser {
            name: NAME.into(),
            role: Role::Admin,
            password_phc: Some(phc),
            must_change_password: true,
        };
        let made = in_signed_transaction(&connection, &folder, |connection| {
            // Several processes may start at the same time: they take turns, and the first one makes it.
            if db::count_users(connection)?.0 > 0 {
                return Ok(None);
            }
            db::insert_user(connection, &user, now_us)?;
            let (action, detail) = (Action::UserCreate, json!({ "role": user.role.name() }));
            audit(connection, now_us, "first run", action, NAME, detail)?;
            Ok(Some(password))
        })?;
        Ok(made)
    })
}
