//! Real processes of the server, and the signals that end them.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Under a busy machine a start takes a while; a process that does not start at all is the failure here.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A process that is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    port_file: Option<PathBuf>,
}

impl Process {
    /// `fovea-server COMMAND` on the data in `data`, listening at `listen` where the command serves. Its log goes to
    /// `log` where one is given.
    pub(crate) fn spawn(
        command: &str,
        data: &Path,
        listen: Option<&str>,
        log: Option<&Path>,
    ) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_fovea-server"));
        program.arg(command).args([Path::new("--data"), data]);
        let port_file = listen.map(|_| data.join(format!("port-{command}")));
        if let (Some(listen), Some(file)) = (listen, &port_file) {
            let _ = std::fs::remove_file(file);
            program.args(["--listen", listen]);
            program.args([Path::new("--port-file"), file]);
        }
        let log = log.map(|path| std::fs::File::create(path).expect("a log file"));
        let child = program
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.map_or_else(Stdio::null, Stdio::from))
            .spawn()
            .expect("the server is built");
        Self { child, port_file }
    }

    /// `fovea-server COMMAND` at a free port.
    pub(crate) fn serving(command: &str, data: &Path) -> Self {
        Self::spawn(command, data, Some("127.0.0.1:0"), None)
    }

    /// Where it serves, once it does.
    pub(crate) fn url(&mut self) -> String {
        let file = self.port_file.clone().expect("it serves");
        let begun = Instant::now();
        loop {
            if let Ok(address) = std::fs::read_to_string(&file) {
                return format!("http://{}", address.trim());
            }
            assert!(begun.elapsed() < START_TIMEOUT, "the server did not start");
            let ended = self.child.try_wait().expect("is ours");
            assert!(ended.is_none(), "the server ended at once");
            std::thread::yield_now();
        }
    }

    /// On Unix this is SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("is ours");
        self.child.wait().expect("ends");
    }

    /// Sends a signal such as `STOP`, `CONT` or `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("there is a shell").success(), "{kill}");
    }

    /// Waits for its end; true when it ended well.
    pub(crate) fn wait(mut self) -> bool {
        self.child.wait().expect("ends").success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
