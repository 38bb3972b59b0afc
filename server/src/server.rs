//! Starting and stopping.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::backend::{Backend, DataFolder};
use crate::config::Config;
use crate::db::{self, DbError};
use crate::folder_lock::FolderLock;
use crate::listen::{Certificate, Door, TlsError};
use crate::objects::ObjectError;
use crate::settings::SettingsError;
use crate::shared_keys::KeyError;
use crate::{background, http, listen, port_file};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A plain-text address that other machines could reach.
    #[error(
        "{0} can be reached from other machines and this server has no TLS; set [tls] in server.toml, or listen on 127.0.0.1"
    )]
    NotLoopback(SocketAddr),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address is taken or not ours.
    #[error("the server cannot listen on {address}: {source}; choose another port")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Files of the data folder.
    #[error("the data folder cannot be used: {0}; check its permissions and free space")]
    Io(#[from] std::io::Error),
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A home that was not filled to its end.
    #[error(
        "the home was being filled and that was broken off; run the command that fills it again, with the same options"
    )]
    Unfinished,
    /// A home whose data are elsewhere.
    #[error(
        "these data were moved to another home by `fovea-server migrate-store`; start the server there"
    )]
    Moved,
    /// Another process has the data.
    #[error(
        "another process works on these data; stop it first, or take a PostgreSQL database for several"
    )]
    InUse,
}

/// A running server. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Handle {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The digest of the key that it shows, under TLS.
    pin: Option<String>,
    scheme: &'static str,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    _locks: [Option<FolderLock>; 2],
}

impl Handle {
    /// Address for clients, such as `http://127.0.0.1:7171`, or `https://` under TLS.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.addr)
    }

    /// Digest of the server's public key, `sha256/…`, for clients that know it by that; none without TLS.
    pub fn pin(&self) -> Option<&str> {
        self.pin.as_deref()
    }

    /// Takes no new requests, finishes those in hand, gives back the step in hand, and returns when all is closed.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            // A task that failed has stopped as well.
            let _ = task.await;
        }
    }
}

/// The server.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Opens the data, starts to listen and returns once requests are answered.
    pub async fn start(config: Config) -> Result<Handle, StartError> {
        let folder = DataFolder::open(&config.data)?;
        let certificate = match folder.settings()?.tls {
            Some(section) => Some(Certificate::load(section)?),
            None if config.listen.ip().is_loopback() => None,
            None => return Err(StartError::NotLoopback(config.listen)),
        };
        let open = move || {
            let locks = folder.lock_for_api()?;
            Backend::open(&folder, config.clock).map(|backend| (locks, backend))
        };
        let opened = tokio::task::spawn_blocking(open).await;
        let (locks, backend) = opened.map_err(|_| StartError::Db(DbError::Closed))??;
        backend.objects.claim(backend.db.server_id()).await?;
        let listen_error = |source| StartError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(listen_error)?;
        let addr = listener.local_addr().map_err(listen_error)?;
        let (stop, stopped) = watch::channel(false);
        let mut tasks = background::start(&backend, config.parts, &stopped).await?;
        tasks.push(tokio::spawn(db::follow_others(
            backend.db.clone(),
            stopped.clone(),
        )));
        let scheme = match &certificate {
            Some(certificate) => {
                let follow = certificate.clone().follow(stopped.clone());
                tasks.push(tokio::spawn(follow));
                "https"
            }
            None => "http",
        };
        let pin = certificate.as_ref().and_then(Certificate::pin);
        let door = Door {
            listener,
            metrics: backend.metrics.clone(),
            limits: backend.limits,
            certificate,
            router: http::router(backend, stopped.clone()),
        };
        tasks.push(tokio::spawn(listen::serve(door, stopped)));
        if let Some(path) = &config.port_file {
            port_file::write(path, addr)?;
        }
        tracing::info!(%addr, "listening");
        Ok(Handle {
            addr,
            pin,
            scheme,
            stop,
            tasks,
            _locks: locks,
        })
    }
}
