//! Where the database is, and opening connections to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use postgres::NoTls;
use postgres::config::{Config, Host, SslMode};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use super::connection::Connection;
use super::postgres::PostgresConnection;
use crate::db::error::DbError;
use crate::db::{migration, schema};

/// A process that stands still, or a machine that is gone, in the middle of a transaction must not keep all other writers
/// waiting: the server ends its session.
const FROZEN_CLIENTS: &str = "SET idle_in_transaction_session_timeout = '15s'";

/// Where the metadata database is.
#[derive(Clone, Debug)]
pub enum DatabaseSource {
    /// A file of this machine, for one process that serves.
    Sqlite(PathBuf),
    /// A PostgreSQL server, for many.
    Postgres(PostgresSource),
}

/// How to reach a PostgreSQL server. Its text form shows no password.
#[derive(Clone)]
pub struct PostgresSource {
    config: Arc<Config>,
    certificates: Option<PathBuf>,
}

impl PostgresSource {
    /// From a URL such as `postgres://fovea@db.example/fovea`. A server on another machine must show a certificate
    /// that the PEM file `certificates` vouches for.
    pub fn parse(url: &str, certificates: Option<PathBuf>) -> Result<Self, DbError> {
        let mut config: Config = url.trim().parse().map_err(|_| DbError::Url)?;
        if certificates.is_some() {
            config.ssl_mode(SslMode::Require);
        } else if !config.get_hosts().iter().all(is_this_machine) {
            return Err(DbError::CertificatesMissing);
        }
        // Connections of one opener know each other by this name, and are told from those of others.
        let opener = Uuid::new_v4().simple();
        config.application_name(&format!("fovea-server {opener}"));
        Ok(Self {
            config: Arc::new(config),
            certificates,
        })
    }

    fn connect(&self) -> Result<Connection, DbError> {
        let mut client = match &self.certificates {
            None => self.config.connect(NoTls)?,
            Some(path) => self.config.connect(tls(path)?)?,
        };
        client.batch_execute(FROZEN_CLIENTS)?;
        Ok(Connection::Postgres(Box::new(PostgresConnection::new(
            client,
        ))))
    }
}

impl std::fmt::Debug for PostgresSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostgresSource")
    }
}

impl DatabaseSource {
    /// A connection that may write; the schema is made or brought up to date.
    pub(crate) fn open_writer(&self) -> Result<Connection, DbError> {
        match self {
            Self::Sqlite(path) => {
                let connection = schema::open_sqlite(path)?;
                migration::keep_before_migration(&connection, path)?;
                let connection = Connection::Sqlite(Box::new(connection));
                migration::migrate(&connection)?;
                Ok(connection)
            }
            Self::Postgres(source) => {
                let connection = source.connect()?;
                migration::migrate(&connection)?;
                Ok(connection)
            }
        }
    }

    /// A connection that may write, to a database whose schema is left as it is, or is not there yet.
    pub(crate) fn open_as_it_is(&self) -> Result<Connection, DbError> {
        match self {
            Self::Sqlite(path) => {
                schema::open_sqlite(path).map(|c| Connection::Sqlite(Box::new(c)))
            }
            Self::Postgres(source) => source.connect(),
        }
    }

    /// What the engine is called.
    pub(crate) fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }

    /// True where there is something that can be read: of a server that is asked, of a file that it is there.
    pub(crate) fn exists(&self) -> bool {
        match self {
            Self::Sqlite(path) => path.is_file(),
            Self::Postgres(_) => true,
        }
    }

    /// A connection for reading.
    pub(crate) fn open_reader(&self) -> Result<Connection, DbError> {
        match self {
            Self::Sqlite(path) => {
                schema::open_sqlite_reader(path).map(|c| Connection::Sqlite(Box::new(c)))
            }
            Self::Postgres(source) => source.connect(),
        }
    }
}

/// Runs `work` on a thread of its own: the blocking client must not be used on a thread that drives futures, and
/// functions that open a connection for themselves may be called on one.
pub(crate) fn on_own_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let joined = scope.spawn(work).join();
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(is_loopback),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn is_loopback(address: std::net::IpAddr) -> bool {
    address.is_loopback()
}

fn tls(certificates: &Path) -> Result<MakeRustlsConnect, DbError> {
    let mut roots = RootCertStore::empty();
    let read = CertificateDer::pem_file_iter(certificates).map_err(|_| DbError::Certificates)?;
    for certificate in read {
        let certificate = certificate.map_err(|_| DbError::Certificates)?;
        roots.add(certificate).map_err(|_| DbError::Certificates)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| DbError::Certificates)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distant_server_must_be_vouched_for() {
        let distant = PostgresSource::parse("postgres://u:secret@db.example/x", None);
        assert!(matches!(distant, Err(DbError::CertificatesMissing)));
        let near = PostgresSource::parse("postgres://u:secret@127.0.0.1:5433/x", None);
        assert!(!format!("{:?}", near.expect("parses")).contains("secret"));
        let wrong = PostgresSource::parse("mysql://x", None);
        assert!(matches!(wrong, Err(DbError::Url)));
    }
}
