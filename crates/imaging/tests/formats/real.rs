//! Files that this project did not make. Expected figures were computed with NumPy and Pillow, not with this crate.

use std::path::Path;

use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, Laterality, ScanPattern, SourceFormat, Volume, decode_png_index, read_path,
};
use fovea_test_data::shared_data;

fn read(path: &Path) -> Volume {
    read_path(path, &Budget::default())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sum(pixels: &[u8]) -> u64 {
    pixels.iter().map(|v| u64::from(*v)).sum()
}

#[test]
fn heidelberg_vol_of_a_peer() {
    let Some(data) = shared_data("heidelberg_vol_of_a_peer") else {
        return;
    };
    let volume = read(&data.join("heyex_formats/heyex_vol/test_volume.vol"));
    assert_eq!(
        (volume.format, volume.bscans.len(), volume.bscan_size()),
        (SourceFormat::HeidelbergVol, 10, SizePx::new(50, 40))
    );
    assert_eq!(volume.laterality, Laterality::Right);
    let spacing = volume.spacing_um.expect("the header has scales");
    for (found, expected) in [
        (spacing.x, 11.819),
        (spacing.y, 3.872),
        (spacing.z, 31.444_444_444),
    ] {
        assert!((found - expected).abs() < 1e-6, "{spacing:?}");
    }
    let sums: Vec<u64> = volume
        .bscans
        .iter()
        .map(|bscan| sum(&bscan.pixels))
        .collect();
    assert_eq!(
        sums,
        [
            508_980, 506_940, 508_725, 508_215, 507_450, 508_215, 508_725, 508_470, 507_450,
            507_195
        ]
    );
    let slo = volume.slo.expect("the file has one");
    assert_eq!((slo.size, sum(&slo.pixels)), (SizePx::new(50, 50), 316_709));
    let (first, last) = (
        volume.bscans[0].position.expect("placed"),
        volume.bscans[9].position.expect("placed"),
    );
    assert_eq!(
        (first.start_mm, first.end_mm),
        ([1.513, 6.807], [7.564, 6.807])
    );
    assert_eq!(
        (last.start_mm, last.end_mm),
        ([1.513, 6.524], [7.564, 6.524])
    );
    // Its writer stored gray values where reflectivities belong.
    let said = volume.warnings.join(" ");
    assert!(said.contains("shown white"), "{said}");
    assert!(volume.layer_lines.is_empty(), "the file declares no lines");
}

#[test]
fn pictures_of_three_devices() {
    let Some(data) = shared_data("pictures_of_three_devices") else {
        return;
    };
    let zeiss = "zeiss_onh/my-example-datasets/onh-3subsets";
    let cases = [
        (
            "oct_layers/images/001.png".to_owned(),
            SourceFormat::Png,
            SizePx::new(291, 480),
            7_727_422,
        ),
        (
            "oct_layers/images/020.png".to_owned(),
            SourceFormat::Png,
            SizePx::new(291, 480),
            5_136_282,
        ),
        (
            format!("{zeiss}/train/img/im00001.png"),
            SourceFormat::Png,
            SizePx::new(200, 1024),
            7_767_854,
        ),
        (
            format!("{zeiss}/predict/img/im1000.bmp"),
            SourceFormat::Bmp,
            SizePx::new(192, 1024),
            7_649_586,
        ),
        (
            "heyex_formats/heyex_xml/test_volume/B1.tif".to_owned(),
            SourceFormat::Tiff,
            SizePx::new(50, 40),
            252_897,
        ),
    ];
    for (name, format, size, expected) in cases {
        let volume = read(&data.join(&name));
        assert_eq!(
            (
                volume.format,
                volume.bscan_size(),
                sum(&volume.bscans[0].pixels)
            ),
            (format, size, expected),
            "{name}"
        );
    }
}

#[test]
fn layer_masks_count_as_elsewhere() {
    let Some(data) = shared_data("layer_masks_count_as_elsewhere") else {
        return;
    };
    let mut counts = [0u64; 12];
    for entry in std::fs::read_dir(data.join("oct_layers/masks")).expect("the folder of masks") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a mask");
        let mask = decode_png_index(&bytes, &Budget::default()).expect("an index PNG");
        mask.classes()
            .iter()
            .for_each(|class| counts[usize::from(*class)] += 1);
    }
    assert_eq!(
        counts,
        [
            9_928_916, 44_886, 76_003, 47_868, 90_934, 816_876, 436_262, 232_806, 201_924, 583_731,
            253_466, 211_768
        ]
    );
}

#[test]
fn heyex_xml_of_a_peer() {
    let Some(data) = shared_data("heyex_xml_of_a_peer") else {
        return;
    };
    let folder = data.join("heyex_formats/heyex_xml/test_volume");
    let volume = read(&folder);
    let said = format!("{volume:?}");
    assert_eq!(said, format!("{:?}", read(&folder.join("test_dummy.xml"))));
    assert_eq!(
        (volume.format, volume.bscans.len(), volume.bscan_size()),
        (SourceFormat::HeyexXml, 10, SizePx::new(50, 40))
    );
    assert_eq!(
        (volume.laterality, volume.pattern),
        (Laterality::Right, ScanPattern::Raster)
    );
    let sums: Vec<u64> = volume
        .bscans
        .iter()
        .map(|bscan| sum(&bscan.pixels))
        .collect();
    assert_eq!(
        sums,
        [
            252_897, 256_131, 253_203, 252_871, 253_290, 252_058, 257_361, 257_582, 257_947,
            255_410
        ]
    );
    for personal in ["Doe", "John", "Study-01", "00001", "LOC-", "main", "domain"] {
        assert!(!said.contains(personal), "{personal}");
    }
}

/// Pearson's, of each pixel and the one to its right.
fn correlation_of_neighbours(pixels: &[u8], width: usize) -> f64 {
    let rows = || pixels.chunks_exact(width);
    let pairs = || {
        rows().flat_map(|row| {
            row.windows(2)
                .map(|pair| (f64::from(pair[0]), f64::from(pair[1])))
        })
    };
    let count = pairs().count() as f64;
    let mean = |of: fn((f64, f64)) -> f64| pairs().map(of).sum::<f64>() / count;
    let (a, b) = (mean(|(a, _)| a), mean(|(_, b)| b));
    let covariance = mean(|(a, b)| a * b) - a * b;
    let (aa, bb) = (mean(|(a, _)| a * a) - a * a, mean(|(_, b)| b * b) - b * b);
    covariance / (aa * bb).sqrt()
}

#[test]
fn heidelberg_e2e_cut_down() {
    let Some(data) = shared_data("heidelberg_e2e_cut_down") else {
        return;
    };
    let volume = read(&data.join("vendor_minimized/e2e_minimized.E2E"));
    assert_eq!(
        (volume.format, volume.bscans.len(), volume.bscan_size()),
        (SourceFormat::HeidelbergE2e, 1, SizePx::new(512, 496))
    );
    assert_eq!(volume.laterality, Laterality::Left);
    // By NumPy, from the bits of the floats.
    let pixels = &volume.bscans[0].pixels;
    assert_eq!(sum(pixels), 4_587_940);
    assert_eq!(pixels[100 * 512..][..8], [14, 16, 0, 15, 0, 19, 0, 0]);
    assert_eq!(pixels.iter().max(), Some(&255));
    // Right order of the bits: neighbours are alike. With those of the mantissa reversed it is 0.8835.
    let correlation = correlation_of_neighbours(pixels, 512);
    assert!((correlation - 0.8901).abs() < 1e-3, "{correlation}");
    // Whoever cut it down left no directory, and of the fundus picture six bytes.
    assert!(volume.slo.is_none() && volume.spacing_um.is_none());
    let said = volume.warnings.join(" ");
    for part in [
        "experimental",
        "directory of the file is missing",
        "1 is cut off",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn folders_of_real_pictures() {
    let Some(data) = shared_data("folders_of_real_pictures") else {
        return;
    };
    let layers = read_path(&data.join("oct_layers/images"), &Budget::default())
        .expect_err("two sizes")
        .to_string();
    assert!(layers.contains("must be of one size"), "{layers}");
}

#[test]
fn a_file_of_no_bytes_is_refused() {
    let Some(data) = shared_data("a_file_of_no_bytes_is_refused") else {
        return;
    };
    let error = read_path(
        &data.join("vendor_minimized/corrupt.fds"),
        &Budget::default(),
    )
    .expect_err("there is nothing in it")
    .to_string();
    assert!(error.starts_with("The file is empty (0 bytes)"), "{error}");
}
