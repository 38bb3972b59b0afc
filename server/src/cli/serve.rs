//! The commands that run until they are told to stop.

use anyhow::Context as _;
use fovea_server::{Clock, Config, Parts, Server, WorkerConfig, start_worker};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

use super::{ServeArgs, WorkerArgs};

/// Serves until a signal says stop.
pub(super) fn serve(args: ServeArgs, parts: Parts) -> anyhow::Result<()> {
    start_logging();
    // Straight to whoever started the server, and not through the log, which is kept.
    if let Some(password) = fovea_server::make_first_admin(&args.data.data)? {
        eprintln!(
            "fovea-server made the account “admin” with the password {password} : it is shown only here, and must be changed at the first sign-in"
        );
    }
    let config = Config {
        data: args.data.data,
        listen: args.listen,
        port_file: args.port_file,
        parts,
        clock: Clock::system(),
    };
    runtime()?.block_on(async {
        // Listened for before the port file appears: whoever reads it may already send the signal.
        let signal = StopSignal::new()?;
        let handle = Server::start(config).await?;
        eprintln!("fovea-server listens on {}", handle.url());
        if let Some(pin) = handle.pin() {
            eprintln!(
                "clients that know it by its key take https://HOST:{}#{pin}",
                handle.addr.port()
            );
        }
        signal.received().await;
        tracing::info!("stopping");
        handle.shutdown().await;
        Ok(())
    })
}

/// Works until a signal says stop.
pub(super) fn work(args: WorkerArgs, parts: Parts) -> anyhow::Result<()> {
    start_logging();
    let config = WorkerConfig {
        data: args.data.data,
        parts,
        health: args.health,
        port_file: args.port_file,
        clock: Clock::system(),
    };
    runtime()?.block_on(async {
        let signal = StopSignal::new()?;
        let handle = start_worker(config).await?;
        signal.received().await;
        tracing::info!("stopping");
        handle.shutdown().await;
        Ok(())
    })
}

fn start_logging() {
    let filter = EnvFilter::try_from_env("FOVEA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// The async runtime of the process.
pub(super) fn runtime() -> anyhow::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .thread_name("fovea-server")
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}

/// Ctrl-C or SIGTERM.
pub(super) struct StopSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl StopSignal {
    /// Listens from now on.
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    /// Returns once it came.
    pub(super) async fn received(self) {
        #[cfg(unix)]
        {
            let mut terminate = self.terminate;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
