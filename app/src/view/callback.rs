//! The paint callback: uploads in `prepare`, draws in `paint`, and takes nothing in the UI pass.

use std::sync::{Arc, Mutex};

use egui::PaintCallbackInfo;
use egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};
use fovea_canvas::{CanvasContent, CanvasFrame, CanvasRenderer};

use super::{canvas_host::lock, stroke_clock::StrokeClock};

/// One frame of the canvas.
pub(super) struct ComposeCallback {
    content: Arc<Mutex<CanvasContent>>,
    clock: Arc<StrokeClock>,
    frame: CanvasFrame,
}

impl ComposeCallback {
    /// `frame` of `content`.
    pub(super) fn new(
        content: Arc<Mutex<CanvasContent>>,
        clock: Arc<StrokeClock>,
        frame: CanvasFrame,
    ) -> Self {
        Self {
            content,
            clock,
            frame,
        }
    }
}

impl CallbackTrait for ComposeCallback {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _egui_encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(renderer) = resources.get_mut::<CanvasRenderer>() {
            renderer.prepare(device, queue, &mut lock(&self.content), &self.frame);
        }
        Vec::new()
    }

    fn paint(
        &self,
        _info: PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        if let Some(renderer) = resources.get::<CanvasRenderer>() {
            renderer.paint(pass);
            self.clock.stop();
        }
    }
}
