//! One person at one desk: what they see, press and type, in the words of the interface.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::application::{Application, Settings};
use super::desk::Desk;
use super::eyes::{Eyes, Node};
use super::{Server, hands, wait};

/// Long enough for a software renderer and a CPU model on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Two sessions at a time on a small machine would only measure each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The person, the desk, the program on it.
pub(crate) struct Session {
    name: &'static str,
    application: Option<Application>,
    eyes: Eyes,
    desk: Desk,
    settings: Settings,
    _turn: MutexGuard<'static, ()>,
}

impl Session {
    /// Sits down at a fresh desk; the program is not started yet.
    pub(crate) fn begin(name: &'static str) -> (Self, Server) {
        // A failed session before this one says nothing about this one.
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let desk = Desk::set_up();
        let mut server = Server::install(desk.dir());
        server.reserve_address();
        let settings = Settings {
            data: desk.dir().join("desktop"),
            server: Some((server.url(), server.token_file().to_path_buf())),
            sample: false,
        };
        let eyes = Eyes::open(&desk);
        (
            Self {
                name,
                application: None,
                eyes,
                desk,
                settings,
                _turn: turn,
            },
            server,
        )
    }

    /// A folder for input files.
    pub(crate) fn dir(&self) -> &Path {
        self.desk.dir()
    }

    /// Starts the program, waits until there is something named `ready`, and gives its window the keyboard.
    pub(crate) fn start(&mut self, ready: &str) {
        self.application = Some(Application::start(&self.desk, &self.settings));
        self.see_named(ready);
        let window = wait::until("the window", PATIENCE, || {
            hands::windows(&self.desk, "Fovea").pop()
        });
        hands::focus(&self.desk, &window);
    }

    /// Reaches the server at another address from the next start on.
    pub(crate) fn through(&mut self, url: String) {
        if let Some((known, _)) = &mut self.settings.server {
            *known = url;
        }
    }

    /// Knows no server from the next start on.
    pub(crate) fn without_server(&mut self) {
        self.settings.server = None;
    }

    /// Starts with the sample case from the next start on.
    pub(crate) fn with_sample(&mut self) {
        self.settings.sample = true;
    }

    /// `kill -9` on the program.
    pub(crate) fn kill(&mut self) {
        self.application
            .take()
            .expect("the program is running")
            .kill();
    }

    /// The running program.
    pub(crate) fn application(&mut self) -> &mut Application {
        self.application.as_mut().expect("the program is running")
    }

    /// Waits until something says `part`, and gives it.
    pub(crate) fn see(&mut self, part: &str) -> Node {
        self.see_where(&format!("something that says '{part}'"), |node| {
            node.says(part)
        })
    }

    /// Waits until something has exactly this name, and gives it.
    pub(crate) fn see_named(&mut self, name: &str) -> Node {
        self.see_where(&format!("something named '{name}'"), |node| {
            node.name == name
        })
    }

    /// Waits until the row whose name has this end is the chosen one.
    pub(crate) fn see_chosen(&mut self, end: &str) -> Node {
        self.see_where(&format!("'{end}' to be chosen"), |node| {
            node.on && node.name.ends_with(end)
        })
    }

    /// Waits until nothing says `part` any more.
    pub(crate) fn see_no_more(&mut self, part: &str) {
        wait::until(&format!("'{part}' to go"), PATIENCE, || {
            let says = self.look().iter().any(|node| node.says(part));
            (!says).then_some(())
        });
    }

    fn see_where(&mut self, what: &str, wanted: impl Fn(&Node) -> bool) -> Node {
        wait::until(what, PATIENCE, || self.look().into_iter().rfind(&wanted))
    }

    /// Presses what has exactly this name, as soon as it can be used.
    pub(crate) fn press(&mut self, name: &str) {
        self.press_where(name, |node| node.name == name);
    }

    /// Presses what has a name with this end, as soon as it can be used.
    pub(crate) fn press_ending(&mut self, end: &str) {
        self.press_where(end, |node| node.name.ends_with(end));
    }

    /// Presses what has a name with this beginning, as soon as it can be used.
    pub(crate) fn press_beginning(&mut self, beginning: &str) {
        self.press_where(beginning, |node| node.name.starts_with(beginning));
    }

    /// Presses what has a name with this beginning, if it is there and can be used.
    pub(crate) fn press_if_there(&mut self, beginning: &str) {
        let nodes = self.look();
        let wanted = |node: &&Node| node.name.starts_with(beginning) && node.enabled;
        if let Some(node) = nodes.iter().rfind(wanted) {
            self.eyes.press(node);
        }
    }

    /// The last one counts: a dialog comes after what it covers.
    fn press_where(&mut self, what: &str, wanted: impl Fn(&Node) -> bool) {
        wait::until(&format!("'{what}' to be pressed"), PATIENCE, || {
            let nodes = self.look();
            let node = nodes
                .iter()
                .rfind(|node| wanted(node) && node.enabled && node.role != "label")?;
            self.eyes.press(node).then_some(())
        });
    }

    /// What is there now. The program must be running.
    fn look(&mut self) -> Vec<Node> {
        if let Some(application) = &mut self.application {
            application.must_be_running();
        }
        self.eyes.tree()
    }

    /// Types into the field that has exactly this name, in place of what is there. Keys that come before the field has
    /// the keyboard are lost, so they are typed until they are there.
    pub(crate) fn fill(&mut self, name: &str, text: &str) {
        let is_field = |node: &Node| node.name == name && node.role != "label";
        let field = self.see_where(&format!("the field '{name}'"), is_field);
        hands::click(&self.desk, field.centre());
        wait::until(&format!("'{text}' in '{name}'"), PATIENCE, || {
            let nodes = self.look();
            let field = nodes.iter().rfind(|node| is_field(node))?;
            if field.text == text {
                return Some(());
            }
            hands::key(&self.desk, "ctrl+a");
            hands::type_text(&self.desk, text);
            None
        });
    }

    /// Types into the field that has exactly this name, which no screen reader says back, in place of what is there, and
    /// presses Enter.
    pub(crate) fn fill_secret(&mut self, name: &str, secret: &str) {
        let is_field = |node: &Node| node.name == name && node.role != "label";
        wait::until(&format!("'{name}' to have the keyboard"), PATIENCE, || {
            let field = self.look().into_iter().rfind(is_field)?;
            if !field.focused {
                // Where a message makes the dialog grow, it moves away from under a click.
                hands::click(&self.desk, field.centre());
            }
            field.focused.then_some(())
        });
        hands::key(&self.desk, "ctrl+a");
        hands::type_text(&self.desk, secret);
        hands::key(&self.desk, "Return");
    }

    /// Waits until the field that has exactly this name has the keyboard.
    pub(crate) fn see_ready(&mut self, name: &str) {
        self.see_where(&format!("'{name}' to have the keyboard"), |node| {
            node.name == name && node.focused
        });
    }

    /// Moves a slider to its least value, by a click at its left end.
    pub(crate) fn slide_to_least(&mut self, name: &str) {
        let [x, y, _, height] = self.see_named(name).on_screen;
        hands::click(&self.desk, (x + 2, y + height / 2));
    }

    /// Presses keys together, as `ctrl+s`.
    pub(crate) fn key(&mut self, keys: &str) {
        hands::key(&self.desk, keys);
    }

    /// Draws with the left button through points on the screen.
    pub(crate) fn stroke(&mut self, points: &[(i32, i32)]) {
        hands::stroke(&self.desk, points);
    }

    /// Answers the desktop's file dialog with a path, in its line for a path, which `/` opens.
    pub(crate) fn choose_file(&mut self, title: &str, path: &Path) {
        let path = path.display().to_string();
        let is_shown = |node: &Node| node.on_screen[0] >= 0 && node.on_screen[2] > 1;
        self.see_where("the file dialog", |node| {
            node.role == "file chooser" && node.name == title && is_shown(node)
        });
        let dialog = wait::until("the file dialog", PATIENCE, || {
            hands::windows(&self.desk, title).pop()
        });
        hands::focus(&self.desk, &dialog);
        // A key that comes before the dialog listens is lost, so it is pressed until the line is there.
        wait::until("the dialog's line for a path", PATIENCE, || {
            let is_line = |node: &Node| node.role == "text" && is_shown(node);
            if !self.look().iter().any(is_line) {
                hands::key(&self.desk, "slash");
                return None;
            }
            Some(())
        });
        hands::key(&self.desk, "ctrl+a");
        hands::type_text(&self.desk, &path);
        // The dialog completes the name of a folder by a slash.
        self.see_where("the whole path in the dialog", |node| {
            node.text.trim_end_matches('/') == path
        });
        hands::key(&self.desk, "Return");
        wait::until("the file dialog to close", PATIENCE, || {
            (!hands::windows(&self.desk, title).contains(&dialog)).then_some(())
        });
    }

    /// Keeps a picture of the screen in the folder that FOVEA_SCREENSHOTS names, if it names one.
    pub(crate) fn screenshot(&self, title: &str) {
        if let Some(folder) = std::env::var_os("FOVEA_SCREENSHOTS").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).expect("the folder for screenshots is writable");
            let path = folder.join(format!("{title}.png"));
            self.desk.screenshot(&path);
            println!("{title}: {}", path.display());
        }
    }

    /// Everything the screen says, for a failure's report.
    fn report(&self) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let picture = folder.join(format!("{}.png", self.name));
        self.desk.screenshot(&picture);
        eprintln!("--- the screen is in {} and said:", picture.display());
        for node in self.eyes.tree() {
            eprintln!(
                "{:>14} {:?} {:?} on={} enabled={} {:?}",
                node.role, node.name, node.text, node.on, node.enabled, node.on_screen
            );
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // A report that fails in its turn must not hide why the session failed.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.report()));
        }
    }
}
