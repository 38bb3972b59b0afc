//! Colour and visibility per class.

/// Straight (not premultiplied), sRGB-encoded red, green, blue and alpha.
pub type Rgba = [u8; 4];

/// A colour for each of the 256 class indices. Alpha 0 hides a class, its outline included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassLut {
    colours: [Rgba; 256],
}

impl Default for ClassLut {
    /// Every class hidden.
    fn default() -> Self {
        Self {
            colours: [[0; 4]; 256],
        }
    }
}

impl ClassLut {
    /// Class `i` gets colour `i`; classes without a colour are hidden, and so is the background (0) unless its
    /// colour has an alpha of its own.
    pub fn from_colours(colours: impl IntoIterator<Item = Rgba>) -> Self {
        let mut lut = Self::default();
        for (slot, colour) in lut.colours.iter_mut().zip(colours) {
            *slot = colour;
        }
        lut
    }

    /// Colour of a class.
    pub fn colour(&self, class: u8) -> Rgba {
        self.colours[class as usize]
    }

    /// Sets a class's colour; alpha 0 hides it.
    pub fn set(&mut self, class: u8, colour: Rgba) {
        self.colours[class as usize] = colour;
    }

    /// Hides a class.
    pub fn hide(&mut self, class: u8) {
        self.colours[class as usize][3] = 0;
    }

    /// Four bytes per class, as the shader unpacks them.
    pub(crate) fn packed(&self) -> [[u32; 4]; 64] {
        bytemuck::cast(self.colours.map(u32::from_le_bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_class_after_class() {
        let mut lut = ClassLut::from_colours([[0, 0, 0, 0], [1, 2, 3, 4]]);
        lut.set(255, [9, 8, 7, 6]);
        let packed = lut.packed();
        assert_eq!(packed[0], [0, 0x0403_0201, 0, 0]);
        assert_eq!(packed[63][3], 0x0607_0809);
        lut.hide(1);
        assert_eq!(lut.colour(1), [1, 2, 3, 0]);
    }
}
