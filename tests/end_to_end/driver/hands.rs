//! Pointer and keyboard, through xdotool.

use super::desk::Desk;

/// A pointer moves on every 8 ms at most, as a mouse at 125 Hz does.
const STEP_S: &str = "0.008";

/// Presses keys together, as `ctrl+s`.
pub(crate) fn key(desk: &Desk, keys: &str) {
    run(desk, &["key", "--clearmodifiers", keys]);
}

/// Types text into whatever has the focus.
pub(crate) fn type_text(desk: &Desk, text: &str) {
    run(desk, &["type", "--clearmodifiers", "--delay", "4", text]);
}

/// Clicks with the left button.
pub(crate) fn click(desk: &Desk, (x, y): (i32, i32)) {
    run(
        desk,
        &["mousemove", &x.to_string(), &y.to_string(), "click", "1"],
    );
}

/// One stroke with the left button: down at the first point, one pointer step to each other one, up at the last.
pub(crate) fn stroke(desk: &Desk, points: &[(i32, i32)]) {
    let mut arguments: Vec<String> = Vec::new();
    for (number, (x, y)) in points.iter().enumerate() {
        arguments.extend([
            "mousemove".into(),
            x.to_string(),
            y.to_string(),
            "sleep".into(),
            STEP_S.into(),
        ]);
        if number == 0 {
            arguments.extend([
                "mousedown".into(),
                "1".into(),
                "sleep".into(),
                STEP_S.into(),
            ]);
        }
    }
    arguments.extend(["mouseup".into(), "1".into()]);
    run(
        desk,
        &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

/// The windows whose title matches a pattern, by their X id.
pub(crate) fn windows(desk: &Desk, title: &str) -> Vec<String> {
    let found = desk
        .command("xdotool")
        .args(["search", "--onlyvisible", "--name", title])
        .output()
        .expect("xdotool starts");
    String::from_utf8_lossy(&found.stdout)
        .lines()
        .map(str::to_string)
        .collect()
}

/// Gives a window the keyboard.
pub(crate) fn focus(desk: &Desk, window: &str) {
    run(desk, &["windowfocus", "--sync", window]);
}

fn run(desk: &Desk, arguments: &[&str]) {
    let done = desk
        .command("xdotool")
        .args(arguments)
        .status()
        .expect("xdotool is installed");
    assert!(done.success(), "xdotool {} failed", arguments.join(" "));
}
