//! Names in the order in which a person counts them.

use std::cmp::Ordering;

/// Orders names as a person does: `b2` before `b10`; digits by value, everything else by character.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (run_a, rest_a) = first_run(left);
        let (run_b, rest_b) = first_run(right);
        let order = compare_runs(run_a, run_b);
        if order != Ordering::Equal || (run_a.is_empty() && run_b.is_empty()) {
            // Names that differ in leading zeros only still need an order that does not depend on the disk.
            return order.then_with(|| a.cmp(b));
        }
        (left, right) = (rest_a, rest_b);
    }
}

/// Splits off the longest run of digits or of other characters.
fn first_run(name: &str) -> (&str, &str) {
    let is_digit = name.starts_with(|c: char| c.is_ascii_digit());
    let end = name
        .find(|c: char| c.is_ascii_digit() != is_digit)
        .unwrap_or(name.len());
    name.split_at(end)
}

fn compare_runs(a: &str, b: &str) -> Ordering {
    let digits = |run: &str| run.starts_with(|c: char| c.is_ascii_digit());
    if !(digits(a) && digits(b)) {
        return a.to_lowercase().cmp(&b.to_lowercase());
    }
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_count() {
        let mut names = [
            "b10.png",
            "b9.png",
            "B1.png",
            "b010.png",
            "b2x3.png",
            "b2.png",
            "a.png",
            "b2x20.png",
            "",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "",
                "a.png",
                "B1.png",
                "b2.png",
                "b2x3.png",
                "b2x20.png",
                "b9.png",
                "b010.png",
                "b10.png"
            ]
        );
    }
}
