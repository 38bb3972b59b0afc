//! Disease, in µm.
//!
//! | figure | value here | source |
//! |---|---|---|
//! | drusen, width | small < 63, medium 63–125, large > 125 µm; drawn 70–320 µm | Ferris et al. (Beckman classification), Ophthalmology 120:844 (2013) |
//! | drusen, height | a quarter to a half of the half width, domes | Khanifar et al., Ophthalmology 115:1883 (2008) |
//! | pigment epithelial detachment | 0.6–2.4 mm wide, 100–400 µm high | Mrejen, Sarraf, Mukkamala & Freund, Retina 33:1735 (2013) |
//! | subretinal fluid | 0.6–2.6 mm wide, 40–200 µm high | Schmidt-Erfurth & Waldstein, Prog. Retin. Eye Res. 50:1 (2016) |
//! | intraretinal cysts | 60–450 µm wide, in the inner and outer nuclear layers | Otani, Kishi & Maruyama, Am. J. Ophthalmol. 127:688 (1999) |

use libm::{cosf, sinf, sqrtf};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// How many lesions of each kind lie in the scanned field. A B-scan shows those that it crosses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lesions {
    /// Drusen (class 4).
    pub drusen: u32,
    /// Pigment epithelial detachments (class 3).
    pub detachments: u32,
    /// Pockets of subretinal fluid (class 2).
    pub subretinal: u32,
    /// Intraretinal cysts (class 1).
    pub intraretinal: u32,
}

/// A dome-shaped lesion of the outer retina.
#[derive(Clone, Debug)]
pub(crate) struct Dome {
    pub(crate) centre_um: [f32; 2],
    pub(crate) radius_um: f32,
    pub(crate) height_um: f32,
    /// 1 for a hill with soft feet, 0 for a blister with steep sides.
    softness: f32,
}

impl Dome {
    fn new(
        rng: &mut ChaCha8Rng,
        field: &Field,
        radius_um: [f32; 2],
        height_um: [f32; 2],
        softness: f32,
    ) -> Self {
        Self {
            centre_um: field.place(rng),
            radius_um: rng.random_range(radius_um[0]..radius_um[1]),
            height_um: rng.random_range(height_um[0]..height_um[1]),
            softness,
        }
    }

    /// Height of the dome over a place; 0 outside.
    pub(crate) fn height_at(&self, x_um: f32, z_um: f32) -> f32 {
        let (dx, dz) = (x_um - self.centre_um[0], z_um - self.centre_um[1]);
        let rest = 1.0 - (dx * dx + dz * dz) / (self.radius_um * self.radius_um);
        if rest <= 0.0 {
            return 0.0;
        }
        self.height_um * (self.softness * rest * rest + (1.0 - self.softness) * rest)
    }
}

/// A fluid-filled ellipsoid inside a nuclear layer.
#[derive(Clone, Debug)]
pub(crate) struct Cyst {
    pub(crate) dome: Dome,
    /// In the outer nuclear layer; in the inner one otherwise.
    pub(crate) is_outer: bool,
}

impl Cyst {
    /// Half of its height over a place; 0 outside.
    pub(crate) fn half_height_at(&self, x_um: f32, z_um: f32) -> f32 {
        let (dx, dz) = (x_um - self.dome.centre_um[0], z_um - self.dome.centre_um[1]);
        let rest = 1.0 - (dx * dx + dz * dz) / (self.dome.radius_um * self.dome.radius_um);
        if rest <= 0.0 {
            0.0
        } else {
            self.dome.height_um * sqrtf(rest)
        }
    }
}

/// The part of the fundus that lesions may lie in, around the fovea.
pub(crate) struct Field {
    pub(crate) half_um: [f32; 2],
}

impl Field {
    /// A place in the ellipse that the field holds; half of all B-scans of a volume are crossed by it.
    fn place(&self, rng: &mut ChaCha8Rng) -> [f32; 2] {
        let (turn, reach) = (
            rng.random_range(0.0..std::f32::consts::TAU),
            sqrtf(rng.random_range(0.0..0.72)),
        );
        [
            self.half_um[0] * reach * cosf(turn),
            self.half_um[1] * reach * sinf(turn),
        ]
    }
}

/// All lesions of a phantom.
pub(crate) struct LesionSet {
    pub(crate) drusen: Vec<Dome>,
    pub(crate) detachments: Vec<Dome>,
    pub(crate) subretinal: Vec<Dome>,
    pub(crate) cysts: Vec<Cyst>,
}

impl LesionSet {
    pub(crate) fn place(rng: &mut ChaCha8Rng, counts: Lesions, field: &Field) -> Self {
        let drusen = (0..counts.drusen).map(|_| {
            let radius = rng.random_range(35.0..160.0);
            Dome::new(
                rng,
                field,
                [radius, radius + 1.0],
                [radius * 0.25 + 8.0, radius * 0.5 + 10.0],
                0.8,
            )
        });
        let drusen = drusen.collect();
        let mut blister = |radius_um: [f32; 2], slope: [f32; 2], highest_um: f32, softness: f32| {
            let mut dome = Dome::new(rng, field, radius_um, slope, softness);
            // `height_um` holds the drawn slope until here: height over radius.
            dome.height_um = (dome.height_um * dome.radius_um).min(highest_um);
            dome
        };
        let detachments = (0..counts.detachments)
            .map(|_| blister([350.0, 1_200.0], [0.22, 0.45], 400.0, 0.35))
            .collect();
        let subretinal = (0..counts.subretinal)
            .map(|_| blister([300.0, 1_300.0], [0.1, 0.26], 200.0, 0.5))
            .collect();
        let cysts = (0..counts.intraretinal).map(|_| Cyst {
            is_outer: rng.random_bool(0.45),
            dome: Dome::new(rng, field, [30.0, 225.0], [18.0, 80.0], 0.0),
        });
        let cysts = cysts.collect();
        Self {
            drusen,
            detachments,
            subretinal,
            cysts,
        }
    }
}
