//! How the picture is shown.

use fovea_geometry::{SizePx, ViewFromImage};

/// Zoom, pan, contrast and overlays.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Zoom and pan.
    pub view_from_image: ViewFromImage,
    /// Size of the canvas in UI points; zero before the first frame.
    pub viewport: (f32, f32),
    /// The next viewport size, or tile, fits the picture again.
    pub fit_pending: bool,
    /// Gray values from black to white.
    pub window: f32,
    /// Gray value in the middle.
    pub level: f32,
    /// Opacity of the mask, 0..=1.
    pub mask_opacity: f32,
    /// Opacity of the uncertainty, 0..=1.
    pub uncertainty_opacity: f32,
    /// Mask and uncertainty are shown at all.
    pub overlay: bool,
    /// Uncertainty is shown.
    pub uncertainty: bool,
    /// Classes are shown as outlines.
    pub outline: bool,
    /// Held: no overlay.
    pub peek: bool,
    /// Held: the version before is shown.
    pub compare: bool,
    /// Classes that are hidden; ascending.
    pub hidden: Vec<u8>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            view_from_image: ViewFromImage {
                scale_x: 1.0,
                scale_y: 1.0,
                offset_x: 0.0,
                offset_y: 0.0,
            },
            viewport: (0.0, 0.0),
            fit_pending: true,
            window: 255.0,
            level: 127.5,
            mask_opacity: 0.45,
            uncertainty_opacity: 0.6,
            overlay: true,
            uncertainty: false,
            outline: false,
            peek: false,
            compare: false,
            hidden: Vec::new(),
        }
    }
}

impl View {
    /// Fits the picture when that is wanted and the viewport is known.
    pub(crate) fn fit_if_pending(&mut self, image: SizePx) {
        let (width, height) = self.viewport;
        if self.fit_pending && width > 1.0 && height > 1.0 && !image.is_empty() {
            self.view_from_image = ViewFromImage::fit(image, width, height, 1.0);
            self.fit_pending = false;
        }
    }

    /// True when mask or uncertainty are to be drawn now.
    pub fn shows_overlay(&self) -> bool {
        self.overlay && !self.peek
    }
}

/// Window and level that leave 1 % of the pixels black and 0.5 % white.
pub(crate) fn auto_window_level(pixels: &[u8]) -> (f32, f32) {
    let mut histogram = [0_usize; 256];
    pixels.iter().for_each(|p| histogram[usize::from(*p)] += 1);
    let rank = |target: usize| {
        let mut seen = 0;
        histogram
            .iter()
            .position(|n| {
                seen += n;
                seen > target
            })
            .unwrap_or(255) as f32
    };
    let (low, high) = (
        rank(pixels.len() / 100),
        rank(pixels.len().saturating_sub(1 + pixels.len() / 200)),
    );
    ((high - low).max(1.0), (high + low) / 2.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn auto_contrast_ignores_the_tails() {
        let mut pixels = vec![50_u8; 1000];
        pixels[..500].fill(150);
        pixels[0] = 0;
        pixels[1] = 255;
        assert_eq!(super::auto_window_level(&pixels), (100.0, 100.0));
        assert_eq!(super::auto_window_level(&[]), (1.0, 255.0));
    }
}
