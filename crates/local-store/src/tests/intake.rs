//! What a scan says of itself and how it came in, kept with its case.

use fovea_annotation::TileId;

use crate::fixture::{Fixture, new_case};
use crate::{DeviceLine, NewCase, NewIntake, ScanFacts, TileFacts};

fn told(case: NewCase) -> NewCase {
    let mut case = NewCase {
        facts: ScanFacts {
            pattern: "raster".into(),
            device: Some("Heidelberg Spectralis".into()),
            slo_spacing_um: Some([11.5, 11.7]),
        },
        intake: Some(intake(true)),
        ..case
    };
    case.tiles[1].facts = TileFacts {
        position_mm: Some([1.0, 2.5, 7.0, 2.5]),
        quality: Some(31.5),
        lines: vec![
            DeviceLine {
                name: "ILM".into(),
                y_px: vec![4.5, f32::NAN, 6.0],
            },
            DeviceLine {
                name: "BM".into(),
                y_px: vec![20.0, 21.0, f32::NAN],
            },
        ],
    };
    case
}

fn intake(consent: bool) -> NewIntake {
    NewIntake {
        consent,
        device_id: "clinic-2".into(),
        released_because: None,
        report: "{\"removed\":3}".into(),
    }
}

/// NaN equals nothing, so heights are compared as bits.
fn bits(facts: &TileFacts) -> Vec<(String, Vec<u32>)> {
    let line = |line: &DeviceLine| {
        let heights = line.y_px.iter().map(|y| y.to_bits());
        (line.name.clone(), heights.collect())
    };
    facts.lines.iter().map(line).collect()
}

#[test]
fn what_a_scan_says_of_itself_survives_a_restart() {
    let mut fixture = Fixture::new();
    let case = told(new_case(1, 2));
    fixture.store.import_case(&case).expect("imports");
    let fixture = fixture.reopen();
    let listed = fixture.store.case(case.case_id).expect("there");
    assert_eq!((&listed.facts, listed.device_line_count), (&case.facts, 2));
    let tile = |index| TileId::of(case.case_id, index);
    assert_eq!(
        fixture.store.tile_facts(tile(0)).expect("reads"),
        TileFacts::default()
    );
    let facts = fixture.store.tile_facts(tile(1)).expect("reads");
    let expected = &case.tiles[1].facts;
    assert_eq!(
        (facts.position_mm, facts.quality),
        (expected.position_mm, expected.quality)
    );
    assert_eq!(bits(&facts), bits(expected));
}

#[test]
fn a_case_of_an_older_schema_learns_what_it_lacks_and_forgets_nothing() {
    let mut fixture = Fixture::new();
    fixture.store.import_case(&new_case(1, 2)).expect("imports");
    let case = told(new_case(1, 2));
    let learnt = fixture.store.import_case(&case).expect("imports");
    assert_eq!(learnt.facts, case.facts);
    let again = fixture.store.import_case(&new_case(1, 2)).expect("imports");
    assert_eq!(again.facts, case.facts, "silence takes nothing back");
    let facts = fixture.store.tile_facts(TileId::of(case.case_id, 1));
    assert_eq!(bits(&facts.expect("reads")).len(), 2);
}

#[test]
fn each_way_in_is_noted_once_and_never_changed() {
    let mut fixture = Fixture::new();
    let mut case = told(new_case(1, 2));
    fixture.store.import_case(&case).expect("imports");
    fixture.clock.advance_us(5);
    fixture.store.import_case(&case).expect("imports");
    case.intake = Some(NewIntake {
        released_because: Some("the text is the device's name".into()),
        ..intake(true)
    });
    fixture.store.import_case(&case).expect("imports");
    let found = fixture.store.intakes(case.case_id).expect("reads");
    let times: Vec<i64> = found.iter().map(|record| record.at_us).collect();
    assert_eq!(times, [1_000_000, 1_000_005]);
    assert_eq!(Some(&found[1].intake), case.intake.as_ref());
    for sql in ["UPDATE intakes SET consent = 0", "DELETE FROM intakes"] {
        assert!(fixture.store.conn().execute_batch(sql).is_err(), "{sql}");
    }
}

#[test]
fn the_site_key_is_made_once() {
    let mut fixture = Fixture::new();
    let key = fixture.store.site_key().expect("made");
    assert_ne!(key, [0; 32]);
    let mut fixture = fixture.reopen();
    assert_eq!(fixture.store.site_key().expect("there"), key);
    assert_ne!(Fixture::new().store.site_key().expect("made"), key);
}
