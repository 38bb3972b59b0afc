//! What is shown: pixels and lines, and what of them changed.

use crate::layer::{Layer, check_size};
use crate::{CanvasError, Polyline, TensorBuffer, TensorPictures};
use fovea_geometry::{RectPx, SizePx};

/// The layers of one canvas. All have the size of the picture; [`CanvasContent::set_image`] removes the others, so a
/// mask is never seen on a picture that it was not made for.
///
/// No method here touches the adapter: changes wait until [`crate::CanvasRenderer::prepare`] takes them.
#[derive(Debug, Default)]
pub struct CanvasContent {
    pub(crate) image: Option<Layer>,
    pub(crate) mask: Overlay,
    pub(crate) uncertainty: Overlay,
    pub(crate) diff: Overlay,
    pub(crate) lines: Vec<Polyline>,
    /// Grows whenever the lines change.
    pub(crate) lines_revision: u64,
}

/// Where an overlay's pixels are.
#[derive(Debug, Default)]
pub(crate) enum Overlay {
    /// Nowhere: nothing is drawn.
    #[default]
    Empty,
    /// Here.
    Pixels(Layer),
    /// In a buffer on the adapter, to be copied into the texture.
    Tensor(TensorBuffer),
    /// In the texture only.
    OnAdapter,
}

impl CanvasContent {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Size of the picture.
    pub fn size(&self) -> Option<SizePx> {
        self.image.as_ref().map(Layer::size)
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        let lines_revision = self.lines_revision + 1;
        *self = Self {
            lines_revision,
            ..Self::default()
        };
    }

    /// Sets the picture: 8-bit gray, row by row. Every overlay and all lines are removed.
    ///
    /// # Errors
    /// [`CanvasError::UnusableSize`], [`CanvasError::WrongLength`].
    pub fn set_image(&mut self, size: SizePx, pixels: &[u8]) -> Result<(), CanvasError> {
        let image = Layer::new("picture", size, pixels)?;
        self.clear();
        self.image = Some(image);
        Ok(())
    }

    /// Sets the class mask: one class index per pixel.
    ///
    /// # Errors
    /// [`CanvasError::NoImage`], [`CanvasError::SizeMismatch`], [`CanvasError::WrongLength`].
    pub fn set_mask(&mut self, size: SizePx, classes: &[u8]) -> Result<(), CanvasError> {
        self.mask = self.overlay("mask", size, classes)?;
        Ok(())
    }

    /// Removes the mask.
    pub fn clear_mask(&mut self) {
        self.mask = Overlay::Empty;
    }

    /// Replaces a part of the mask; `rows` holds the part's rows without gaps. Costs as much as the part is large.
    ///
    /// # Errors
    /// [`CanvasError::NoMask`] unless [`Self::set_mask`] came before (a mask that came as a tensor is not known
    /// here), [`CanvasError::OutsideMask`], [`CanvasError::WrongLength`].
    pub fn update_mask_rect(&mut self, rect: RectPx, rows: &[u8]) -> Result<(), CanvasError> {
        match &mut self.mask {
            Overlay::Pixels(layer) => layer.replace("changed part", rect, rows),
            _ => Err(CanvasError::NoMask),
        }
    }

    /// Sets the uncertainty: 0 to 255 for 0 to 1.
    ///
    /// # Errors
    /// As [`Self::set_mask`].
    pub fn set_uncertainty(&mut self, size: SizePx, values: &[u8]) -> Result<(), CanvasError> {
        self.uncertainty = self.overlay("uncertainty", size, values)?;
        Ok(())
    }

    /// Removes the uncertainty.
    pub fn clear_uncertainty(&mut self) {
        self.uncertainty = Overlay::Empty;
    }

    /// Sets the difference: 0 same, 1 added, 2 removed, 3 relabelled.
    ///
    /// # Errors
    /// As [`Self::set_mask`].
    pub fn set_diff(&mut self, size: SizePx, codes: &[u8]) -> Result<(), CanvasError> {
        self.diff = self.overlay("difference", size, codes)?;
        Ok(())
    }

    /// Removes the difference.
    pub fn clear_diff(&mut self) {
        self.diff = Overlay::Empty;
    }

    /// Takes mask and uncertainty from where inference left them, without reading them back.
    ///
    /// They can be seen at once but not edited: give the mask to [`Self::set_mask`] before the first
    /// [`Self::update_mask_rect`].
    ///
    /// # Errors
    /// [`CanvasError::NoImage`], [`CanvasError::SizeMismatch`], [`CanvasError::UnusableTensor`].
    pub fn set_from_buffers(
        &mut self,
        size: SizePx,
        pictures: TensorPictures,
    ) -> Result<(), CanvasError> {
        self.check_overlay("tensor", size)?;
        let names = [
            (&pictures.classes, "mask"),
            (&pictures.uncertainty, "uncertainty"),
        ];
        for (picture, name) in names {
            if let Some(tensor) = picture {
                tensor.check(name, size)?;
            }
        }
        if let Some(tensor) = pictures.classes {
            self.mask = Overlay::Tensor(tensor);
        }
        if let Some(tensor) = pictures.uncertainty {
            self.uncertainty = Overlay::Tensor(tensor);
        }
        Ok(())
    }

    /// Sets the polylines, in place of those before.
    pub fn set_lines(&mut self, lines: Vec<Polyline>) {
        self.lines = lines;
        self.lines_revision += 1;
    }

    /// Uploads everything again: call it before the first frame on a new device or renderer.
    ///
    /// What came by [`Self::set_from_buffers`] was on the old device only and is removed.
    pub fn mark_all_changed(&mut self) {
        self.lines_revision += 1;
        self.image.iter_mut().for_each(Layer::mark_all);
        for overlay in [&mut self.mask, &mut self.uncertainty, &mut self.diff] {
            match overlay {
                Overlay::Pixels(layer) => layer.mark_all(),
                other => *other = Overlay::Empty,
            }
        }
    }

    fn check_overlay(&self, name: &'static str, size: SizePx) -> Result<(), CanvasError> {
        check_size(size)?;
        match self.size() {
            None => Err(CanvasError::NoImage(name)),
            Some(image) if image != size => Err(CanvasError::SizeMismatch {
                layer: name,
                size,
                image,
            }),
            Some(_) => Ok(()),
        }
    }

    fn overlay(
        &self,
        name: &'static str,
        size: SizePx,
        pixels: &[u8],
    ) -> Result<Overlay, CanvasError> {
        self.check_overlay(name, size)?;
        Ok(Overlay::Pixels(Layer::new(name, size, pixels)?))
    }
}

impl Overlay {
    /// True when there is something to draw.
    pub(crate) fn is_present(&self) -> bool {
        !matches!(self, Self::Empty)
    }

    /// The pixels, if they are known on the processor.
    pub(crate) fn pixels(&self) -> Option<&[u8]> {
        match self {
            Self::Pixels(layer) => Some(layer.pixels()),
            _ => None,
        }
    }
}
