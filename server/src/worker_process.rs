//! A process that answers no requests of clients: it works on steps, or looks after runs, beside others on the same data.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::backend::{Backend, DataFolder};
use crate::background::{self, Parts};
use crate::clock::Clock;
use crate::db::DbError;
use crate::folder_lock::FolderLock;
use crate::listen::Door;
use crate::server::StartError;
use crate::{http, listen, port_file};

/// Settings of such a process.
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    /// Folder of database, objects and keys, the same as that of the others.
    pub data: PathBuf,
    /// What it does.
    pub parts: Parts,
    /// Loopback address for `/healthz` and `/readyz`, for whoever supervises the process; without one nothing listens.
    pub health: Option<SocketAddr>,
    /// File that gets that address.
    pub port_file: Option<PathBuf>,
    /// The clock.
    pub clock: Clock,
}

/// A running process of this kind. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct WorkerHandle {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    _lock: Option<FolderLock>,
}

impl WorkerHandle {
    /// Gives back what is in hand and returns when all has stopped.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            // A task that failed has stopped as well.
            let _ = task.await;
        }
    }
}

/// Opens the data and starts to work.
pub async fn start_worker(config: WorkerConfig) -> Result<WorkerHandle, StartError> {
    let folder = DataFolder::open(&config.data)?;
    let clock = config.clock.clone();
    let open = move || {
        let lock = folder.lock(false)?;
        Backend::open(&folder, clock).map(|backend| (lock, backend))
    };
    let opened = tokio::task::spawn_blocking(open).await;
    let (lock, backend) = opened.map_err(|_| StartError::Db(DbError::Closed))??;
    backend.objects.claim(backend.db.server_id()).await?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = background::start(&backend, config.parts, &stopped).await?;
    if let Some(address) = config.health {
        tasks.push(answer(address, config.port_file.as_deref(), backend, stopped).await?);
    }
    tracing::info!("working");
    Ok(WorkerHandle {
        stop,
        tasks,
        _lock: lock,
    })
}

async fn answer(
    address: SocketAddr,
    port_file: Option<&std::path::Path>,
    backend: Backend,
    stopped: watch::Receiver<bool>,
) -> Result<JoinHandle<()>, StartError> {
    if !address.ip().is_loopback() {
        return Err(StartError::NotLoopback(address));
    }
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    if let Some(path) = port_file {
        port_file::write(path, listener.local_addr().map_err(failed)?)?;
    }
    let door = Door {
        listener,
        metrics: backend.metrics.clone(),
        limits: backend.limits,
        certificate: None,
        router: http::health_router(backend, stopped.clone()),
    };
    Ok(tokio::spawn(listen::serve(door, stopped)))
}
