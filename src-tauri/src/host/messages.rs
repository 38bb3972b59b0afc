//! What other threads and the desktop tell the window; the next frame reads it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use super::Wake;

/// People and screen readers cannot get ahead of the frames by more than this.
const WAITING_MAX: usize = 256;

/// One thing to do before the next frame.
pub(crate) enum Message {
    /// A menu entry was chosen, by its identifier.
    Menu(String),
    /// A second start of the program hands over what it was asked to open.
    SecondStart(Vec<PathBuf>),
    /// A screen reader started or stopped listening.
    Accessibility(bool),
    /// A screen reader acts on the UI.
    AccessibilityAction(Box<egui::accesskit::ActionRequest>),
    /// The system asks the program to end.
    End,
}

/// The sending side: any thread, never blocking.
#[derive(Clone)]
pub(crate) struct Messages {
    sender: Arc<SyncSender<Message>>,
    wake: Wake,
}

impl Messages {
    /// A queue that asks for a frame whenever something is put in.
    pub(crate) fn new(wake: Wake) -> (Self, Receiver<Message>) {
        let (sender, receiver) = sync_channel(WAITING_MAX);
        (
            Self {
                sender: Arc::new(sender),
                wake,
            },
            receiver,
        )
    }

    /// Puts a message in and asks for a frame.
    pub(crate) fn send(&self, message: Message) {
        match self.sender.try_send(message) {
            Ok(()) => self.wake.frame(),
            Err(TrySendError::Full(_)) => {
                tracing::warn!("the window does not answer; a request to it was dropped")
            }
            Err(TrySendError::Disconnected(_)) => {}
        }
    }
}
