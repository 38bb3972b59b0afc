//! The layers' textures.

use super::tensor_blit::TensorKind;
use crate::CanvasContent;
use crate::content::Overlay;
use crate::layer::Layer;
use crate::staging::Staging;
use fovea_geometry::SizePx;
use fovea_gpu::wgpu;

/// One texture per layer; a layer without content has one of a single pixel, so that the bind group is complete.
#[derive(Debug)]
pub(super) struct LayerTextures {
    raw: LayerTexture,
    mask: LayerTexture,
    uncertainty: LayerTexture,
    diff: LayerTexture,
}

/// What an upload did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Uploads {
    /// Commands were recorded.
    pub(super) is_changed: bool,
    /// A texture is another one than before.
    pub(super) is_reallocated: bool,
}

#[derive(Debug)]
struct LayerTexture {
    label: &'static str,
    format: wgpu::TextureFormat,
    texture: wgpu::Texture,
    view: wgpu::TextureView,
}

impl LayerTextures {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        Self {
            raw: LayerTexture::new(device, "canvas picture", wgpu::TextureFormat::R8Unorm),
            mask: LayerTexture::new(device, "canvas mask", wgpu::TextureFormat::R8Uint),
            uncertainty: LayerTexture::new(
                device,
                "canvas uncertainty",
                wgpu::TextureFormat::R8Unorm,
            ),
            diff: LayerTexture::new(device, "canvas difference", wgpu::TextureFormat::R8Uint),
        }
    }

    /// In the order of the bindings in compose.wgsl.
    pub(super) fn views(&self) -> [&wgpu::TextureView; 4] {
        [
            &self.raw.view,
            &self.mask.view,
            &self.uncertainty.view,
            &self.diff.view,
        ]
    }

    /// Where a tensor goes.
    pub(super) fn target_of(&self, kind: TensorKind) -> &wgpu::Texture {
        match kind {
            TensorKind::Classes => &self.mask.texture,
            TensorKind::Uncertainty => &self.uncertainty.texture,
        }
    }

    /// Makes every texture as large as the picture and copies what changed.
    pub(super) fn upload(
        &mut self,
        device: &wgpu::Device,
        staging: &mut Staging,
        encoder: &mut wgpu::CommandEncoder,
        content: &mut CanvasContent,
    ) -> Uploads {
        let Some(size) = content.size() else {
            return Uploads::default();
        };
        let mut uploads = Uploads::default();
        let mut record = |texture: &mut LayerTexture, layer: &mut Layer| {
            layer.drain_dirty(|rect, pixels| {
                uploads.is_changed = true;
                staging.write_rect(encoder, &texture.texture, size, rect, pixels);
            });
        };
        let mut is_reallocated = false;
        if let Some(image) = &mut content.image {
            is_reallocated |= self.raw.resize(device, size);
            record(&mut self.raw, image);
        }
        let overlays = [
            (&mut self.mask, &mut content.mask),
            (&mut self.uncertainty, &mut content.uncertainty),
            (&mut self.diff, &mut content.diff),
        ];
        for (texture, overlay) in overlays {
            if overlay.is_present() {
                is_reallocated |= texture.resize(device, size);
            }
            if let Overlay::Pixels(layer) = overlay {
                record(texture, layer);
            }
        }
        Uploads {
            is_reallocated,
            ..uploads
        }
    }
}

impl LayerTexture {
    fn new(device: &wgpu::Device, label: &'static str, format: wgpu::TextureFormat) -> Self {
        let (texture, view) = create(device, label, format, SizePx::new(1, 1));
        Self {
            label,
            format,
            texture,
            view,
        }
    }

    /// True when the texture had to be made anew.
    fn resize(&mut self, device: &wgpu::Device, size: SizePx) -> bool {
        let is_other = (self.texture.width(), self.texture.height()) != (size.width, size.height);
        if is_other {
            (self.texture, self.view) = create(device, self.label, self.format, size);
        }
        is_other
    }
}

fn create(
    device: &wgpu::Device,
    label: &'static str,
    format: wgpu::TextureFormat,
    size: SizePx,
) -> (wgpu::Texture, wgpu::TextureView) {
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d {
            width: size.width,
            height: size.height,
            depth_or_array_layers: 1,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::TEXTURE_BINDING
            | wgpu::TextureUsages::COPY_DST
            | wgpu::TextureUsages::RENDER_ATTACHMENT,
        view_formats: &[],
    });
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    (texture, view)
}
