//! The one writer: a named thread that owns the only connection that writes.
//!
//! Jobs that wait together share one transaction and one fsync (group commit). Each runs in its own savepoint, so
//! that a job that fails takes nothing else with it, and nobody hears "done" before the commit is on disk.

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::DbError;

/// Jobs that may wait; a full queue makes requests wait, it never drops one.
const QUEUE_LEN: usize = 1_024;
/// Jobs in one transaction.
const GROUP_LEN_MAX: usize = 128;

type Finish = Box<dyn FnOnce(Result<(), String>) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> Finish + Send>;

/// Handle of the writer thread; the thread ends when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(connection: Connection) -> Result<Self, DbError> {
        let (jobs, receiver) = mpsc::channel(QUEUE_LEN);
        std::thread::Builder::new()
            .name("fovea-db-writer".into())
            .spawn(move || run(&connection, receiver))?;
        Ok(Self { jobs })
    }

    /// Runs `work` in a transaction and returns after its commit.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = in_savepoint(connection, work);
            Box::new(move |committed| {
                let outcome = committed.map_err(DbError::NotCommitted).and(result);
                // The request may have gone away; its work is done all the same.
                let _ = reply.send(outcome);
            })
        });
        self.jobs.send(job).await.map_err(|_| DbError::Closed)?;
        answer.await.map_err(|_| DbError::Closed)?
    }
}

fn run(connection: &Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP_LEN_MAX {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        run_group(connection, group);
    }
}

fn run_group(connection: &Connection, group: Vec<Job>) {
    let begun = connection.execute_batch("BEGIN IMMEDIATE");
    let finishes: Vec<Finish> = group.into_iter().map(|job| job(connection)).collect();
    // A full disk makes SQLite roll the whole transaction back by itself: then no job of the group was kept.
    let committed = match begun {
        Ok(()) if connection.is_autocommit() => {
            Err("the transaction was rolled back by the database".to_owned())
        }
        Ok(()) => connection
            .execute_batch("COMMIT")
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if committed.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    for finish in finishes {
        finish(committed.clone());
    }
}

fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, DbError>,
) -> Result<T, DbError> {
    if connection.is_autocommit() {
        return Err(DbError::NotCommitted(
            "no transaction could be begun".into(),
        ));
    }
    connection.execute_batch("SAVEPOINT job")?;
    let result = work(connection);
    let end = if result.is_ok() {
        "RELEASE job"
    } else {
        "ROLLBACK TO job; RELEASE job"
    };
    if !connection.is_autocommit() {
        connection.execute_batch(end)?;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failing_job_takes_nothing_else_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.db");
        let connection = Connection::open(&path).expect("opens");
        connection
            .execute_batch("CREATE TABLE t (x INTEGER UNIQUE)")
            .expect("creates");
        let writer = Writer::start(connection).expect("starts");
        let jobs = (0..300_i64).map(|at| {
            let writer = writer.clone();
            tokio::spawn(async move {
                let work = move |c: &Connection| {
                    Ok(c.execute("INSERT INTO t VALUES (?1)", [at % 200])
                        .map(|_| at)?)
                };
                writer.call(work).await
            })
        });
        let jobs: Vec<_> = jobs.collect();
        let mut refused = 0;
        for job in jobs {
            refused += usize::from(job.await.expect("joins").is_err());
        }
        assert_eq!(refused, 100);
        let count: i64 = Connection::open(&path)
            .and_then(|c| c.query_row("SELECT count(*) FROM t", [], |row| row.get(0)))
            .expect("counts");
        assert_eq!(count, 200);
    }
}
