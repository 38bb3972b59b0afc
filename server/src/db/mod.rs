//! The metadata database: use cases as functions on a connection, one writer, a pool of readers.
//!
//! Every statement is one text that SQLite and PostgreSQL both run, and so is every step of the schema.

mod blobs;
mod case_access;
mod cases;
mod change_log;
mod columns;
mod decisions;
mod dialect;
mod disagreements;
mod engine;
mod error;
mod figures;
mod follow;
mod intakes;
mod leases;
mod many_rows;
mod migration;
mod oidc;
mod ops;
mod pins;
mod predictions;
mod queue;
mod queue_by_case;
mod queue_random;
#[cfg(test)]
mod queue_tests;
mod readers;
mod recomputes;
mod rescores;
#[cfg(test)]
mod rescores_tests;
mod rows;
mod run_artifacts;
mod run_keys;
mod run_log;
mod run_steps;
mod runs;
mod schedules;
mod schema;
mod sign_in_failures;
mod small_objects;
mod tiles;
mod tokens;
mod totals;
mod uploads;
mod users;
mod versions;
mod worker_signs;
mod writer;

use prometheus_client::metrics::histogram::Histogram;
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) use blobs::{
    BlobRow, blob_row, damaged_or_missing, insert_blob, list_blobs, mark_damaged, mark_whole,
};
pub(crate) use case_access::{
    AccessRow, add_case_member, case_access, drop_case_member, hold_blob, holds_blob, may_see_blob,
    may_see_case, may_see_tile, set_new_cases, set_restricted, tell_again,
};
pub(crate) use cases::{case_by_id, insert_case, list_cases, tiles_of_case};
pub(crate) use change_log::{append_change, append_tile_change, change_cursor, changes_after};
pub(crate) use columns::{hash as hash_column, unsigned as unsigned_column};
pub(crate) use decisions::{
    insert_approval, insert_review, last_approval, last_review, reviews_of_tile, reviews_of_version,
};
pub(crate) use disagreements::list_disagreements;
pub(crate) use engine::{
    Connection, OptionalExtension, Row, TransactionKind, Value, on_own_thread,
};
pub use engine::{DatabaseSource, PostgresSource};
pub use error::DbError;
pub(crate) use follow::follow_others;
pub(crate) use intakes::{insert_intake, intakes_of};
pub(crate) use leases::{
    LEASE_US, Lease, drop_lease, drop_lease_of, lease_of, leases_of, take_lease,
};
pub(crate) use oidc::{
    NewOidcAttempt, account_of_person, insert_oidc_attempt, insert_person, oidc_attempt_row,
    postpone_oidc_attempt, take_oidc_attempt,
};
pub(crate) use ops::{OpRecord, find_op, insert_op};
pub(crate) use pins::{pin, pinned, repin, unpin};
pub(crate) use predictions::{insert_prediction, latest_prediction};
pub(crate) use queue::{QueueAsk, queue_page};
pub(crate) use recomputes::{
    Recompute, count_open_tiles, finish_recompute, follow_scores, insert_recompute, last_recompute,
    running_recompute,
};
pub(crate) use rescores::{Rescores, Unmeasured, next_rescores, write_rescores};
pub(crate) use run_artifacts::{Artifact, artifacts_of_run, put_artifact};
pub(crate) use run_keys::{RunKey, find_run_key, insert_run_key};
pub(crate) use run_log::{LogLine, append_run_log, run_log};
pub(crate) use run_steps::{
    Progress, StepRow, due_step, insert_attempt, insert_steps, save_step, step_by_no, steps_of_run,
    steps_to_sweep,
};
pub(crate) use runs::{
    NewRun, RunFilter, RunRow, begin_run_round, insert_run, list_runs, run_by_id, run_by_manifest,
    run_by_no, runs_out_of_time, set_run_deadline, set_run_state,
};
pub(crate) use schedules::{last_tick, next_due, plan_schedule, take_schedule, write_tick};
pub(crate) use sign_in_failures::{FailureRow, drop_failures, failure_row, put_failure_row};
pub(crate) use small_objects::{keep_small_object, small_object, small_objects_after};
pub(crate) use tiles::{TileRow, close_tile, tile_row};
pub(crate) use tokens::{
    Family, HeldToken, NAMED_MAX, account_by_token, drop_expired_pairs, end_all_tokens, end_family,
    end_named_token, end_sign_ins, insert_named_token, insert_pair, mark_used, named_tokens,
    refresh_row, token_id,
};
pub(crate) use totals::{HeldStep, Totals, held_steps, totals};
pub(crate) use uploads::{
    UploadRow, delete_expired_uploads, delete_upload, delete_uploads, insert_upload, open_uploads,
    open_uploads_of, set_upload_received, upload_row, uploads_under_way,
};
pub(crate) use users::{
    Account, NewUser, SignInRow, UserRow, account_by_id, count_users, insert_user, is_open,
    list_users, set_password, set_role, sign_in_row, user_by_name,
};
pub(crate) use versions::{heads_of, insert_version, record_of, records_of_tile};
pub(crate) use worker_signs::{delete_worker_sign, worker_signs, write_worker_sign};

pub(crate) use migration::{allow_pauses, climb, is_unused, others_at_work, schema_version};
pub(crate) use readers::Readers;
pub(crate) use rows::{
    Cell, Loader, RowSink, TableTally, Tally, Tee, copy_out, read_line, write_line,
};
pub(crate) use schema::{SCHEMA_VERSION, meta_uuid, trigger_names};
pub(crate) use writer::{BeforeCommit, OnDisk};

use writer::Writer;

/// The only project so far; the tables are ready for more.
pub(crate) const PROJECT: i64 = 1;

/// Handle of the database; clones share the writer and the readers.
#[derive(Clone)]
pub(crate) struct Db {
    writer: Writer,
    readers: Readers,
    changed: watch::Sender<()>,
    engine: &'static str,
    server_id: Uuid,
    incarnation: Uuid,
}

impl Db {
    /// The database of which `connection` may write; each transaction ends with `before_commit`.
    pub(crate) fn with_writer(
        source: &DatabaseSource,
        connection: Connection,
        before_commit: BeforeCommit,
    ) -> Result<Self, DbError> {
        let (server_id, incarnation) = (
            meta_uuid(&connection, "server_id")?,
            meta_uuid(&connection, "incarnation")?,
        );
        Ok(Self {
            writer: Writer::start(source.clone(), connection, before_commit)?,
            readers: Readers::open(source.clone())?,
            changed: watch::Sender::new(()),
            engine: source.engine(),
            server_id,
            incarnation,
        })
    }

    /// Runs `work` in a transaction; returns after it is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        self.writer.call(work).await
    }

    /// Runs `work` on a consistent snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        self.readers.call(work).await
    }

    /// As [`Self::read`], for work that finds few rows by an index: what most requests are made of.
    pub(crate) async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        self.readers.look_up(work).await
    }

    /// The connections that read.
    pub(crate) fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Wakes the requests that wait for changes.
    pub(crate) fn announce_changes(&self) {
        self.changed.send_replace(());
    }

    /// Resolves when changes are announced.
    pub(crate) fn watch_changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Name of the engine: `sqlite` or `postgresql`.
    pub(crate) fn engine(&self) -> &'static str {
        self.engine
    }

    /// How many writes shared one commit, each time.
    pub(crate) fn write_groups(&self) -> &Histogram {
        self.writer.groups()
    }

    /// Writes that wait for their turn.
    pub(crate) fn waiting_writes(&self) -> usize {
        self.writer.waiting()
    }

    /// Stays the same for the life of the data.
    pub(crate) fn server_id(&self) -> Uuid {
        self.server_id
    }

    /// Changes with a restore from backup.
    pub(crate) fn incarnation(&self) -> Uuid {
        self.incarnation
    }
}
