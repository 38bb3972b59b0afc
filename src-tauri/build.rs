//! Lets Tauri read `tauri.conf.json` and write the context that `generate_context!` embeds.

fn main() {
    tauri_build::build();
}
