//! One round with the server: greet, send what is queued, read what others did.
//!
//! Every step is safe to repeat and to lose: blobs are named by their content, operations carry an id, and a page
//! of changes moves the cursor in the transaction that applies it. So a round may stop anywhere.

use std::collections::{BTreeSet, HashMap, HashSet};

use fovea_annotation::{CaseId, ContentHash, VersionId};
use fovea_local_store::{AckOutcome, OutboxBody, OutboxItem, Store, StoreError};
use fovea_protocol::{Hello, Limits, OpOutcome, OpResult, PushRequest};
use uuid::Uuid;

use crate::plan::{Greeting, QueuedOp, Step};
use crate::{Clock, Random, RoundError, Transport, TransportError, backoff, plan, wire};

/// Payloads fetched in one round.
const WANTED_BLOBS_MAX: usize = 4_096;

/// What a round did, also when it stopped halfway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundReport {
    /// Versions that the server acknowledged.
    pub versions_on_server: Vec<VersionId>,
    /// Operations that it acknowledged.
    pub acked: usize,
    /// Operations that it wants later.
    pub deferred: usize,
    /// Operations that went to the parking lot.
    pub parked: usize,
    /// What other people did that is new here: versions, their payloads, reviews and approvals.
    pub received: usize,
    /// The server had lost its memory, and everything was offered again.
    pub started_over: bool,
}

/// A round under way.
pub struct Round<'a, T> {
    /// The local store.
    pub store: &'a mut Store,
    /// The server.
    pub transport: &'a T,
    /// For times of deferred operations.
    pub clock: &'a dyn Clock,
    /// For back-off.
    pub random: &'a mut dyn Random,
    /// What has been done so far.
    pub report: &'a mut RoundReport,
}

impl<T: Transport> Round<'_, T> {
    /// Runs the round to its end, or to the first failure of network or disk.
    pub async fn run(&mut self) -> Result<(), RoundError> {
        let hello = self.greet().await?;
        self.push_all(&hello.limits).await?;
        while self.pull(0).await? {}
        Ok(())
    }

    async fn greet(&mut self) -> Result<Hello, RoundError> {
        let hello = self.transport.hello().await?;
        match plan::greet(&self.store.sync_state()?, &hello)? {
            Greeting::GoOn => {}
            Greeting::StartOver => {
                self.report.started_over = true;
                self.store
                    .reset_for_new_incarnation(hello.server_id, hello.incarnation)?;
            }
        }
        Ok(hello)
    }

    /// Sends batches until nothing is left that may be sent now.
    async fn push_all(&mut self, limits: &Limits) -> Result<(), RoundError> {
        loop {
            let batch = self
                .store
                .outbox_batch((limits.push_ops_max as usize).max(1))?;
            if batch.is_empty() {
                return Ok(());
            }
            let settled = self.report.settled();
            self.push_batch(&batch, limits).await?;
            if self.report.settled() == settled {
                let why = "it answered without a word on what was sent".to_owned();
                return Err(TransportError::Incompatible { why }.into());
            }
        }
    }

    async fn push_batch(
        &mut self,
        batch: &[OutboxItem],
        limits: &Limits,
    ) -> Result<(), RoundError> {
        let queued: Vec<QueuedOp> = batch.iter().map(queued_op).collect();
        let missing = self.missing(&queued, limits).await?;
        let mut open: HashMap<Uuid, &OutboxItem> =
            batch.iter().map(|item| (item.op_id, item)).collect();
        for step in plan::plan(&queued, &missing, limits) {
            match step {
                Step::PutBlob(hash) => self.put_blob(hash, &mut open).await?,
                Step::Park { op_id, code } => {
                    self.park(op_id, code, "It is larger than the server accepts.")?
                }
                Step::Push(ids) => {
                    let items: Vec<&OutboxItem> =
                        ids.iter().filter_map(|id| open.get(id).copied()).collect();
                    self.push(&items).await?;
                }
            }
        }
        Ok(())
    }

    async fn missing(
        &mut self,
        queued: &[QueuedOp],
        limits: &Limits,
    ) -> Result<BTreeSet<ContentHash>, RoundError> {
        let named: BTreeSet<ContentHash> = queued
            .iter()
            .flat_map(|op| op.blobs.iter().copied())
            .collect();
        let named: Vec<ContentHash> = named.into_iter().collect();
        let mut missing = BTreeSet::new();
        for hashes in named.chunks((limits.have_hashes_max as usize).max(1)) {
            missing.extend(self.transport.have(hashes).await?.missing);
        }
        Ok(missing)
    }

    /// Sends a blob. When that can never work, the operations that need it are parked and taken out of `open`.
    async fn put_blob(
        &mut self,
        hash: ContentHash,
        open: &mut HashMap<Uuid, &OutboxItem>,
    ) -> Result<(), RoundError> {
        let (code, detail) = match self.store.blob(hash) {
            Ok(bytes) => match self.transport.put_blob(hash, bytes).await {
                Err(TransportError::Refused { code, detail }) => (code, detail),
                other => return Ok(other?),
            },
            Err(error @ (StoreError::Damaged { .. } | StoreError::Missing { .. })) => {
                ("blob_unreadable_here".to_owned(), error.to_string())
            }
            Err(error) => return Err(error.into()),
        };
        let needs: Vec<Uuid> = open
            .values()
            .filter(|item| item.body.blobs().contains(&hash))
            .map(|item| item.op_id)
            .collect();
        for op_id in needs {
            open.remove(&op_id);
            self.park(op_id, &code, &detail)?;
        }
        Ok(())
    }

    /// Pushes operations in one request; one that is refused as a whole is sent again one by one, so that a single
    /// bad operation holds up no other.
    async fn push(&mut self, items: &[&OutboxItem]) -> Result<(), RoundError> {
        let request = PushRequest {
            ops: items.iter().map(|item| wire::op(item)).collect(),
        };
        match self.transport.push(&request).await {
            Ok(response) => self.settle(items, &response.results),
            Err(TransportError::Refused { code, detail }) => match items {
                [] => Ok(()),
                [item] => self.park(item.op_id, &code, &detail),
                several => {
                    for item in several {
                        Box::pin(self.push(&[item])).await?;
                    }
                    Ok(())
                }
            },
            Err(error) => Err(error.into()),
        }
    }

    fn settle(&mut self, items: &[&OutboxItem], results: &[OpResult]) -> Result<(), RoundError> {
        let results: HashMap<Uuid, &OpOutcome> = results
            .iter()
            .map(|result| (result.op_id, &result.outcome))
            .collect();
        let mut acks = Vec::new();
        let mut held_back: HashSet<CaseId> = HashSet::new();
        for item in items {
            match results.get(&item.op_id) {
                Some(OpOutcome::Accepted) => acks.push((item, AckOutcome::Accepted)),
                Some(OpOutcome::Duplicate) => acks.push((item, AckOutcome::Duplicate)),
                Some(OpOutcome::Forked { .. }) => acks.push((item, AckOutcome::Forked)),
                Some(OpOutcome::Rejected {
                    code,
                    detail,
                    retryable,
                }) => {
                    // Behind one that must wait, a refusal of the same case may only be its consequence.
                    if *retryable || held_back.contains(&item.case_id) {
                        held_back.insert(item.case_id);
                        self.defer(item, detail)?;
                    } else {
                        self.park(item.op_id, code, detail)?;
                    }
                }
                None => {}
            }
        }
        self.ack(&acks)
    }

    fn ack(&mut self, acks: &[(&&OutboxItem, AckOutcome)]) -> Result<(), RoundError> {
        let rows: Vec<_> = acks
            .iter()
            .map(|(item, outcome)| (item.op_id, *outcome))
            .collect();
        self.store.mark_acked(&rows)?;
        self.report.acked += rows.len();
        self.report
            .versions_on_server
            .extend(acks.iter().filter_map(|(item, _)| match &item.body {
                OutboxBody::Version(version) => Some(version.id),
                OutboxBody::Case { .. } | OutboxBody::Prediction(_) => None,
            }));
        Ok(())
    }

    fn defer(&mut self, item: &OutboxItem, detail: &str) -> Result<(), RoundError> {
        let wait = backoff::operation_delay(item.attempts, self.random);
        let next_at_us = self.clock.now_us().saturating_add(wait.as_micros() as i64);
        self.store.defer(item.op_id, next_at_us, detail)?;
        self.report.deferred += 1;
        Ok(())
    }

    fn park(&mut self, op_id: Uuid, code: &str, detail: &str) -> Result<(), RoundError> {
        self.store.park(op_id, code, detail)?;
        self.report.parked += 1;
        Ok(())
    }

    /// Reads and applies one page of changes, and after the last one fetches payloads. Returns whether more can be had at once.
    pub async fn pull(&mut self, wait_s: u32) -> Result<bool, RoundError> {
        let state = self.store.sync_state()?;
        let page = self.transport.changes(state.cursor, wait_s).await?;
        if state
            .server
            .is_some_and(|(_, incarnation)| incarnation != page.incarnation)
        {
            // The server was restored while we talked: the next round greets it anew.
            let why = "it was restored from a backup just now".to_owned();
            return Err(TransportError::Unreachable { why }.into());
        }
        self.report.received +=
            self.store
                .apply_changes(state.cursor, &wire::remote_changes(&page), page.cursor)?;
        let more = page.more && page.cursor > state.cursor;
        if !more {
            self.fetch_wanted().await?;
        }
        Ok(more)
    }

    /// Fetches the payloads of versions of tiles that are here. What the server does not give is asked for again in
    /// the next round.
    async fn fetch_wanted(&mut self) -> Result<(), RoundError> {
        for hash in self.store.wanted_blobs(WANTED_BLOBS_MAX)? {
            match self.transport.get_blob(hash).await {
                Ok(bytes) => {
                    self.store.store_fetched_blob(hash, &bytes)?;
                    self.report.received += 1;
                }
                Err(TransportError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl RoundReport {
    fn settled(&self) -> usize {
        self.acked + self.deferred + self.parked
    }
}

fn queued_op(item: &OutboxItem) -> QueuedOp {
    // The size on the wire; a body that cannot be written as JSON fails when it is sent, with a reason.
    let bytes = serde_json::to_vec(&wire::op(item)).map_or(0, |json| json.len() as u64);
    QueuedOp {
        op_id: item.op_id,
        case_id: item.case_id,
        bytes,
        blobs: item.body.blobs(),
    }
}
