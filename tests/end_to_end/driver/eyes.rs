//! What a screen reader would see, through AT-SPI. `atspi.py` beside this file does the talking.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Mutex;

use serde::Deserialize;

use super::desk::Desk;

/// The half that talks to AT-SPI.
const SCRIPT: &str = include_str!("atspi.py");

/// One thing in the accessibility tree.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Node {
    id: usize,
    /// Its role, as AT-SPI spells it: "button", "label", "slider".
    pub role: String,
    /// Its accessible name.
    pub name: String,
    /// Its text, where it has one.
    pub text: String,
    /// Checked, pressed or selected.
    pub on: bool,
    /// Whether it can be used now.
    pub enabled: bool,
    /// Whether it has the keyboard.
    pub focused: bool,
    /// Left, top, width, height on the screen, in px.
    #[serde(rename = "box")]
    pub on_screen: [i32; 4],
}

impl Node {
    /// Its middle on the screen.
    pub(crate) fn centre(&self) -> (i32, i32) {
        let [x, y, width, height] = self.on_screen;
        (x + width / 2, y + height / 2)
    }

    /// True when its name or its text contains `part`.
    pub(crate) fn says(&self, part: &str) -> bool {
        self.name.contains(part) || self.text.contains(part)
    }
}

#[derive(Deserialize)]
struct Tree {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Pressed {
    done: bool,
}

/// A screen reader on a desk.
pub(crate) struct Eyes {
    child: Child,
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Eyes {
    /// Opens the eyes: from here on, applications describe themselves.
    pub(crate) fn open(desk: &Desk) -> Self {
        // Debian's Python, because Debian's python3-gi serves no other.
        let mut child = desk
            .command("/usr/bin/python3")
            .args(["-W", "ignore::DeprecationWarning"])
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Debian's python3 starts");
        let input = child.stdin.take().expect("the input is piped");
        let output = BufReader::new(child.stdout.take().expect("the output is piped"));
        Self {
            child,
            pipes: Mutex::new((input, output)),
        }
    }

    /// Everything that is there now, in reading order.
    pub(crate) fn tree(&self) -> Vec<Node> {
        self.ask::<Tree>(serde_json::json!({ "do": "tree" })).nodes
    }

    /// Presses a node of the newest tree. False when it has gone or has no action.
    pub(crate) fn press(&self, node: &Node) -> bool {
        self.ask::<Pressed>(serde_json::json!({ "do": "press", "id": node.id }))
            .done
    }

    fn ask<T: serde::de::DeserializeOwned>(&self, request: serde_json::Value) -> T {
        let mut pipes = self.pipes.lock().expect("no test thread panicked in here");
        let (input, output) = &mut *pipes;
        writeln!(input, "{request}").expect("atspi.py is running");
        let mut line = String::new();
        output
            .read_line(&mut line)
            .expect("atspi.py answers in text");
        assert!(!line.is_empty(), "atspi.py ended; its error is above");
        serde_json::from_str(&line).expect("atspi.py answers in JSON")
    }
}

impl Drop for Eyes {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
