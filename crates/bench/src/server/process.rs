//! The servers under measurement, each a process of its own, and the processor time that they take.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// How long a server may take to answer for the first time.
const START_TIMEOUT: Duration = Duration::from_secs(60);
const START_POLL: Duration = Duration::from_millis(20);

/// A running server; it ends when dropped.
pub(super) struct Running {
    process: Child,
    /// Where it answers.
    pub(super) address: SocketAddr,
}

impl Running {
    /// Our API on the data of `folder`, as it is run in earnest: log and access checks are on.
    pub(super) fn ours(folder: &Path) -> anyhow::Result<Self> {
        let address = free_address()?;
        // One client that asks as fast as it can is what is measured here.
        fs::write(
            folder.join("server.toml"),
            "[limits]\ntoken_requests_per_s = 0\n",
        )?;
        let mut command = Command::new(program()?);
        command.arg("api").arg("--data").arg(folder);
        command.arg("--listen").arg(address.to_string());
        Self::start(command, address)
    }

    /// FastAPI with two workers, on the files of `folder`.
    pub(super) fn anchor(folder: &Path) -> anyhow::Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(python()?);
        command
            .args(["-m", "uvicorn", "anchor:app", "--workers", "2"])
            .args(["--log-level", "warning", "--host", "127.0.0.1", "--port"])
            .arg(address.port().to_string())
            .arg("--app-dir")
            .arg(folder)
            .env("FOVEA_BENCH_FOLDER", folder);
        Self::start(command, address)
    }

    fn start(mut command: Command, address: SocketAddr) -> anyhow::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.stderr(Stdio::null()).spawn()?;
        let mut running = Self { process, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = running.process.try_wait()? {
                bail!("a server ended before it answered: {status}");
            }
            ensure!(
                begun.elapsed() < START_TIMEOUT,
                "a server did not answer in time"
            );
            pause();
        }
        Ok(running)
    }

    /// CPU-seconds of the process and all that it started, so far.
    pub(super) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let root = self.process.id();
        let processes = all_processes()?;
        let mut family = vec![root];
        let mut at = 0;
        while let Some(parent) = family.get(at).copied() {
            let children = processes.iter().filter(|process| process.parent == parent);
            family.extend(children.map(|process| process.id));
            at += 1;
        }
        let ticks: u64 = processes
            .iter()
            .filter(|process| family.contains(&process.id))
            .map(|process| process.ticks)
            .sum();
        // SAFETY: the call takes a number and gives one.
        let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
        Ok(ticks as f64 / per_second as f64)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked politely, so that uvicorn ends its workers. What it held is thrown away.
        // SAFETY: the process is our child and not yet waited for, so the number is still its own.
        unsafe { libc::kill(self.process.id().cast_signed(), libc::SIGTERM) };
        let _ = self.process.wait();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server of others says nowhere when it begins to listen, so it is asked again and again"
)]
fn pause() {
    std::thread::sleep(START_POLL);
}

/// Runs a command of our server to its end.
pub(super) fn run_ours(arguments: &[&OsStr], folder: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(program()?);
    let status = command.args(arguments).arg("--data").arg(folder).status()?;
    ensure!(status.success(), "fovea-server {arguments:?} failed");
    Ok(())
}

/// Writes the anchor and its tables to `folder`.
pub(super) fn prepare_anchor(folder: &Path, tiles: u32) -> anyhow::Result<()> {
    let script = folder.join("anchor.py");
    fs::write(&script, include_str!("../../anchors/server.py"))?;
    let status = Command::new(python()?)
        .arg(script)
        .env("FOVEA_BENCH_FOLDER", folder)
        .env("FOVEA_BENCH_TILES", tiles.to_string())
        .status()?;
    ensure!(status.success(), "the anchor's tables could not be made");
    Ok(())
}

/// The server that was built beside this program.
fn program() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name("fovea-server");
    ensure!(
        program.exists(),
        "there is no fovea-server beside this program; './x bench server' builds both."
    );
    Ok(program)
}

fn python() -> anyhow::Result<OsString> {
    std::env::var_os("FOVEA_ORACLE_PYTHON").context(
        "FOVEA_ORACLE_PYTHON does not say where the anchors are installed; './x bench' sets it.",
    )
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

struct Process {
    id: u32,
    parent: u32,
    /// In user and system mode, its ended children included.
    ticks: u64,
}

fn all_processes() -> anyhow::Result<Vec<Process>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // One that ended meanwhile is no longer there.
        let Ok(text) = fs::read_to_string(format!("/proc/{id}/stat")) else {
            continue;
        };
        found.extend(process(id, &text));
    }
    Ok(found)
}

/// Reads a line of `proc(5)` stat: after the name, which may hold anything, come state, parent, and at 12 to 15 times.
fn process(id: u32, text: &str) -> Option<Process> {
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let times = fields.get(11..15)?.iter();
    let ticks = times
        .map(|time| time.parse::<u64>().ok())
        .sum::<Option<u64>>()?;
    Some(Process {
        id,
        parent: fields[1].parse().ok()?,
        ticks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_process_is_read() {
        let line = "42 (a) b) S 7 42 42 0 -1 4194560 1 2 3 4 100 20 5 6 20 0 1 0 9 8 7";
        let process = process(42, line).expect("is read");
        assert_eq!((process.parent, process.ticks), (7, 131));
    }
}
