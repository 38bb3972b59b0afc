//! What a frame tells the window system: pointer shape, text input, clipboard, screen readers, the window itself.

use egui::{OutputCommand, PlatformOutput, ViewportCommand};

use super::Host;

impl Host {
    /// Passes on what the interface wants from the desktop.
    pub(super) fn tell_desktop(
        &mut self,
        output: PlatformOutput,
        scale: f32,
        pixels_per_point: f32,
    ) {
        self.area.set_cursor(output.cursor_icon);
        self.area.set_text_input(
            output.ime.map(|ime| ime.cursor_rect),
            pixels_per_point / scale,
        );
        for command in output.commands {
            match command {
                OutputCommand::CopyText(text) => self.clipboard.set_text(text),
                OutputCommand::OpenUrl(_)
                | OutputCommand::CopyImage(_)
                | OutputCommand::TextSelectionSettled(_) => {}
            }
        }
        if let Some(tree) = output.accesskit_update {
            self.accessibility
                .set_bounds(self.area.bounds_on_screen_px());
            self.accessibility.update(tree);
        }
    }

    /// Carries out what the interface wants of its window.
    pub(super) fn obey(&mut self, commands: &[ViewportCommand]) {
        for command in commands {
            let done = match command {
                ViewportCommand::Title(title) => self.window.set_title(title),
                ViewportCommand::Fullscreen(on) => self.window.set_fullscreen(*on),
                ViewportCommand::Maximized(true) => self.window.maximize(),
                ViewportCommand::Maximized(false) => self.window.unmaximize(),
                ViewportCommand::Minimized(true) => self.window.minimize(),
                ViewportCommand::Close => {
                    self.content.ask_to_close(&mut self.wishes);
                    Ok(())
                }
                _ => Ok(()),
            };
            if let Err(error) = done {
                tracing::warn!(%error, "the window did not follow a command");
            }
        }
    }
}
