//! Temporary training entry.
use fovea_inference::train::*;
use std::io::Write;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut c = TrainConfig::new(a[1].clone().into(), a[2].clone().into());
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
