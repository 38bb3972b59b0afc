//! Answers about tiles that several people labelled at once.

use super::ask::sentence;
use super::engine::Desk;
use super::{Ask, Reply};
use crate::TransportError;

/// The server's word for an approval that somebody else was faster with.
const APPROVED_MEANWHILE: &str = "approved_meanwhile";

impl<S: Fn(Reply) + 'static> Desk<S> {
    /// Answers a question about labels.
    pub(super) async fn about_labels(&self, ask: Ask) {
        match ask {
            Ask::Review(label, review) => {
                let reviewed = self.one(self.transport.review(label, &review)).await;
                self.tell(reviewed.map(Reply::Reviewed));
            }
            Ask::Approve(label, approve) => {
                match self.one(self.transport.approve(label, &approve)).await {
                    Err(error) if is_overtaken(&error) => (self.sink)(Reply::ApprovedMeanwhile),
                    answer => self.tell(answer.map(Reply::Approved)),
                }
            }
            Ask::Disagreements(after) => {
                let page = self.one(self.transport.disagreements(after)).await;
                (self.sink)(match page {
                    Ok(page) => Reply::Disagreements { after, page },
                    Err(error) => Reply::DisagreementsAway {
                        why: sentence(&error),
                    },
                });
            }
            Ask::Readings(tile, heads) => {
                let pair = self.one(self.transport.readings(tile, heads)).await;
                self.tell(pair.map(|pair| Reply::Readings(Box::new(pair))));
            }
            Ask::Merge(merge) => {
                let tile = merge.tile_id;
                let created = self.one(self.transport.merge(&merge)).await;
                self.tell(created.map(|created| Reply::Joined { tile, created }));
            }
            Ask::Adjudicate {
                tile,
                parents,
                judgement,
                comment,
            } => {
                let created = self.transport.adjudicate(tile, parents, judgement, comment);
                let created = self.one(created).await;
                self.tell(created.map(|created| Reply::Joined { tile, created }));
            }
            // The rest is answered elsewhere.
            _ => {}
        }
    }
}

fn is_overtaken(error: &TransportError) -> bool {
    matches!(error, TransportError::Refused { code, .. } if code == APPROVED_MEANWHILE)
}
