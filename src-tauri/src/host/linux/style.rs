//! The menu bar in the interface's colours.

use gtk::prelude::*;

use crate::host::theme::css;

/// Gives the menu bar and its menus the theme's colours, and the file dialogs the desktop's dark ones.
pub(crate) fn dress(window: &gtk::ApplicationWindow) {
    if let Some(settings) = gtk::Settings::default() {
        settings.set_gtk_application_prefer_dark_theme(true);
    }
    let provider = gtk::CssProvider::new();
    if let Err(error) = provider.load_from_data(style_sheet().as_bytes()) {
        tracing::warn!(%error, "the menu bar keeps the desktop's colours");
        return;
    }
    if let Some(screen) = gtk::prelude::GtkWindowExt::screen(window) {
        gtk::StyleContext::add_provider_for_screen(
            &screen,
            &provider,
            gtk::STYLE_PROVIDER_PRIORITY_APPLICATION,
        );
    }
}

fn style_sheet() -> String {
    let (panel, raised, hover, line) = (css("panel"), css("raised"), css("hover"), css("line"));
    let (text, soft, faint, chosen) = (
        css("text"),
        css("text_soft"),
        css("text_faint"),
        css("accent_soft"),
    );
    format!(
        "menubar {{ background: {panel}; color: {soft}; border: none; box-shadow: none; padding: 1px 6px; }}
         menubar > menuitem {{ padding: 4px 9px; border: none; box-shadow: none; border-radius: 5px; }}
         menubar > menuitem:hover {{ background: {hover}; color: {text}; }}
         menu {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px; }}
         menu menuitem {{ padding: 4px 10px; border-radius: 4px; }}
         menu menuitem:hover {{ background: {chosen}; color: {text}; }}
         menu menuitem:disabled, menu menuitem:disabled accelerator {{ color: {faint}; opacity: 0.6; }}
         menu menuitem accelerator {{ color: {faint}; }}"
    )
}
