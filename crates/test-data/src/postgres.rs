//! A PostgreSQL server of the test's own: started once for each test program, a database for each test.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::missing;

/// PostgreSQL refuses to run as root; it then runs as this account, which the Debian package makes.
const ACCOUNT: &str = "postgres";
/// Lives as long as its standard input is open, so that no server outlives the test program, however that ends. Each line
/// that it reads is `fill` with bytes to leave, `free`, or the signal with which the server is to end before it starts
/// again.
const KEEPER: &str = r#"
"$BIN/initdb" --auth=trust --username=fovea --encoding=UTF8 --no-sync --wal-segsize="$WAL_MIB" --pgdata="$DATA" \
  >"$LOG" 2>&1 || { cat "$LOG"; exit 1; }
start() {
  "$BIN/postgres" -D "$DATA" -c port="$PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c fsync="$FSYNC" -c max_connections=200 -c min_wal_size="$((2 * WAL_MIB))" >>"$LOG" 2>&1 &
  SERVER=$!
  for _ in $(seq 600); do
    "$BIN/pg_isready" --quiet --host=127.0.0.1 --port="$PORT" && { echo ready; return; }
    kill -0 $SERVER 2>/dev/null || { cat "$LOG"; exit 1; }
    sleep 0.05
  done
}
start
while read -r word left; do
  case $word in
    fill) cat /dev/zero >"$DATA.ballast" 2>/dev/null; truncate --size="-$left" "$DATA.ballast"; echo ready ;;
    free) rm "$DATA.ballast"; echo ready ;;
    *) kill "-$word" $SERVER 2>/dev/null; wait $SERVER; start ;;
  esac
done
kill -INT $SERVER
wait $SERVER
rm -rf "$DATA" "$LOG"
"#;
/// Puts a file system of its own below what the keeper writes. Two namespaces: mounting takes a root, and PostgreSQL
/// refuses to be one.
const SMALL_DISK: &str = r#"
mkdir "$DISK" && mount -t tmpfs -o size="$SIZE" none "$DISK" &&
exec unshare --user --map-user=1000 --map-group=1000 sh -c "$KEEPER"
"#;
/// WAL is kept in files of so many MiB.
const WAL_MIB: u32 = 16;

/// A running PostgreSQL server.
pub struct Postgres {
    keeper: Child,
    pipes: Mutex<(Option<ChildStdin>, Lines<BufReader<ChildStdout>>)>,
    bin: PathBuf,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// The server that all tests of this program share; `test` names who needs it.
    pub fn shared(test: &str) -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(test, false)).as_ref()
    }

    /// A server of its own, which may be stopped; `is_durable` makes it wait for the disk as in production.
    ///
    /// # Panics
    /// When it does not start, with its log.
    pub fn start(test: &str, is_durable: bool) -> Option<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER]);
        command.env("FSYNC", if is_durable { "on" } else { "off" });
        Self::keep(test, command, WAL_MIB, "")
    }

    /// A server of its own on a disk of `mib` MiB, which [`Self::fill`] fills. It takes room for its log in small
    /// pieces.
    ///
    /// # Panics
    /// When it does not start, with its log.
    pub fn on_small_disk(test: &str, mib: u32) -> Option<Self> {
        let mut command = Command::new("unshare");
        command.args([
            "--mount",
            "--user",
            "--map-root-user",
            "sh",
            "-c",
            SMALL_DISK,
        ]);
        command.env("KEEPER", KEEPER).env("FSYNC", "off");
        command.env("SIZE", format!("{mib}m"));
        Self::keep(test, command, 1, "/data")
    }

    /// Runs the keeper; the data lie at `inside` of a folder of their own.
    fn keep(test: &str, mut command: Command, wal_mib: u32, inside: &str) -> Option<Self> {
        let Some(bin) = programs() else {
            missing(test, "PostgreSQL; `./x test` installs it on Debian");
            return None;
        };
        let port = free_port();
        let name = format!("fovea-postgres-{port}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name).display().to_string();
        command
            .env("BIN", &bin)
            .env("DISK", &folder)
            .env("DATA", format!("{folder}{inside}"))
            .env("LOG", format!("{folder}.log"))
            .env("PORT", port.to_string())
            .env("WAL_MIB", wal_mib.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some((user, group)) = account_in_place_of_root() {
            command.uid(user).gid(group);
        }
        let mut keeper = command.spawn().expect("there is a shell");
        let mut lines = BufReader::new(keeper.stdout.take().expect("it is piped")).lines();
        wait_until_ready(&mut lines);
        let stdin = keeper.stdin.take();
        Some(Self {
            keeper,
            pipes: Mutex::new((stdin, lines)),
            bin,
            port,
            databases: AtomicU32::new(0),
        })
    }

    /// URL of a new, empty database.
    ///
    /// # Panics
    /// When the server does not make one.
    pub fn new_database(&self) -> String {
        let name = format!("fovea_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        format!("postgres://fovea@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs `sql` in `database` as the superuser, as somebody with a shell on the machine can; returns what it prints.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        self.try_sql(database, sql)
            .unwrap_or_else(|said| panic!("{sql}: {said}"))
    }

    /// As [`Self::sql`]; what the server says against it is the error.
    ///
    /// # Errors
    /// When a statement fails.
    ///
    /// # Panics
    /// When psql is missing.
    pub fn try_sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let output = Command::new(self.bin.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args([
                "--set=ON_ERROR_STOP=1",
                "--host=127.0.0.1",
                "--username=fovea",
            ])
            .arg(format!("--port={}", self.port))
            .arg(format!("--dbname={database}"))
            .arg(format!("--command={sql}"))
            .output()
            .expect("psql is beside the server");
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// Stops the server and starts it again: as its administrator does, or, with `is_crash`, as a power cut does. Returns
    /// once it takes connections.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&self, is_crash: bool) {
        self.tell(if is_crash { "QUIT" } else { "INT" });
    }

    /// Fills the small disk up to `left` bytes, which the file system rounds to its pages.
    pub fn fill(&self, left: u64) {
        self.tell(&format!("fill {left}"));
    }

    /// Makes room on the small disk again. A server that ended for want of it is started by [`Self::restart`].
    pub fn free(&self) {
        self.tell("free");
    }

    fn tell(&self, line: &str) {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (stdin, lines) = &mut *pipes;
        let stdin = stdin.as_mut().expect("it runs");
        writeln!(stdin, "{line}").expect("the keeper reads");
        wait_until_ready(lines);
    }

    /// Ends every connection to `database`, as a restart of the server does.
    pub fn cut_connections(&self, database: &str) {
        let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = ";
        self.sql("postgres", &format!("{sql}'{database}'"));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Its standard input closes, so it stops the server and removes the files.
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        drop(pipes.0.take());
        let _ = self.keeper.wait();
    }
}

/// Waits for the word of the keeper; what it says instead is the failure.
fn wait_until_ready(lines: &mut Lines<BufReader<ChildStdout>>) {
    let mut said = String::new();
    loop {
        match lines.next() {
            Some(Ok(line)) if line == "ready" => return,
            Some(Ok(line)) => said.extend([line.as_str(), "\n"]),
            _ => panic!("PostgreSQL does not start:\n{said}"),
        }
    }
}

/// Folder of the newest installed server's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener.local_addr().expect("it is bound").port()
}

/// User and group to run as, where this program runs as root.
fn account_in_place_of_root() -> Option<(u32, u32)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let is_root = status.lines().any(|line| line.starts_with("Uid:\t0\t"));
    let accounts = std::fs::read_to_string(Path::new("/etc/passwd")).ok()?;
    let fields = accounts
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&ACCOUNT))?;
    let number = |at: usize| fields.get(at)?.parse().ok();
    is_root.then_some((number(2)?, number(3)?))
}
