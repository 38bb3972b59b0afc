//! Answers about the audit log.

use super::ask::sentence;
use super::audit_check::{self, NoVerdict, Wish};
use super::engine::Desk;
use super::{Ask, Reply};

impl<S: Fn(Reply) + 'static> Desk<S> {
    /// Answers a question about the audit log.
    pub(super) async fn about_audit(&self, ask: Ask) {
        match ask {
            Ask::Audit(ask) => {
                let page = self.one(self.transport.audit(&ask)).await;
                (self.sink)(match page {
                    Ok(page) => Reply::Audit { ask, page },
                    Err(error) => Reply::AuditAway {
                        why: sentence(&error),
                    },
                });
            }
            Ask::CheckAudit { kept, save_to } => self.check_audit(Wish { kept, save_to }).await,
            Ask::StopAuditCheck => self.checks.set(self.checks.get() + 1),
            // The rest is answered elsewhere.
            _ => {}
        }
    }

    /// One check at a time: the newest wish counts.
    async fn check_audit(&self, wish: Wish) {
        let check = self.checks.get() + 1;
        self.checks.set(check);
        let tell = |done, of| {
            let goes_on = self.checks.get() == check;
            if goes_on {
                (self.sink)(Reply::AuditChecking { done, of });
            }
            goes_on
        };
        let outcome = audit_check::check(&self.transport, wish, tell).await;
        let outcome = match outcome {
            Ok(verdict) => Ok(Box::new(verdict)),
            Err(NoVerdict::Failed(why)) => Err(why),
            Err(NoVerdict::Stopped) => return,
        };
        if self.checks.get() == check {
            (self.sink)(Reply::AuditChecked(outcome));
        }
    }
}
