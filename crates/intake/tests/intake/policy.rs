//! The policy: what is no policy, and what one decides.

use std::fs;
use std::path::Path;

use dicom_core::{DataElement, VR};
use dicom_dictionary_std::{tags, uids};
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, encode_png_gray8, open_dicom};
use fovea_intake::{Decision, Declared, Intake, Policy, Refusal, Release, SiteKey};

use crate::dicom::OPEN;
use crate::door::{declared, intake};
use crate::font::{Line, draw};

#[test]
fn text_that_is_no_policy_is_refused_in_one_sentence() {
    let private = "[[private]]\ngroup = \"0010\"\ncreator = \"A\"\nelements = [\"01\"]\n[[rule]]";
    let cases = [
        ("nonsense", "id = ", ""),
        (
            "a key that is misspelt",
            "device_id = false",
            "device_ids = false",
        ),
        (
            "a condition that is misspelt",
            "when.format",
            "when.formats",
        ),
        (
            "a decision that is none",
            "then = \"deid\"",
            "then = \"maybe\"",
        ),
        ("no condition", "when.format = [\"dicom\"]", "when = {}"),
        ("no flag", "when.format = [\"dicom\"]", "when.flags = []"),
        ("no format", "when.format = [\"dicom\"]", "when.format = []"),
        (
            "no modality",
            "when.format = [\"dicom\"]",
            "when.format = [\"dicom\"]\nwhen.modality = []",
        ),
        (
            "a score above all scores",
            "when.format = [\"dicom\"]",
            "when.text_score_min = 5.0",
        ),
        (
            "a score that is no number",
            "when.format = [\"dicom\"]",
            "when.text_score_min = nan",
        ),
        ("no sentence", "reason = \"Test.\"", "reason = \"Test\""),
        ("nothing comes in", "then = \"deid\"", "then = \"reject\""),
        ("no days", "days_max = 3650", "days_max = 0"),
        (
            "a version that is no number",
            "version = 1",
            "version = \"1\"",
        ),
        ("an even group", "[[rule]]", private),
        (
            "a group with a sign",
            "[[rule]]",
            &private.replace("0010", "+011"),
        ),
        (
            "a device without a model",
            "[[rule]]",
            "[devices]\nallow = [{ maker = \"A\" }]\n[[rule]]",
        ),
        (
            "a model without a name",
            "[[rule]]",
            "[devices]\nallow = [{ maker = \"A\", model = \"\" }]\n[[rule]]",
        ),
    ];
    for (name, part, change) in cases {
        let text = OPEN.replacen(part, change, 1);
        assert_ne!(text, OPEN, "{name}");
        let sentence = Policy::parse(&text).expect_err(name).to_string();
        let is_sentence = sentence.starts_with("The policy cannot be used: ")
            && sentence.ends_with('.')
            && !sentence.contains('\n')
            && !sentence.contains(". ");
        assert!(is_sentence, "{name}: {sentence}");
    }
}

#[test]
fn the_hash_names_the_text() {
    let policy = Policy::parse(OPEN).expect("a policy");
    assert_eq!(policy.id(), "test.open/1");
    let with_comment = Policy::parse(&format!("# other\n{OPEN}")).expect("a policy");
    assert_ne!(policy.sha256(), with_comment.sha256());
    let again = Policy::parse(OPEN).expect("a policy");
    assert_eq!(policy.sha256(), again.sha256());
}

fn page() -> Vec<u8> {
    let size = SizePx::new(200, 60);
    let mut pixels = vec![20; size.len()];
    let line = Line {
        text: "MUSTERMANN 1947",
        at_px: (8, 8),
        scale_px: 2,
        gray: 250,
    };
    draw(&mut pixels, size.width, line);
    encode_png_gray8(size, &pixels).expect("encodes")
}

fn released(reason: &str) -> Declared {
    Declared {
        release: Some(Release {
            by: "user-7".to_owned(),
            reason: reason.to_owned(),
        }),
        ..declared()
    }
}

#[test]
fn text_waits_for_a_person_who_says_why() {
    let intake = intake();
    let examination = intake.examine_bytes(&page()).expect("a picture");
    assert_eq!(examination.decision, Decision::Quarantine);
    assert!(examination.text_score >= 0.5);
    for declared in [declared(), released(" ")] {
        let refusal = intake
            .admit(examination.clone(), &declared)
            .expect_err("waits");
        assert_eq!(refusal.code(), "quarantined");
        let sentence = refusal.to_string();
        assert!(
            sentence.starts_with("The pixels look as if they held text"),
            "{sentence}"
        );
    }
    let released = released("The text is the scale bar.");
    let admitted = intake.admit(examination, &released).expect("was released");
    let report = admitted.report;
    assert_eq!(report.released, released.release);
    assert_eq!(report.decision, Decision::Deid);
    let rules: Vec<&str> = report
        .reasons
        .iter()
        .map(|reason| &reason.rule[..])
        .collect();
    assert_eq!(rules, ["text in the pixels", "pictures"]);
    let line = "Released by user-7: The text is the scale bar.";
    assert!(report.to_string().contains(line), "{report}");
}

#[test]
fn what_no_rule_names_stays_out() {
    let policy = Policy::parse(OPEN).expect("a policy");
    let refusal = Intake::new(policy, SiteKey::new([1; 32]))
        .admit_bytes(&page(), &Declared::default())
        .expect_err("only DICOM may come in");
    assert_eq!(refusal.code(), "rejected");
    let sentence = refusal.to_string();
    assert!(
        sentence.starts_with("No rule of the policy lets a file of this kind in"),
        "{sentence}"
    );
}

type Change = (dicom_core::Tag, VR, &'static str);

/// A small photograph of an eye with another class, modality or flag.
fn photograph(changes: &[Change]) -> Vec<u8> {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/deidentify/native");
    let bytes = fs::read(seed).expect("the corpus is part of the checkout");
    let mut object = open_dicom(&bytes, &Budget::default()).expect("opens");
    for (tag, vr, value) in changes {
        object.put(DataElement::new(*tag, *vr, *value));
    }
    let mut changed = Vec::new();
    object.write_all(&mut changed).expect("writes to memory");
    changed
}

#[test]
fn captures_and_marked_pictures_wait_and_documents_stay_out() {
    let class = |uid| (tags::SOP_CLASS_UID, VR::UI, uid);
    let capture = class(uids::SECONDARY_CAPTURE_IMAGE_STORAGE);
    let of_chest = (tags::MODALITY, VR::CS, "CT");
    let burned_in = (tags::BURNED_IN_ANNOTATION, VR::CS, "YES");
    let (waits, out) = (Some("quarantined"), Some("rejected"));
    // What is changed, the code of the refusal, and the code when a person released it.
    let cases = [
        ("a photograph", vec![], None, None),
        ("declared text", vec![burned_in], waits, None),
        ("a screenshot", vec![capture], waits, None),
        ("one of a chest", vec![capture, of_chest], waits, out),
        (
            "a CT",
            vec![class(uids::CT_IMAGE_STORAGE), of_chest],
            out,
            out,
        ),
        ("a class that is made up", vec![class("1.2.3.4")], out, out),
    ];
    for (name, changes, refused, refused_released) in cases {
        let bytes = photograph(&changes);
        let code = |declared: &Declared| {
            let outcome = intake().admit_bytes(&bytes, declared);
            outcome.err().map(|refusal: Refusal| refusal.code())
        };
        assert_eq!(code(&declared()), refused, "{name}");
        assert_eq!(
            code(&released("No name.")),
            refused_released,
            "{name}, released"
        );
    }
}

/// Nobody has to guess what an unusual word means: text counts as burned in unless the file plainly says no.
#[test]
fn only_a_plain_no_says_that_no_text_is_burned_in() {
    let cases = [
        (VR::CS, "NO", false),
        (VR::CS, "no ", false),
        (VR::CS, "", false),
        (VR::CS, "YES", true),
        (VR::CS, "Yes", true),
        (VR::CS, "yes", true),
        (VR::CS, "NO\\YES", true),
        (VR::CS, "YES\\NO", true),
        (VR::CS, "TRUE", true),
        (VR::LO, "YES", true),
    ];
    for (vr, value, is_burned_in) in cases {
        let bytes = photograph(&[(tags::BURNED_IN_ANNOTATION, vr, value)]);
        let outcome = intake().admit_bytes(&bytes, &declared());
        let code = outcome.err().map(|refusal| refusal.code());
        let expected = is_burned_in.then_some("quarantined");
        assert_eq!(code, expected, "{vr:?} {value:?}");
    }
}

/// What one slice of a folder says counts for the volume.
#[test]
fn a_folder_of_slices_is_judged_by_what_they_say() {
    let burned_in = (tags::BURNED_IN_ANNOTATION, VR::CS, "YES");
    let cases: [(&[Change], Option<&str>); 2] = [(&[], None), (&[burned_in], Some("quarantined"))];
    for (changes, expected) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        for number in ["1", "2"] {
            let at = (tags::INSTANCE_NUMBER, VR::IS, number);
            let uid = match number {
                "1" => "1.2.3.1",
                _ => "1.2.3.2",
            };
            let mut all = vec![at, (tags::SOP_INSTANCE_UID, VR::UI, uid)];
            all.push((tags::SERIES_INSTANCE_UID, VR::UI, "1.2.9"));
            all.extend(changes.iter().filter(|_| number == "2"));
            fs::write(folder.path().join(number), photograph(&all)).expect("writes");
        }
        let outcome = intake().admit_path(folder.path(), &declared());
        let code = outcome.err().map(|refusal| refusal.code());
        assert_eq!(code, expected, "{changes:?}");
    }
}

/// A model that no maker is known for here stays when the policy of the site names it, and only then.
#[test]
fn a_site_adds_models_of_its_own() {
    let named = photograph(&[
        (tags::MANUFACTURER, VR::LO, "EYEWORKS"),
        (tags::MANUFACTURER_MODEL_NAME, VR::LO, "deep 1"),
    ]);
    let own = "[devices]\nallow = [{ maker = \"Eyeworks\", model = \"Deep 1\" }]\n";
    let extended = OPEN.replacen("version = 1", "version = 2", 1) + own;
    let cases = [
        (OPEN, "test.open/1", false),
        (extended.as_str(), "test.open/2", true),
    ];
    for (text, id, is_kept) in cases {
        let policy = Policy::parse(text).expect("a policy");
        let (clean, report) = Intake::new(policy, SiteKey::new([1; 32]))
            .deidentify_bytes(&named)
            .expect("comes out");
        assert_eq!(report.policy, id);
        let object = open_dicom(&clean, &Budget::default()).expect("opens");
        for (tag, known) in [
            (tags::MANUFACTURER, "Eyeworks"),
            (tags::MANUFACTURER_MODEL_NAME, "Deep 1"),
        ] {
            let found = object.get(tag).and_then(|element| element.to_str().ok());
            assert_eq!(found.as_deref() == Some(known), is_kept, "{id}: {found:?}");
        }
    }
}
