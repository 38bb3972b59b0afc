//! Signing in and out, and what follows from it, each on a thread of its own that ends with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fovea_editor::{Effect, Event, Who};
use fovea_sync::SignedIn;

use super::lines::{Engines, Lines, Parts};
use super::spawn;

/// The address of the server, from the last sign-in.
pub(super) const SERVER: &str = "server.address";

/// The engines with what they are started from.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) parts: Arc<Mutex<Parts>>,
    pub(super) engines: Arc<Mutex<Option<Engines>>>,
    pub(super) lines: Lines,
}

impl Connection {
    /// Carries a wish about the account out, beside everything else.
    pub(super) fn carry_out(&self, effect: Effect) {
        let connection = self.clone();
        let reporter = self.with_parts(|parts| parts.reporter.clone());
        if let Err(error) = spawn("account", move || connection.work(effect)) {
            reporter.fail(format!(
                "The system gives no further thread ({error}); close other programs and try again"
            ));
        }
    }

    fn work(&self, effect: Effect) {
        let (credentials, reporter) =
            self.with_parts(|parts| (Arc::clone(&parts.credentials), parts.reporter.clone()));
        let now = self.url();
        let event = match effect {
            Effect::SignIn {
                server,
                name,
                password,
            } => {
                if server != now {
                    // A token is the server's that gave it: nobody else may see the next one.
                    self.stop();
                }
                let outcome = fovea_sync::sign_in(&credentials, &server, &name, &password.0);
                if outcome.is_err() && server != now {
                    self.connect(&now);
                }
                signed_in(outcome)
            }
            Effect::ChangePassword { current, new } => signed_in(fovea_sync::change_password(
                &credentials,
                &now,
                &current.0,
                &new.0,
            )),
            Effect::SignOut => Event::SignedOut {
                remark: fovea_sync::sign_out(&credentials, &now)
                    .err()
                    .unwrap_or_default(),
            },
            Effect::Connect(server) => return self.connect(&server),
            _ => return,
        };
        reporter.send(event);
    }

    /// Address of the server that is talked to; empty without one.
    fn url(&self) -> String {
        let running = self.running();
        running
            .as_ref()
            .map_or_else(String::new, |engines| engines.url.clone())
    }

    /// Stops the engines.
    pub(super) fn stop(&self) {
        self.lines.lead_nowhere();
        drop(self.running().take());
    }

    fn running(&self) -> MutexGuard<'_, Option<Engines>> {
        self.engines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts engines for this server in the place of those that run.
    fn connect(&self, server: &str) {
        let started = self.with_parts(|parts| {
            // Only a convenience: the next start may have to be told the address again.
            let _ = parts.store.set_setting(SERVER, server);
            let url = Some(server).filter(|server| !server.is_empty());
            Engines::start(url, parts, &self.lines)
        });
        let reporter = self.with_parts(|parts| parts.reporter.clone());
        match started {
            Ok(engines) => *self.running() = Some(engines),
            Err(error) => reporter.fail(error),
        }
    }

    pub(super) fn with_parts<T>(&self, work: impl FnOnce(&mut Parts) -> T) -> T {
        work(&mut self.parts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn signed_in(outcome: Result<SignedIn, String>) -> Event {
    match outcome {
        Ok(signed_in) => Event::SignedIn {
            server: signed_in.server,
            who: Who {
                name: signed_in.name,
                role: signed_in.role,
                may_review_own: signed_in.may_review_own,
            },
            must_change_password: signed_in.must_change_password,
        },
        Err(sentence) => Event::AccountFailed { sentence },
    }
}
