//! Labels become the newest versions of their tiles.

use fovea_local_store::{ImportedLabel, Store};

use super::super::export::counted;
use super::super::words::sentence;
use super::LabelsIn;

/// Makes the labels the newest versions of their tiles; gives the sentence for the person.
pub fn store_labels(store: &mut Store, read: &LabelsIn, author: &str) -> Result<String, String> {
    let label = |(tile_id, mask)| ImportedLabel { tile_id, mask };
    let labels: Vec<ImportedLabel<'_>> = read
        .masks
        .iter()
        .map(|(tile_id, mask)| label((*tile_id, mask)))
        .collect();
    let imported = store
        .import_labels(&labels, author, &read.comment)
        .map_err(sentence)?;
    Ok(told(
        read,
        imported.versions.len(),
        imported.unchanged_count,
    ))
}

fn told(read: &LabelsIn, new: usize, same: u32) -> String {
    let origin = &read.origin;
    let mut text = match (new, same) {
        (0, _) => format!("The labels from {origin} are those that are here already"),
        (new, 0) => format!("Labels of {} came in from {origin}", counted(new, "B-scan")),
        (new, same) => format!(
            "Labels of {} came in from {origin}; {same} are as they were",
            counted(new, "B-scan")
        ),
    };
    if read.left_alone > 0 {
        let left = counted(read.left_alone, "B-scan");
        text.push_str(&format!(
            "; {left} got none, because nothing that the file says there comes in"
        ));
    }
    text.push('.');
    text
}
