//! A small pool of connections for reading, each read on one consistent snapshot.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::engine::{Connection, DatabaseSource, TransactionKind};
use super::error::DbError;

const CONNECTIONS: usize = 4;

/// Handle of the pool.
#[derive(Clone)]
pub(crate) struct Readers {
    source: Arc<DatabaseSource>,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    /// Opens a first connection; the others follow when they are needed.
    pub(crate) fn open(source: DatabaseSource) -> Result<Self, DbError> {
        let first = source.open_reader()?;
        Ok(Self {
            source: Arc::new(source),
            idle: Arc::new(Mutex::new(vec![first])),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
        })
    }

    /// Runs `work` on a snapshot, off the async threads.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| DbError::Closed)?;
        let pool = self.clone();
        let run = move || {
            let result = pool.run(work);
            drop(permit);
            result
        };
        tokio::task::spawn_blocking(run)
            .await
            .map_err(|_| DbError::Closed)?
    }

    /// As [`Self::call`], for work that finds few rows by an index. In a file that takes some ten microseconds, less than
    /// to hand it to a thread and back, so it is done where it is asked for; a server is waited for off the async threads.
    pub(crate) async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let is_file = matches!(*self.source, DatabaseSource::Sqlite(_));
        // Whoever waits for a turn below must not hold another one meanwhile.
        if is_file && let Ok(_permit) = self.permits.try_acquire() {
            return self.run(work);
        }
        self.call(work).await
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> Result<T, DbError>) -> Result<T, DbError> {
        let connection = self.begun()?;
        let result = connection.finish(work);
        self.give_back(connection);
        result
    }

    /// A connection on a new snapshot. One that was lost while it was idle, as when the database server was restarted,
    /// is replaced.
    fn begun(&self) -> Result<Connection, DbError> {
        let idle = || {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.pop()
        };
        while let Some(connection) = idle() {
            if connection.begin(TransactionKind::Snapshot).is_ok() {
                return Ok(connection);
            }
        }
        let connection = self.source.open_reader()?;
        connection.begin(TransactionKind::Snapshot)?;
        Ok(connection)
    }

    fn give_back(&self, connection: Connection) {
        if !connection.is_closed() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use fovea_test_data::Postgres;

    use super::*;
    use crate::db::PostgresSource;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn one_free_turn_is_enough_for_a_look() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut sources = vec![DatabaseSource::Sqlite(folder.path().join("r.db"))];
        if let Some(server) = Postgres::shared("looks at PostgreSQL") {
            let source = PostgresSource::parse(&server.new_database(), None).expect("a URL");
            sources.push(DatabaseSource::Postgres(source));
        }
        for source in sources {
            let opened = tokio::task::spawn_blocking(move || {
                drop(source.open_writer()?);
                Readers::open(source)
            });
            let readers = opened.await.expect("joins").expect("opens");
            let others = Arc::clone(&readers.permits).acquire_many_owned(CONNECTIONS as u32 - 1);
            let _others = others.await.expect("are free");
            let look = readers.look_up(|connection| {
                connection.query_row("SELECT 1", (), |row| row.get::<i64>(0))
            });
            let found = tokio::time::timeout(PATIENCE, look).await;
            assert_eq!(found.expect("is not kept waiting").expect("reads"), 1);
        }
    }
}
