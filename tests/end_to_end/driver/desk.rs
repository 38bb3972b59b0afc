//! A virtual desk: an X display, a session bus and a window manager of the test's own.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use super::process::Process;
use super::wait;

/// Size of the screen.
pub(crate) const SCREEN_PX: (u32, u32) = (1440, 900);

/// The desk. Everything on it ends with it.
pub(crate) struct Desk {
    // In the order in which they end.
    _window_manager: Process,
    _bus: Helper,
    _display: Helper,
    display: String,
    bus: String,
    dir: tempfile::TempDir,
}

impl Desk {
    /// Sets the desk up on a free display.
    pub(crate) fn set_up() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let runtime = dir.path().join("run");
        std::fs::create_dir_all(&runtime).expect("the folder is writable");

        let mut xvfb = Command::new("Xvfb");
        let (width, height) = SCREEN_PX;
        xvfb.args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-noreset",
            "-screen",
            "0",
            &format!("{width}x{height}x24"),
        ]);
        let (display_process, number) = Helper::start("Xvfb", xvfb);
        let display = format!(":{number}");

        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        bus.env("DISPLAY", &display)
            .env("XDG_RUNTIME_DIR", &runtime)
            .env("HOME", dir.path());
        bus.env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        let (bus_process, address) = Helper::start("dbus-daemon", bus);

        let mut openbox = Command::new("openbox");
        openbox
            .env("DISPLAY", &display)
            .env("HOME", dir.path())
            .args(["--sm-disable"]);
        let window_manager = Process::start("openbox", openbox, dir.path());
        let desk = Self {
            _window_manager: window_manager,
            _bus: bus_process,
            _display: display_process,
            display,
            bus: address,
            dir,
        };
        wait::until("the window manager", Duration::from_secs(20), || {
            let mut probe = desk.command("xprop");
            let output = probe
                .args(["-root", "_NET_SUPPORTING_WM_CHECK"])
                .output()
                .expect("xprop starts");
            String::from_utf8_lossy(&output.stdout)
                .contains("window id")
                .then_some(())
        });
        desk
    }

    /// A folder that ends with the desk.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A command whose windows appear on this desk, with a home of its own.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("XDG_RUNTIME_DIR", self.dir().join("run"))
            .env("HOME", self.dir())
            .env("XDG_DATA_HOME", self.dir().join("share"))
            .env("XDG_CONFIG_HOME", self.dir().join("config"))
            .env("XDG_CACHE_HOME", self.dir().join("cache"))
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    /// Saves what is on the screen.
    pub(crate) fn screenshot(&self, path: &PathBuf) {
        let done = self
            .command("import")
            .args(["-window", "root"])
            .arg(path)
            .status()
            .expect("imagemagick is installed");
        assert!(
            done.success(),
            "the screenshot {} was not written",
            path.display()
        );
    }
}

/// A helper that prints one line of use when it is ready: its display number, its address.
struct Helper {
    child: std::process::Child,
    // Kept open: a helper that prints more must not die of a closed pipe.
    _rest: BufReader<ChildStdout>,
}

impl Helper {
    fn start(name: &str, mut command: Command) -> (Self, String) {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| {
                panic!("{name} does not start ({e}); ./x installs what is missing")
            });
        let mut rest = BufReader::new(child.stdout.take().expect("the output is piped"));
        let mut line = String::new();
        rest.read_line(&mut line).expect("the output is text");
        if line.trim().is_empty() {
            let mut errors = String::new();
            let _ = child
                .stderr
                .take()
                .expect("the errors are piped")
                .read_to_string(&mut errors);
            panic!("{name} ended without a word of use: {errors}");
        }
        // Errors are not read any more; a file-less drain keeps the helper from blocking on a full pipe.
        let mut errors = child.stderr.take().expect("the errors are piped");
        std::thread::Builder::new()
            .name(format!("{name} errors"))
            .spawn(move || std::io::copy(&mut errors, &mut std::io::sink()))
            .expect("a thread starts");
        (Self { child, _rest: rest }, line.trim().to_string())
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
