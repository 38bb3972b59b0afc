//! Bad input on the real command line: the exit code of a bad file, one clear sentence, nothing left behind.

mod bad_scans;
mod bad_weights;
mod deidentify;
mod exchange;
mod labels;
mod program;

use program::{Outcome, run};

/// Promised by `fovea --help`.
const BAD_INPUT: i32 = 3;

/// What every refusal has to be, whatever was refused.
fn assert_refused(case: &str, outcome: &Outcome, hints: &[&str]) {
    let said = outcome.errors.trim();
    assert_eq!(
        outcome.code,
        Some(BAD_INPUT),
        "{case}: exit {:?}, and it said: {said}",
        outcome.code
    );
    assert!(
        !said.contains("panicked") && !said.contains("RUST_BACKTRACE"),
        "{case} crashed: {said}"
    );
    assert!(
        said.lines().count() <= 2 && said.len() > 20 && said.len() < 500,
        "{case} is not a sentence: {said}"
    );
    assert!(
        hints.iter().any(|hint| said.to_lowercase().contains(hint)),
        "{case} does not say what is wrong: {said}"
    );
    assert_eq!(
        outcome.left_behind,
        Vec::<String>::new(),
        "{case} left files behind"
    );
}

#[test]
fn bad_scans_are_refused() {
    for case in bad_scans::cases() {
        let outcome = run(|dir, out| {
            let input = dir.join(case.file_name);
            std::fs::write(&input, &case.bytes).expect("the folder is writable");
            vec![
                "segment".into(),
                "--input".into(),
                input.into(),
                "--out".into(),
                out.into(),
            ]
        });
        assert_refused(case.name, &outcome, case.hints);
    }
}

#[test]
fn bad_scans_are_not_half_imported() {
    for case in bad_scans::cases() {
        let outcome = run(|dir, _| {
            let (good, bad) = (dir.join("good.png"), dir.join(case.file_name));
            std::fs::write(&good, bad_scans::good_png()).expect("the folder is writable");
            std::fs::write(&bad, &case.bytes).expect("the folder is writable");
            let declared = ["import", "--consent", "public", "--device", "oct-2"];
            declared
                .map(Into::into)
                .into_iter()
                .chain([good.into(), bad.into()])
                .collect()
        });
        assert_refused(case.name, &outcome, case.hints);
        assert_eq!(outcome.output, "", "{}: no case was made", case.name);
        assert!(
            !outcome.has_store,
            "{}: the store was not even opened",
            case.name
        );
    }
}

#[test]
fn bad_weights_are_refused() {
    for case in bad_weights::cases() {
        let outcome = run(|dir, out| {
            let (model, input) = (dir.join("model.safetensors"), dir.join("scan.png"));
            std::fs::write(&model, &case.bytes).expect("the folder is writable");
            bad_weights::write_card(&model.with_extension("json"));
            std::fs::write(&input, bad_scans::good_png()).expect("the folder is writable");
            let words = ["segment", "--model"].map(Into::into);
            let rest = [
                model.into(),
                "--input".into(),
                input.into(),
                "--out".into(),
                out.into(),
            ];
            words.into_iter().chain(rest).collect()
        });
        assert_refused(case.name, &outcome, case.hints);
    }
}

#[test]
fn a_good_scan_gives_three_files() {
    let outcome = run(|dir, out| {
        let input = dir.join("scan.png");
        std::fs::write(&input, bad_scans::good_png()).expect("the folder is writable");
        vec![
            "segment".into(),
            "--input".into(),
            input.into(),
            "--out".into(),
            out.into(),
        ]
    });
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    assert_eq!(
        outcome.left_behind,
        ["scan.json", "scan.mask.png", "scan.uncertainty.png"]
    );
}

/// Somebody may have corrected what an earlier run wrote.
#[test]
fn results_that_are_there_are_never_replaced() {
    for taken in ["scan.mask.png", "scan.uncertainty.png", "scan.json"] {
        let (dir, found) = program::run_in(|dir, out| {
            let input = dir.join("scan.png");
            std::fs::write(&input, bad_scans::good_png()).expect("the folder is writable");
            std::fs::write(out.join(taken), "corrected").expect("the folder is writable");
            let words = ["segment", "--input"].map(Into::into).into_iter();
            words
                .chain([input.into(), "--out".into(), out.into()])
                .collect()
        });
        assert_eq!(found.code, Some(2), "{taken}: {}", found.errors);
        assert!(found.errors.contains(taken), "{}", found.errors);
        assert_eq!(found.left_behind, [taken]);
        let kept = std::fs::read(dir.path().join("out").join(taken)).expect("is there");
        assert_eq!(kept, b"corrected", "{taken}");
    }
}

#[test]
fn help_explains_itself_without_a_display() {
    for (arguments, part) in [
        (&["--help"][..], "segment"),
        (&["segment", "--help"], "--out"),
        (&["preflight", "--help"], "--json"),
        (&["import", "--help"], "--consent"),
        (&["info", "--help"], "--json"),
        (&["convert", "--help"], "--labels"),
        (&["deidentify", "--help"], "--policy"),
        (&["export", "--help"], "dicom-seg"),
    ] {
        let outcome = run(|_, _| arguments.iter().map(Into::into).collect());
        assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.errors);
        assert!(
            outcome.output.contains(part),
            "{arguments:?} does not mention {part}"
        );
    }
}
