//! Heights of layer lines as CSV.

use fovea_imaging::{Laterality, LayerLines, boundaries_of, layer_lines_csv};

use super::{Small, context, golden, read, refusal};

fn text(lines: &LayerLines) -> String {
    format!("{lines:?}")
}

#[test]
fn what_is_written_is_fixed_and_comes_back() {
    let small = Small::new(Laterality::Right);
    let lines = boundaries_of(&small.labelled()).expect("sizes agree");
    let csv = layer_lines_csv(&lines).expect("writes");
    golden("layers.csv", &csv);
    let labels = read(csv.as_bytes(), &small.context());
    assert_eq!(
        labels.bscans.len(),
        2,
        "the B-scan without a label has no rows"
    );
    for bscan in &labels.bscans {
        let expected = lines[bscan.bscan_index as usize]
            .as_ref()
            .expect("labelled");
        assert_eq!(text(&bscan.lines), text(expected));
    }
    // Top row and first B-scan: the mask itself comes back from its lines.
    let drawn = labels.bscans[0]
        .lines
        .to_mask(small.context().size, &small.schema);
    assert_eq!(Some(drawn.mask), small.masks[0]);
}

#[test]
fn tables_of_other_hands_are_understood() {
    let expected = read(
        b"bscan,ascan,ILM,BM\n0,0,1.5,4\n0,1,,4.25\n",
        &context(2, 5, 1),
    );
    for table in [
        "B-scan;A-scan;ILM;BM\r\n0;1;;4,25\r\n0;0;1,5;4,0\r\n",
        "\u{feff}ILM,BM\n1.5,4\nNaN,4.25\n",
        "slice\tcolumn\tILM_px\tBM_px\n0\t0\t1.5\t4\n0\t1\tna\t4.25\n",
        "x, ILM, BM\n0, 1.50, 4.0\n1, null, 4.25\n",
    ] {
        let found = read(table.as_bytes(), &context(2, 5, 1));
        assert_eq!(
            text(&found.bscans[0].lines),
            text(&expected.bscans[0].lines),
            "{table}"
        );
    }
    let marked = |text: &str, is_little: bool| -> Vec<u8> {
        let bytes = |unit: u16| match is_little {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        };
        "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(bytes)
            .collect()
    };
    let tabs = "slice\tcolumn\tILM\tBM\r\n0\t0\t1.5\t4\r\n0\t1\t\t4.25\r\n";
    for table in [
        marked(tabs, true),
        marked(tabs, false),
        b"sep=,\nbscan,ascan,ILM,BM\n0,0,1.5,4\n0,1,,4.25\n".to_vec(),
        b"\xef\xbb\xbfSEP=;\r\nbscan;ascan;ILM;BM\r\n0;0;1,5;4\r\n0;1;;4,25\r\n".to_vec(),
        b"sep=\t\nILM\tBM\n1.5\t4\n\t4.25\n".to_vec(),
    ] {
        let found = read(&table, &context(2, 5, 1));
        assert_eq!(
            text(&found.bscans[0].lines),
            text(&expected.bscans[0].lines)
        );
    }
    let outside = read(b"ILM,BM\n-1,9\n1,2\n", &context(2, 5, 1));
    assert_eq!(
        outside.warnings,
        ["2 heights lie outside the picture and count as absent."]
    );
}

#[test]
fn refusals_name_the_line() {
    for (table, expected) in [
        (
            "bscan,ascan,ILM\n5,0,1\n",
            "at line 2: the volume has no such B-scan",
        ),
        (
            "bscan,ascan,ILM\n0,2,1\n",
            "at line 2: the B-scan has no such A-scan",
        ),
        (
            "bscan,ascan,ILM\n0,1,1\n0,1,1\n",
            "at line 3: the A-scan was in an earlier line already",
        ),
        (
            "bscan,ascan,ILM\n0,1,Jane\n",
            "at line 2: a height is not a number",
        ),
        (
            "bscan,ascan,ILM\nJane,1,2\n",
            "at line 2: a number of a B-scan or an A-scan is missing",
        ),
        (
            "bscan,ascan,ILM\n0,1\n",
            "a line has more or fewer cells than the first",
        ),
        (
            "bscan,ascan,ILM,ILM\n",
            "at its first line: two columns have the same name",
        ),
        (
            "bscan,ascan,ILM_um\n",
            "at its first line: its heights are in µm, and px are needed",
        ),
        (
            "sep=,\nbscan,ascan,ILM\n0,2,1\n",
            "at line 3: the B-scan has no such A-scan",
        ),
        (
            "sep=,\nbscan,ascan,ILM\n0,1\n",
            "near byte 22: a line has more or fewer cells than the first",
        ),
        (
            "bscan,ascan\n",
            "at its first line: it names no boundary, or more than 64",
        ),
        (
            "bscan,slice,ILM\n",
            "at its first line: two columns number the B-scans or the A-scans",
        ),
    ] {
        let found = refusal(table, &context(2, 5, 1));
        assert!(
            found.contains(expected) && !found.contains("Jane"),
            "{found}"
        );
    }
}
