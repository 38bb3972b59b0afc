//! Screen readers: the UI's tree goes to AT-SPI, their actions come back as input.

use accesskit::{
    ActionHandler, ActionRequest, ActivationHandler, DeactivationHandler, Rect, TreeUpdate,
};

use crate::host::messages::{Message, Messages};

/// The connection to AT-SPI. It costs nothing until somebody listens.
pub(crate) struct Accessibility {
    adapter: accesskit_unix::Adapter,
}

struct Handler(Messages);

impl ActivationHandler for Handler {
    fn request_initial_tree(&mut self) -> Option<TreeUpdate> {
        self.0.send(Message::Accessibility(true));
        None
    }
}

impl DeactivationHandler for Handler {
    fn deactivate_accessibility(&mut self) {
        self.0.send(Message::Accessibility(false));
    }
}

impl ActionHandler for Handler {
    fn do_action(&mut self, request: ActionRequest) {
        self.0.send(Message::AccessibilityAction(Box::new(request)));
    }
}

impl Accessibility {
    /// Announces the window; `messages` receives what screen readers ask for.
    pub(crate) fn new(messages: &Messages) -> Self {
        let handler = || Handler(messages.clone());
        Self {
            adapter: accesskit_unix::Adapter::new(handler(), handler(), handler()),
        }
    }

    /// Passes on the tree of the last frame.
    pub(crate) fn update(&mut self, tree: TreeUpdate) {
        self.adapter.update_if_active(|| tree);
    }

    /// Says whether the window has the keyboard.
    pub(crate) fn set_focused(&mut self, is_focused: bool) {
        self.adapter.update_window_focus_state(is_focused);
    }

    /// Says where the window is on the screen, in device pixels as `[x0, y0, x1, y1]`.
    pub(crate) fn set_bounds(&mut self, (outer, inner): ([f64; 4], [f64; 4])) {
        let rect = |[x0, y0, x1, y1]: [f64; 4]| Rect { x0, y0, x1, y1 };
        self.adapter
            .set_root_window_bounds(rect(outer), rect(inner));
    }
}
