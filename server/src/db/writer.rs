//! The one writer of a process: a named thread that owns the only connection that writes.
//!
//! Jobs that wait together share one transaction and one fsync (group commit). Each runs in its own savepoint, so
//! that a job that fails takes nothing else with it, and nobody hears "done" before the commit is on disk.

use std::sync::Arc;
use std::thread::JoinHandle;

use prometheus_client::metrics::histogram::Histogram;
use tokio::sync::{mpsc, oneshot};

use super::engine::{Connection, DatabaseSource, TransactionKind};
use super::error::DbError;

/// Jobs that may wait; a full queue makes requests wait, it never drops one.
const QUEUE_LEN: usize = 1_024;
/// Jobs in one transaction.
const GROUP_LEN_MAX: usize = 128;
/// Lengths of groups that are told apart where they are counted.
const GROUP_LENS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// What ends each transaction, before its commit: what fails there lets nothing of the group be kept. What it returns is
/// done when the group is on disk, before anybody hears of that.
pub(crate) type BeforeCommit =
    Arc<dyn Fn(&Connection) -> Result<Option<OnDisk>, DbError> + Send + Sync>;
/// What is left to do for a group that is on disk.
pub(crate) type OnDisk = Box<dyn FnOnce() + Send>;

type Finish = Box<dyn FnOnce(Result<(), NotKept>) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> Finish + Send>;

/// Handle of the writer thread; dropping the last handle ends the thread and waits for it.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    groups: Histogram,
    // Dropped after the sender above, which is what the thread ends by.
    _thread: Arc<WriterThread>,
}

/// Waits for the thread. A connection that is still being closed when the program ends meets a library that has already
/// given up its memory.
struct WriterThread(Option<JoinHandle<()>>);

impl Drop for WriterThread {
    fn drop(&mut self) {
        let own = std::thread::current().id();
        if let Some(thread) = self.0.take().filter(|thread| thread.thread().id() != own) {
            // A panic was told on its thread; there is nothing to add here.
            let _ = thread.join();
        }
    }
}

impl Writer {
    /// Opens the connection and starts the thread.
    pub(crate) fn start(
        source: DatabaseSource,
        connection: Connection,
        before_commit: BeforeCommit,
    ) -> Result<Self, DbError> {
        let (jobs, receiver) = mpsc::channel(QUEUE_LEN);
        let groups = Histogram::new(GROUP_LENS);
        let seen = groups.clone();
        let thread = std::thread::Builder::new()
            .name("fovea-db-writer".into())
            .spawn(move || run(&source, connection, receiver, &before_commit, &seen))?;
        Ok(Self {
            jobs,
            groups,
            _thread: Arc::new(WriterThread(Some(thread))),
        })
    }

    /// How many jobs shared one transaction, each time.
    pub(crate) fn groups(&self) -> &Histogram {
        &self.groups
    }

    /// Jobs that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// Runs `work` in a transaction and returns after its commit.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = connection.in_savepoint(work);
            Box::new(move |committed| {
                let outcome = match (committed, result) {
                    (Err(reason), Ok(_)) => Err(reason.into()),
                    // A job knows more exactly why it failed than its group does.
                    (_, result) => result,
                };
                // The request may have gone away; its work is done all the same.
                let _ = reply.send(outcome);
            })
        });
        self.jobs.send(job).await.map_err(|_| DbError::Closed)?;
        answer.await.map_err(|_| DbError::Closed)?
    }
}

/// Why a group of jobs was not kept; each of its requests is told.
#[derive(Clone)]
enum NotKept {
    Unreachable,
    Full,
    Refused(String),
}

impl From<DbError> for NotKept {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unreachable => Self::Unreachable,
            DbError::Full => Self::Full,
            error => Self::Refused(error.to_string()),
        }
    }
}

impl From<NotKept> for DbError {
    fn from(reason: NotKept) -> Self {
        match reason {
            NotKept::Unreachable => Self::Unreachable,
            NotKept::Full => Self::Full,
            NotKept::Refused(text) => Self::NotCommitted(text),
        }
    }
}

fn run(
    source: &DatabaseSource,
    mut connection: Connection,
    mut jobs: mpsc::Receiver<Job>,
    before_commit: &BeforeCommit,
    groups: &Histogram,
) {
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP_LEN_MAX {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        groups.observe(group.len() as f64);
        let begun = begin(source, &mut connection);
        run_group(&connection, begun, group, before_commit);
    }
}

/// Begins a transaction, on a new connection where the old one is gone: a database server may have been restarted.
fn begin(source: &DatabaseSource, connection: &mut Connection) -> Result<(), DbError> {
    let begun = connection.begin(TransactionKind::Write);
    let lost = connection.is_closed() || matches!(begun, Err(DbError::Unreachable));
    if !lost {
        return begun;
    }
    *connection = source.open_writer()?;
    connection.begin(TransactionKind::Write)
}

fn run_group(
    connection: &Connection,
    begun: Result<(), DbError>,
    group: Vec<Job>,
    before_commit: &BeforeCommit,
) {
    let finishes: Vec<Finish> = group.into_iter().map(|job| job(connection)).collect();
    // A full disk makes SQLite roll the whole transaction back by itself: then no job of the group was kept.
    let committed = match begun {
        Ok(()) if connection.is_closed() => Err(NotKept::Unreachable),
        Ok(()) if connection.was_rolled_back() => Err(NotKept::Refused(
            "the transaction was rolled back by the database".to_owned(),
        )),
        Ok(()) => before_commit(connection)
            .and_then(|on_disk| connection.commit().map(|()| on_disk))
            .map_err(NotKept::from),
        Err(error) => Err(error.into()),
    };
    let outcome = match committed {
        Ok(on_disk) => {
            on_disk.into_iter().for_each(|left_to_do| left_to_do());
            Ok(())
        }
        Err(reason) => {
            connection.rollback();
            Err(reason)
        }
    };
    for finish in finishes {
        finish(outcome.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failing_job_takes_nothing_else_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = DatabaseSource::Sqlite(folder.path().join("w.db"));
        let connection = source.open_writer().expect("opens");
        let sql = "CREATE TABLE t (x INTEGER UNIQUE)";
        connection.execute_batch(sql).expect("creates");
        let writer = Writer::start(
            source.clone(),
            connection,
            Arc::new(|_: &Connection| Ok(None)),
        )
        .expect("starts");
        let jobs = (0..300_i64).map(|at| {
            let writer = writer.clone();
            tokio::spawn(async move {
                let sql = "INSERT INTO t VALUES (?1)";
                let work = move |c: &Connection| c.execute(sql, [at % 200]).map(|_| at);
                writer.call(work).await
            })
        });
        let jobs: Vec<_> = jobs.collect();
        let mut refused = 0;
        for job in jobs {
            refused += usize::from(job.await.expect("joins").is_err());
        }
        assert_eq!(refused, 100);
        let reader = source.open_reader().expect("opens");
        let count: Result<i64, _> =
            reader.query_row("SELECT count(*) FROM t", (), |row| row.get(0));
        assert_eq!(count.expect("counts"), 200);
    }

    #[tokio::test]
    async fn what_is_left_to_do_is_done_for_what_is_on_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = DatabaseSource::Sqlite(folder.path().join("w.db"));
        let connection = source.open_writer().expect("opens");
        let sql = "CREATE TABLE t (x INTEGER)";
        connection.execute_batch(sql).expect("creates");
        let (seen, done) = std::sync::mpsc::sync_channel(1);
        let reader = source.clone();
        let before_commit: BeforeCommit = Arc::new(move |connection: &Connection| {
            let count = "SELECT count(*) FROM t";
            let written: i64 = connection.query_row(count, (), |row| row.get(0))?;
            if written == 2 {
                return Err(DbError::Full);
            }
            let (seen, reader) = (seen.clone(), reader.clone());
            Ok(Some(Box::new(move || {
                let on_disk = reader.open_reader().expect("opens");
                let found: i64 = on_disk
                    .query_row(count, (), |row| row.get(0))
                    .expect("counts");
                seen.send(found).expect("is heard");
            })))
        });
        let writer = Writer::start(source, connection, before_commit).expect("starts");
        let insert = |c: &Connection| c.execute("INSERT INTO t VALUES (1)", ());
        writer.call(insert).await.expect("is kept");
        // It was done before the answer came.
        assert_eq!(done.try_recv(), Ok(1));
        assert!(matches!(writer.call(insert).await, Err(DbError::Full)));
        assert!(done.try_recv().is_err(), "nothing was kept");
    }
}
