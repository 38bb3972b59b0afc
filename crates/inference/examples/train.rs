//! Temporary training entry.
use fovea_inference::train::*;
use std::io::Write;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut c = TrainConfig::new(a[1].clone().into(), a[2].clone().into());
    if a[3] == "phantom" { for s in 0..4u64 { let p = fovea_phantom::generate(s, &fovea_phantom::PhantomParams::varied(s, fovea_geometry::SizePx::new(336, 480))); std::fs::write(format!("/tmp/train/ph{s}.png"), fovea_imaging::encode_png_gray8(p.volume.bscans[0].size, &p.volume.bscans[0].pixels).unwrap()).unwrap(); let m: Vec<u8> = p.masks[0].classes().iter().map(|c| c * 20).collect(); std::fs::write(format!("/tmp/train/ph{s}m.png"), fovea_imaging::encode_png_gray8(p.volume.bscans[0].size, &m).unwrap()).unwrap(); } return; }
    if a[3] == "publish" {
        println!("{:#?}", publish_checkpoint(&c).map(|p| (p.card.temperature, p.card.figures)));
        return;
    }
    c.steps = a[3].parse().unwrap();
    if let Ok(b) = std::env::var("BATCH") { c.batch = b.parse().unwrap(); }
    if let Ok(b) = std::env::var("LOG") { c.log_every = b.parse().unwrap(); }
    let resume = a.get(4).is_some_and(|v| v == "--resume");
    let r = train(&c, resume, &mut |p| { println!("{p:?}"); std::io::stdout().flush().unwrap(); }, &Default::default());
    println!("{r:?}");
}
