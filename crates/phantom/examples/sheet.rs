//! Writes phantoms as PNG pairs (`NNN.raw.png`, `NNN.mask.png`) for a person to look at:
//! the sample case (`sNN`), a healthy scan (`000`) and `COUNT` random ones.
//!
//! `cargo run -p fovea-phantom --example sheet -- OUT COUNT [WIDTH HEIGHT]`

use std::path::PathBuf;
use std::time::Instant;

use fovea_geometry::SizePx;
use fovea_imaging::{encode_png_gray8, encode_png_index};
use fovea_phantom::{PhantomParams, generate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, count, rest @ ..] = arguments.as_slice() else {
        return Err("usage: sheet OUT COUNT [WIDTH HEIGHT]".into());
    };
    let size = match rest {
        [width, height] => SizePx::new(width.parse()?, height.parse()?),
        _ => SizePx::new(291, 480),
    };
    let out = PathBuf::from(out);
    std::fs::create_dir_all(&out)?;
    let sample = generate(PhantomParams::SAMPLE_SEED, &PhantomParams::sample());
    for (index, (bscan, mask)) in sample.volume.bscans.iter().zip(&sample.masks).enumerate() {
        std::fs::write(
            out.join(format!("s{index:02}.raw.png")),
            encode_png_gray8(bscan.size, &bscan.pixels)?,
        )?;
        std::fs::write(
            out.join(format!("s{index:02}.mask.png")),
            encode_png_index(mask)?,
        )?;
    }
    for seed in 0..count.parse()? {
        let params = if seed == 0 {
            PhantomParams::normal()
        } else {
            PhantomParams::varied(seed, size)
        };
        let start = Instant::now();
        let phantom = generate(seed, &params);
        println!("{seed}: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
        let bscan = &phantom.volume.bscans[0];
        std::fs::write(
            out.join(format!("{seed:03}.raw.png")),
            encode_png_gray8(bscan.size, &bscan.pixels)?,
        )?;
        std::fs::write(
            out.join(format!("{seed:03}.mask.png")),
            encode_png_index(&phantom.masks[0])?,
        )?;
    }
    Ok(())
}
