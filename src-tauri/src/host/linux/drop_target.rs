//! Files dragged from a file manager onto the window.

use gtk::gdk::DragAction;
use gtk::prelude::*;
use gtk::{DestDefaults, TargetEntry, TargetFlags};

use crate::host::Wake;
use crate::host::input::SharedInput;

/// Accepts lists of file addresses.
pub(crate) fn listen(widget: &gtk::DrawingArea, input: &SharedInput, wake: &Wake) {
    let targets = [TargetEntry::new("text/uri-list", TargetFlags::empty(), 0)];
    widget.drag_dest_set(DestDefaults::ALL, &targets, DragAction::COPY);
    let (queue, frame) = (input.clone(), wake.clone());
    widget.connect_drag_motion(move |_, _, _, _, _| {
        queue.borrow_mut().set_file_over_window(true);
        frame.frame();
        false
    });
    let (queue, frame) = (input.clone(), wake.clone());
    widget.connect_drag_leave(move |_, _, _| {
        queue.borrow_mut().set_file_over_window(false);
        frame.frame();
    });
    let (queue, frame) = (input.clone(), wake.clone());
    widget.connect_drag_data_received(move |_, _, _, _, data, _, _| {
        let paths = data
            .uris()
            .iter()
            .filter_map(|uri| gtk::gio::File::for_uri(uri).path())
            .collect();
        queue.borrow_mut().drop_files(paths);
        frame.frame();
    });
}
