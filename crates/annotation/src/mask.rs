//! The label mask: one class index per pixel.

use fovea_geometry::SizePx;

/// Class indices in row-major order; `classes.len() == size.len()` always holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    size: SizePx,
    classes: Vec<u8>,
}

/// The number of class indices does not match the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mask of {} × {} pixels needs {} class indices and {found} were given; the file or record is damaged", size.width, size.height, size.len())]
pub struct MaskShapeError {
    /// The size asked for.
    pub size: SizePx,
    /// How many indices there were.
    pub found: usize,
}

impl Mask {
    /// A mask in which every pixel is background (class 0).
    pub fn background(size: SizePx) -> Self {
        Self {
            size,
            classes: vec![0; size.len()],
        }
    }

    /// A mask of given class indices, row-major.
    pub fn new(size: SizePx, classes: Vec<u8>) -> Result<Self, MaskShapeError> {
        if classes.len() == size.len() {
            Ok(Self { size, classes })
        } else {
            Err(MaskShapeError {
                size,
                found: classes.len(),
            })
        }
    }

    /// Width and height in pixels.
    pub const fn size(&self) -> SizePx {
        self.size
    }

    /// All class indices, row-major.
    pub fn classes(&self) -> &[u8] {
        &self.classes
    }

    /// All class indices, for writing in place. The length cannot change.
    pub fn classes_mut(&mut self) -> &mut [u8] {
        &mut self.classes
    }

    /// Class of the pixel in column `x`, row `y`, or `None` outside.
    pub fn get(&self, x: u32, y: u32) -> Option<u8> {
        (x < self.size.width && y < self.size.height).then(|| self.classes[self.size.index(x, y)])
    }

    /// The class indices of row `y`; the caller keeps `y` inside.
    pub fn row(&self, y: u32) -> &[u8] {
        let start = self.size.index(0, y);
        &self.classes[start..start + self.size.width as usize]
    }
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({}×{})", self.size.width, self.size.height)
    }
}
