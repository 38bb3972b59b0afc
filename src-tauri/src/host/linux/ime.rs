//! Typing through the desktop's input method: dead keys, compose sequences, IBus and Fcitx.

use std::cell::RefCell;
use std::rc::Rc;

use egui::{Event, ImeEvent, Rect};
use gtk::gdk;
use gtk::prelude::*;

use crate::host::input::SharedInput;

/// The input method of the window.
pub(crate) struct Ime {
    context: gtk::IMMulticontext,
    state: RefCell<State>,
    input: SharedInput,
}

#[derive(Default)]
struct State {
    is_active: bool,
    is_composing: bool,
    is_filtering: bool,
    text_cursor: Option<Rect>,
    from_filter: Vec<Event>,
}

/// What the input method made of a key.
pub(crate) struct Filtered {
    /// Events that the key caused, in order.
    pub(crate) events: Vec<Event>,
    /// False when the key belongs to the input method alone.
    pub(crate) is_key_for_ui: bool,
}

impl Ime {
    /// An input method for `window`; it sleeps until text is edited.
    pub(crate) fn new(window: &gdk::Window, input: &SharedInput) -> Rc<Self> {
        let context = gtk::IMMulticontext::new();
        context.set_client_window(Some(window));
        context.set_use_preedit(true);
        let ime = Rc::new(Self {
            context,
            state: RefCell::default(),
            input: input.clone(),
        });
        let weak = Rc::downgrade(&ime);
        ime.context.connect_commit(move |_, text| {
            if let Some(ime) = weak.upgrade() {
                ime.committed(text);
            }
        });
        let weak = Rc::downgrade(&ime);
        ime.context.connect_preedit_changed(move |context| {
            if let Some(ime) = weak.upgrade() {
                ime.preedit_changed(context.preedit_string().0.to_string());
            }
        });
        ime
    }

    /// Says where text is typed, in the window system's logical pixels, or that none is.
    pub(crate) fn set_text_input(&self, text_cursor: Option<Rect>) {
        let was_active = {
            let mut state = self.state.borrow_mut();
            if state.text_cursor == text_cursor {
                return;
            }
            state.text_cursor = text_cursor;
            std::mem::replace(&mut state.is_active, text_cursor.is_some())
        };
        // The calls below may call back into this object, so the state is not borrowed any more.
        match text_cursor {
            Some(rect) => {
                if !was_active {
                    self.context.focus_in();
                }
                let size = rect.size().max(egui::Vec2::splat(1.0));
                self.context.set_cursor_location(&gdk::Rectangle::new(
                    rect.min.x as i32,
                    rect.min.y as i32,
                    size.x as i32,
                    size.y as i32,
                ));
            }
            None => {
                self.context.reset();
                self.context.focus_out();
            }
        }
    }

    /// Offers a key to the input method. Without text to edit, the key types what is printed on it.
    pub(crate) fn filter(&self, key: &gdk::EventKey, is_press: bool) -> Filtered {
        if !self.state.borrow().is_active {
            let events = if is_press {
                plain_text(key).into_iter().collect()
            } else {
                Vec::new()
            };
            return Filtered {
                events,
                is_key_for_ui: true,
            };
        }
        let was_composing = {
            let mut state = self.state.borrow_mut();
            state.is_filtering = true;
            state.is_composing
        };
        let is_consumed = self.context.filter_keypress(key);
        let mut state = self.state.borrow_mut();
        state.is_filtering = false;
        let events = std::mem::take(&mut state.from_filter);
        let is_composing = was_composing || state.is_composing;
        // A letter that came straight back as text is also a key; one that the input method keeps is not.
        let is_key_for_ui = !is_press || !is_consumed || (!is_composing && !events.is_empty());
        Filtered {
            events,
            is_key_for_ui,
        }
    }

    fn committed(&self, text: &str) {
        let is_composing = self.state.borrow().is_composing;
        let text = text.to_owned();
        self.emit(if is_composing {
            Event::Ime(ImeEvent::Commit(text))
        } else {
            Event::Text(text)
        });
        self.state.borrow_mut().is_composing = false;
    }

    fn preedit_changed(&self, text: String) {
        let was_composing =
            std::mem::replace(&mut self.state.borrow_mut().is_composing, !text.is_empty());
        if was_composing || !text.is_empty() {
            self.emit(Event::Ime(ImeEvent::Preedit {
                text,
                active_range_chars: None,
            }));
        }
    }

    /// Inside a key the event waits for its turn; an input method that answers later adds to the queue itself.
    fn emit(&self, event: Event) {
        let mut state = self.state.borrow_mut();
        if state.is_filtering {
            state.from_filter.push(event);
        } else {
            self.input.borrow_mut().push(event);
        }
    }
}

fn plain_text(key: &gdk::EventKey) -> Option<Event> {
    let is_shortcut = key
        .state()
        .intersects(gdk::ModifierType::CONTROL_MASK | gdk::ModifierType::MOD1_MASK);
    let character = key
        .keyval()
        .to_unicode()
        .filter(|character| !character.is_control())?;
    (!is_shortcut).then(|| Event::Text(character.to_string()))
}
