//! The desktop's clipboard, opened when it is first used.

use egui::Event;

/// Text in and out of the clipboard.
#[derive(Default)]
pub(crate) struct Clipboard {
    connection: Option<arboard::Clipboard>,
}

impl Clipboard {
    /// Puts text on the clipboard.
    pub(crate) fn set_text(&mut self, text: String) {
        if let Some(clipboard) = self.open()
            && let Err(error) = clipboard.set_text(text)
        {
            tracing::warn!(%error, "the text could not be copied");
        }
    }

    /// Fills the clipboard's text into the paste events; without text there is nothing to paste.
    pub(crate) fn fill_pastes(&mut self, events: &mut Vec<Event>) {
        if !events.iter().any(|event| matches!(event, Event::Paste(_))) {
            return;
        }
        let text = self
            .open()
            .and_then(|clipboard| clipboard.get_text().ok())
            .unwrap_or_default();
        events.retain_mut(|event| match event {
            Event::Paste(paste) => {
                paste.clone_from(&text);
                !paste.is_empty()
            }
            _ => true,
        });
    }

    fn open(&mut self) -> Option<&mut arboard::Clipboard> {
        if self.connection.is_none() {
            self.connection = arboard::Clipboard::new()
                .inspect_err(|error| tracing::warn!(%error, "the clipboard cannot be reached"))
                .ok();
        }
        self.connection.as_mut()
    }
}
