//! The context on a machine without a display: the software rasteriser.

use fovea_gpu::{
    AdapterFacts, AdapterPreference, AdapterReport, GpuContext, InferenceDevice, egui_wgpu, wgpu,
};

fn context() -> GpuContext {
    GpuContext::headless(AdapterPreference::Software)
        .expect("tests need a graphics adapter; on Debian install the package mesa-vulkan-drivers")
}

#[test]
fn a_software_adapter_draws_but_does_not_infer() {
    let gpu = context();
    let report = gpu.report();
    assert!(report.is_software, "{report:?}");
    assert_eq!(report.device_type, "Cpu");
    // Not the report's own decision, which the environment of the test may override.
    let decision = AdapterFacts::of_adapter(&gpu.adapter).inference_device(None);
    assert!(
        matches!(&decision, InferenceDevice::Cpu { reason } if reason.contains("software")),
        "{decision:?}"
    );
    assert!(!gpu.health.is_lost());
}

#[test]
fn the_device_has_everything_that_its_adapter_has() {
    let gpu = context();
    let kept_off = wgpu::Features::MAPPABLE_PRIMARY_BUFFERS;
    assert_eq!(
        gpu.device.features(),
        gpu.adapter.features().difference(kept_off)
    );
    assert_eq!(gpu.device.limits(), gpu.adapter.limits());
}

#[test]
fn the_ui_renders_on_the_same_device_without_hardware_srgb() {
    let gpu = context();
    let state = gpu
        .render_state(None, egui_wgpu::RendererOptions::PREDICTABLE)
        .expect("a renderer needs no window");
    assert_eq!(state.device, gpu.device);
    assert_eq!(state.queue, gpu.queue);
    assert!(!state.target_format.is_srgb());
}

#[test]
fn a_report_survives_json_and_says_why() {
    for report in [context().report(), AdapterReport::without_adapter()] {
        let json = serde_json::to_string(&report).expect("a report is plain data");
        assert!(json.contains("\"inference\":{\"device\":"), "{json}");
        assert_eq!(
            serde_json::from_str::<AdapterReport>(&json).expect("its own output"),
            report
        );
    }
}

#[test]
fn a_device_destroyed_on_purpose_is_not_lost() {
    let gpu = context();
    gpu.device.destroy();
    gpu.device
        .poll(wgpu::PollType::Poll)
        .expect("polling a destroyed device is allowed");
    assert!(!gpu.health.is_lost());
}
