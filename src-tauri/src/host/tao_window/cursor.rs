//! Pointer shapes by Tauri's names.

use egui::CursorIcon;

/// Tauri's name of a pointer shape.
pub(crate) fn tauri_icon(icon: CursorIcon) -> tauri::CursorIcon {
    use tauri::CursorIcon as Tauri;
    match icon {
        CursorIcon::ContextMenu => Tauri::ContextMenu,
        CursorIcon::Help => Tauri::Help,
        CursorIcon::PointingHand => Tauri::Hand,
        CursorIcon::Progress => Tauri::Progress,
        CursorIcon::Wait => Tauri::Wait,
        CursorIcon::Cell => Tauri::Cell,
        CursorIcon::Crosshair => Tauri::Crosshair,
        CursorIcon::Text => Tauri::Text,
        CursorIcon::VerticalText => Tauri::VerticalText,
        CursorIcon::Alias => Tauri::Alias,
        CursorIcon::Copy => Tauri::Copy,
        CursorIcon::Move => Tauri::Move,
        CursorIcon::NoDrop => Tauri::NoDrop,
        CursorIcon::NotAllowed => Tauri::NotAllowed,
        CursorIcon::Grab => Tauri::Grab,
        CursorIcon::Grabbing => Tauri::Grabbing,
        CursorIcon::AllScroll => Tauri::AllScroll,
        CursorIcon::ResizeHorizontal | CursorIcon::ResizeColumn => Tauri::ColResize,
        CursorIcon::ResizeVertical | CursorIcon::ResizeRow => Tauri::RowResize,
        CursorIcon::ResizeNeSw => Tauri::NeswResize,
        CursorIcon::ResizeNwSe => Tauri::NwseResize,
        CursorIcon::ZoomIn => Tauri::ZoomIn,
        CursorIcon::ZoomOut => Tauri::ZoomOut,
        _ => Tauri::Default,
    }
}
