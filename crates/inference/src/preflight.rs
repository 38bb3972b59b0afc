//! What this machine can do: device, driver, why the graphics adapter is not used, time per B-scan.

use std::fmt;
use std::time::Instant;

use fovea_geometry::SizePx;
use fovea_gpu::{AdapterReport, GpuContext, InferenceDevice};
use fovea_imaging::GrayImage;
use serde::{Deserialize, Serialize};

use crate::{Model, choose_device, limit_threads};

/// A B-scan of the size that Spectralis writes most often.
const PROBE_SIZE: SizePx = SizePx::new(512, 496);

/// Scans that are timed after the first.
const PROBE_RUNS: usize = 3;

/// The page that a user sends when something is slow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreflightReport {
    /// Version of the program.
    pub version: String,
    /// The graphics adapter.
    pub adapter: AdapterReport,
    /// Where inference runs after all, and why.
    pub inference: InferenceDevice,
    /// Processor threads.
    pub threads: usize,
    /// The default model in one sentence.
    pub model: String,
    /// SHA-256 of its weights.
    pub model_digest: Option<String>,
    /// Size of the B-scan that was timed.
    pub probe_size_px: [u32; 2],
    /// Time of the first one, with preparation of kernels, in ms.
    pub first_ms: Option<f32>,
    /// Median time of the next ones, in ms.
    pub per_scan_ms: Option<f32>,
    /// What went wrong, if something did.
    pub problem: Option<String>,
}

/// Loads the default model on the device that would be used and times it. Call it on a thread that may wait.
pub fn preflight(gpu: Option<&GpuContext>) -> PreflightReport {
    limit_threads();
    let adapter = gpu.map_or_else(AdapterReport::without_adapter, GpuContext::report);
    let (device, inference) = choose_device(gpu);
    let mut report = PreflightReport {
        version: env!("CARGO_PKG_VERSION").into(),
        adapter,
        inference,
        threads: rayon::current_num_threads(),
        model: String::new(),
        model_digest: None,
        probe_size_px: [PROBE_SIZE.width, PROBE_SIZE.height],
        first_ms: None,
        per_scan_ms: None,
        problem: None,
    };
    match Model::built_in(&device) {
        Ok(model) => {
            report.model = model.card().summary();
            report.model_digest = Some(model.digest().to_hex());
            if let Err(problem) = time(&model, &mut report) {
                report.problem = Some(problem);
            }
        }
        Err(error) => report.problem = Some(error.to_string()),
    }
    report
}

fn time(model: &Model, report: &mut PreflightReport) -> Result<(), String> {
    let pixels = (0..PROBE_SIZE.len())
        .map(|index| ((index * 2_654_435_761) >> 7) as u8)
        .collect();
    let image = GrayImage {
        size: PROBE_SIZE,
        pixels,
    };
    let run = || -> Result<f32, String> {
        let started = Instant::now();
        model
            .segment(&image, &mut |_, _| {}, &|| false)
            .map_err(|error| error.to_string())?;
        Ok(started.elapsed().as_secs_f32() * 1e3)
    };
    report.first_ms = Some(run()?);
    let mut times = (0..PROBE_RUNS)
        .map(|_| run())
        .collect::<Result<Vec<f32>, String>>()?;
    times.sort_by(f32::total_cmp);
    report.per_scan_ms = times.get(times.len() / 2).copied();
    Ok(())
}

impl fmt::Display for PreflightReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |value: Option<f32>| {
            value.map_or_else(|| "not measured".to_owned(), |ms| format!("{ms:.0} ms"))
        };
        let [width, height] = self.probe_size_px;
        writeln!(f, "Fovea {}", self.version)?;
        writeln!(
            f,
            "Graphics adapter  {} ({}, {})",
            self.adapter.name, self.adapter.device_type, self.adapter.backend
        )?;
        writeln!(
            f,
            "Driver            {}",
            if self.adapter.driver.is_empty() {
                "none"
            } else {
                &self.adapter.driver
            }
        )?;
        match &self.inference {
            InferenceDevice::Gpu => writeln!(f, "Inference         on the graphics adapter")?,
            InferenceDevice::Cpu { reason } => {
                writeln!(
                    f,
                    "Inference         on the processor, {} threads. {reason}",
                    self.threads
                )?;
            }
        }
        writeln!(f, "Model             {}", self.model)?;
        writeln!(
            f,
            "Time per B-scan   {} ({width} × {height} px; the first took {})",
            ms(self.per_scan_ms),
            ms(self.first_ms)
        )?;
        match &self.problem {
            Some(problem) => write!(f, "Problem           {problem}"),
            None => write!(f, "Ready."),
        }
    }
}
