//! Where frames happen: a plugin that sees every event of the loop before Tauri does.

use std::sync::{Arc, OnceLock};

use tauri::EventLoopMessage;
use tauri_runtime_wry::tao::event::{Event, WindowEvent};
use tauri_runtime_wry::tao::event_loop::{ControlFlow, EventLoopProxy, EventLoopWindowTarget};
use tauri_runtime_wry::{
    Context, EventLoopIterationContext, Message, Plugin, PluginBuilder, WebContextStore,
};

use super::{Wake, current, platform};

/// Builds the plugin and hands out the wake handle that comes with the loop.
#[derive(Clone, Default)]
pub(crate) struct FramePluginBuilder {
    wake: Arc<OnceLock<Wake>>,
}

impl FramePluginBuilder {
    /// The wake handle, once Tauri has built the plugin.
    pub(crate) fn wake(&self) -> Option<Wake> {
        self.wake.get().cloned()
    }
}

impl PluginBuilder<EventLoopMessage> for FramePluginBuilder {
    type Plugin = FramePlugin;

    fn build(self, context: Context<EventLoopMessage>) -> FramePlugin {
        let wake = self
            .wake
            .get_or_init(|| Wake::new(context.proxy.clone()))
            .clone();
        FramePlugin { wake }
    }
}

/// Draws a frame when one was asked for, and answers the window's close button.
pub(crate) struct FramePlugin {
    wake: Wake,
}

impl Plugin<EventLoopMessage> for FramePlugin {
    fn on_event(
        &mut self,
        event: &Event<'_, Message<EventLoopMessage>>,
        _event_loop: &EventLoopWindowTarget<Message<EventLoopMessage>>,
        _proxy: &EventLoopProxy<Message<EventLoopMessage>>,
        _control_flow: &mut ControlFlow,
        _context: EventLoopIterationContext<'_, EventLoopMessage>,
        _web_context: &WebContextStore,
    ) -> bool {
        match event {
            Event::MainEventsCleared => {
                if self.wake.take_frame() {
                    platform::take_arrived_input();
                    current::frame();
                }
                false
            }
            // The application decides: it may have to ask about unsaved work first. It quits by itself when done.
            Event::WindowEvent {
                event: WindowEvent::CloseRequested,
                ..
            } => {
                current::ask_to_close();
                true
            }
            #[cfg(not(target_os = "linux"))]
            Event::WindowEvent { event, .. } => {
                current::window_event(event);
                false
            }
            Event::LoopDestroyed => {
                current::end();
                false
            }
            _ => false,
        }
    }
}
