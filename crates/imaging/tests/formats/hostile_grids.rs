//! NIfTI and MetaImage that lie about themselves.

use fovea_imaging::{
    Budget, LabelContext, NiftiPacking, Wanted, encode_meta_image_volume, encode_nifti_volume,
    read_bytes, read_bytes_deep, read_labels_bytes,
};
use proptest::prelude::*;

use crate::build::{gzip, marked};

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let volume = marked(1, |v| v as f32 * 300.0);
    let nifti = |packing| encode_nifti_volume(&volume, packing).expect("writes");
    let plain = nifti(NiftiPacking::Plain);
    vec![
        ("nii", plain.clone()),
        ("nii.gz", nifti(NiftiPacking::Gzip)),
        ("nifti 2", nifti_2(&plain)),
        ("mha", encode_meta_image_volume(&volume).expect("writes")),
        ("raw mha", raw_meta_image(&plain[352..])),
    ]
}

/// The same image with the header of the second version, in big-endian order.
fn nifti_2(one: &[u8]) -> Vec<u8> {
    let mut two = vec![0; 544];
    two[..4].copy_from_slice(&540i32.to_be_bytes());
    two[4..12].copy_from_slice(b"n+2\0\r\n\x1a\n");
    two[12..14].copy_from_slice(&512i16.to_be_bytes());
    for (index, dim) in [3i64, 5, 4, 3, 1, 1, 1, 1].iter().enumerate() {
        two[16 + 8 * index..][..8].copy_from_slice(&dim.to_be_bytes());
    }
    for (index, pixdim) in [1.0f64, 0.012, 0.004, 0.12].iter().enumerate() {
        two[104 + 8 * index..][..8].copy_from_slice(&pixdim.to_be_bytes());
    }
    two[168..176].copy_from_slice(&544i64.to_be_bytes());
    two[500..504].copy_from_slice(&2i32.to_be_bytes());
    two.extend(
        one[352..]
            .chunks_exact(2)
            .flat_map(|pair| [pair[1], pair[0]]),
    );
    two
}

fn raw_meta_image(voxels: &[u8]) -> Vec<u8> {
    let header = "ObjectType = Image\nNDims = 3\nElementSpacing = 0.012 0.004 0.12\nDimSize = 5 4 3\n\
                  ElementType = MET_USHORT\nElementDataFile = LOCAL\n";
    [header.as_bytes(), voxels].concat()
}

fn small() -> Budget {
    Budget {
        max_decoded_bytes: 1 << 20,
        max_frames: 64,
        max_side_px: 512,
        max_file_bytes: 1 << 20,
    }
}

fn read_all(bytes: &[u8]) {
    let _ = read_bytes_deep(bytes, &small());
    let context = LabelContext::of(&marked(0, |v| v as f32));
    let _ = read_labels_bytes(bytes, &context, &Wanted::All, &small());
}

#[test]
fn all_of_them_hold_the_same_image() {
    let mut volumes = samples()
        .into_iter()
        .map(|(name, bytes)| (name, read_bytes(&bytes, &small()).expect(name)));
    let (_, first) = volumes.next().expect("a first one");
    for (name, volume) in volumes {
        assert_eq!(volume.bscans, first.bscans, "{name}");
    }
}

#[test]
fn every_prefix_is_refused_in_one_sentence() {
    for (name, bytes) in samples() {
        let whole = read_bytes(&bytes, &small()).expect(name);
        for length in 0..bytes.len() {
            match read_bytes(&bytes[..length], &small()) {
                Err(error) => {
                    let text = error.to_string();
                    let is_sentence =
                        text.ends_with('.') && !text.contains('\n') && !text.contains(". ");
                    assert!(is_sentence, "{name} {length}: {text}");
                }
                Ok(volume) => assert_eq!(volume.bscans, whole.bscans, "{name} {length}"),
            }
        }
    }
}

#[test]
fn every_flipped_bit_is_survived() {
    for (_, mut bytes) in samples() {
        for index in 0..bytes.len() {
            for bit in 0..8 {
                bytes[index] ^= 1 << bit;
                read_all(&bytes);
                bytes[index] ^= 1 << bit;
            }
        }
    }
}

/// A changed byte of a packed file is noticed: the checksum covers all of them.
#[test]
fn damage_in_packed_voxels_is_noticed() {
    let (name, bytes) = samples().swap_remove(1);
    let whole = read_bytes(&bytes, &small()).expect(name);
    // Behind the fields of the gzip header that carry nothing.
    for index in 10..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[index] ^= 0x10;
        if let Ok(volume) = read_bytes(&bytes, &small()) {
            assert_eq!(volume, whole, "byte {index}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_anywhere_is_survived(which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24)) {
        let mut all = samples();
        let (_, mut bytes) = all.swap_remove(which.index(all.len()));
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        read_all(&bytes);
        read_all(&gzip(&bytes));
    }

    #[test]
    fn noise_behind_a_signature_is_survived(which in any::<prop::sample::Index>(), kept in any::<prop::sample::Index>(), noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut all = samples();
        let (_, bytes) = all.swap_remove(which.index(all.len()));
        read_all(&[&bytes[..kept.index(bytes.len())], &noise].concat());
    }
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let volume = marked(0, |v| v as f32);
    let nii = encode_nifti_volume(&volume, NiftiPacking::Plain).expect("writes");
    let patched = |offset: usize, value: &[u8]| {
        let mut bytes = nii.clone();
        bytes[offset..offset + value.len()].copy_from_slice(value);
        bytes
    };
    let short = |value: i16| value.to_le_bytes();
    let mha =
        |lines: &str| format!("ObjectType = Image\n{lines}ElementDataFile = LOCAL\n").into_bytes();
    let cube = "NDims = 3\nDimSize = 5 4 3\n";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "gzip of text",
            gzip(b"hello"),
            "This is a gzip archive without a NIfTI image inside, which is not supported yet; unpack it and choose the scan or the folder of images inside.",
        ),
        (
            "cut gzip",
            gzip(&nii)[..40].to_vec(),
            "The gzip file is cut off at byte 40, inside the first bytes; copy it again",
        ),
        (
            "gzip of a cut image",
            gzip(&nii[..380]),
            "The NIfTI file is cut off at byte ",
        ),
        (
            "cut",
            nii[..380].to_vec(),
            "The NIfTI file is cut off at byte 380, inside the voxels; copy it again",
        ),
        (
            "length of the header",
            patched(0, &[9, 9]),
            "The NIfTI file is damaged at sizeof_hdr: ",
        ),
        (
            "no axes",
            patched(40, &short(0)),
            "The NIfTI file is damaged at dim[0]: it is not from 1 to 7; export",
        ),
        (
            "negative side",
            patched(44, &short(-4)),
            "The NIfTI file is damaged at dim[2]: it is not above 0; export",
        ),
        (
            "a side too long",
            patched(42, &short(17_000)),
            "A B-scan of the NIfTI file declares 17000×4 px, over the limit of 16384 px a side; check",
        ),
        (
            "too many B-scans",
            patched(46, &short(32_000)),
            "The NIfTI file declares 32000 frames, over the limit of 20000 frames; check",
        ),
        (
            "complex",
            patched(70, &short(32)),
            "The NIfTI file has complex voxels (datatype 32, 1792 or 2048), which Fovea does not read; save it",
        ),
        (
            "one bit",
            patched(70, &short(1)),
            "The NIfTI file has voxels of one bit (datatype 1), which",
        ),
        (
            "no type",
            patched(70, &short(3)),
            "The NIfTI file is damaged at datatype: it is no code that NIfTI defines; export",
        ),
        (
            "voxels nowhere",
            patched(108, &f32::NAN.to_le_bytes()),
            "The NIfTI file is damaged at vox_offset: it is no place in a file",
        ),
        (
            "voxels in the header",
            patched(108, &8f32.to_le_bytes()),
            "The NIfTI file is damaged at vox_offset: the voxels would start inside the header",
        ),
        (
            "voxels far off",
            patched(108, &1e9f32.to_le_bytes()),
            "The NIfTI file is cut off at byte 412, inside the voxels",
        ),
        (
            "intercept",
            patched(112, &[0, 0, 0, 64, 0, 0, 192, 127]),
            "The NIfTI file is damaged at scl_inter: ",
        ),
        (
            "mha of nothing",
            b"ObjectType = Image\n".to_vec(),
            "The MetaImage file is cut off at byte 19, inside the header; copy",
        ),
        (
            "mha without axes",
            mha(""),
            "The MetaImage file is damaged at NDims: it is missing; export",
        ),
        (
            "mha of 9 axes",
            mha("NDims = 9\n"),
            "The MetaImage file is damaged at NDims: it is not from 2 to 4; export",
        ),
        (
            "mha without sizes",
            mha("NDims = 3\n"),
            "The MetaImage file is damaged at DimSize: it is missing; export",
        ),
        (
            "mha of two sizes",
            mha("NDims = 3\nDimSize = 5 4\n"),
            "The MetaImage file is damaged at DimSize: it is no list of 3 numbers; export",
        ),
        (
            "mha without a type",
            mha(cube),
            "The MetaImage file is damaged at ElementType: it is missing; export",
        ),
        (
            "mha of strings",
            mha(&format!("{cube}ElementType = MET_STRING\n")),
            "The MetaImage file has an ElementType other than",
        ),
        (
            "mha of vectors",
            [
                mha(&format!(
                    "{cube}ElementType = MET_FLOAT\nElementNumberOfChannels = 2\n"
                )),
                vec![0; 480],
            ]
            .concat(),
            "The MetaImage file has several numbers per voxel that are no colour, which",
        ),
        (
            "mha of text",
            mha(&format!(
                "{cube}BinaryData = False\nElementType = MET_UCHAR\n"
            )),
            "The MetaImage file has its voxels written as text, which",
        ),
        (
            "mha of a tube",
            b"ObjectType = Tube\nElementDataFile = LOCAL\n".to_vec(),
            "The MetaImage file has an object that is no image, which",
        ),
        (
            "cut mha",
            mha(&format!("{cube}ElementType = MET_UCHAR\n")),
            "The MetaImage file is cut off at byte 93, inside the voxels; copy",
        ),
        (
            "a 4 TiB mha",
            mha("NDims = 3\nDimSize = 16384 16384 20000\nElementType = MET_UCHAR\n"),
            "The MetaImage file declares 5120000.0 MiB, over the limit of 4096.0 MiB; check",
        ),
        (
            "more channels than can be counted",
            mha(&format!(
                "{cube}ElementType = MET_UCHAR\nElementNumberOfChannels = 18446744073709551615\n"
            )),
            "The MetaImage file has several numbers per voxel that are no colour, which",
        ),
        (
            "no channels",
            mha(&format!(
                "{cube}ElementType = MET_UCHAR\nElementNumberOfChannels = 0\n"
            )),
            "The MetaImage file has several numbers per voxel that are no colour, which",
        ),
    ];
    for (name, bytes, expected) in cases {
        let error = read_bytes(&bytes, &Budget::default())
            .expect_err(name)
            .to_string();
        assert!(
            error.starts_with(expected),
            "{name}:\n  found    {error}\n  expected {expected}"
        );
    }
}

/// A bomb costs no more than the bytes that its archive really holds.
#[test]
fn a_header_that_promises_more_than_its_archive_is_refused_at_once() {
    let mut nii =
        encode_nifti_volume(&marked(0, |v| v as f32), NiftiPacking::Plain).expect("writes");
    nii[42..46].copy_from_slice(&[0, 16, 0, 16]);
    let error = read_bytes(&gzip(&nii), &Budget::default()).expect_err("48 MiB of 300 bytes");
    assert!(error.to_string().contains("inside the voxels"), "{error}");
}
