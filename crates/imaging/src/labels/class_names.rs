//! Names of numbered classes, as tools write them beside their labels.

use std::path::{Path, absolute};

use crate::Budget;
use crate::read::read_file;

/// As many as a mask can hold beside background.
const NAMES_MAX: usize = 255;
/// Far more than the description of a data set takes.
const BYTES_MAX: u64 = 1 << 20;

/// The names in the `classes.txt` or `data.yaml` nearest to a folder of labels: in it, or in one of the two that hold
/// it, because tools lay labels in `labels`, `labels/train` or `train/labels`. Files that cannot be read give none: names
/// are a help, numbers are enough.
pub(crate) fn near(folder: &Path) -> Vec<String> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let Ok(folder) = absolute(folder) else {
        return Vec::new();
    };
    let budget = Budget {
        max_file_bytes: BYTES_MAX,
        ..Budget::default()
    };
    for folder in folder.ancestors().take(3) {
        let text = |name: &str| {
            let content = read_file(&folder.join(name), &budget).ok()?;
            String::from_utf8(super::text::in_utf8(content)).ok()
        };
        let names = text("classes.txt").map(|text| of_text(&text));
        let names = names.or_else(|| text("data.yaml").map(|text| of_yaml(&text)));
        if let Some(mut names) = names.filter(|names| !names.is_empty()) {
            names.truncate(NAMES_MAX);
            return names;
        }
    }
    Vec::new()
}

/// One name per line.
fn of_text(text: &str) -> Vec<String> {
    let lines = text.trim_end().lines();
    lines.map(|line| line.trim().to_owned()).collect()
}

/// The names in a `data.yaml`, as a list or as a map from numbers, each over several lines or in brackets. Only these
/// forms are read, which is what tools write; in others there is no name.
fn of_yaml(text: &str) -> Vec<String> {
    let mut lines = text.lines().map(without_comment);
    let Some(first) = lines.find_map(|line| value_of(line, "names")) else {
        return Vec::new();
    };
    let is_inside = |line: &&str| line.is_empty() || line.starts_with([' ', '\t', '-', ']', '}']);
    let rest: Vec<&str> = lines.take_while(is_inside).collect();
    let flow = [&[first], &rest[..]].concat().join(" ");
    match flow.trim_start().chars().next() {
        Some('[') => entries(&flow).iter().map(|entry| plain(entry)).collect(),
        Some('{') => numbered(entries(&flow).iter().map(String::as_str)),
        _ => of_block(&rest),
    }
}

/// What a line says of `key`, which starts it.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    (!found.starts_with([' ', '\t']) && plain(found) == key).then_some(value)
}

fn of_block(lines: &[&str]) -> Vec<String> {
    let entries = lines.iter().map(|line| line.trim());
    let entries: Vec<&str> = entries.filter(|entry| !entry.is_empty()).collect();
    let items: Option<Vec<&str>> = entries
        .iter()
        .map(|entry| entry.strip_prefix('-'))
        .collect();
    match items {
        Some(items) => items.into_iter().map(plain).collect(),
        None => numbered(entries.into_iter()),
    }
}

/// Names by the number before the colon of each entry; what has no number is passed over.
fn numbered<'a>(entries: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names = Vec::new();
    for entry in entries {
        let Some((number, name)) = entry.split_once(':') else {
            continue;
        };
        let Ok(number) = plain(number).parse::<u8>() else {
            continue;
        };
        let number = usize::from(number);
        names.resize(names.len().max(number + 1), String::new());
        names[number] = plain(name);
    }
    names
}

/// The entries between the brackets that `flow` starts with; a comma after the last one makes no other.
fn entries(flow: &str) -> Vec<String> {
    let inside = &flow.trim_start()[1..];
    let mut entries = vec![String::new()];
    let mut quotes = Quotes::default();
    for letter in inside.chars() {
        match letter {
            _ if quotes.take(letter) => {}
            ']' | '}' => break,
            ',' => {
                entries.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(entry) = entries.last_mut() {
            entry.push(letter);
        }
    }
    if entries.last().is_some_and(|entry| entry.trim().is_empty()) {
        entries.pop();
    }
    entries
}

/// The line without what stands behind a `#` that starts a word, and without space at its end.
fn without_comment(line: &str) -> &str {
    let mut quotes = Quotes::default();
    let mut before = ' ';
    let comment = line.char_indices().find(|(_, letter)| {
        let starts = *letter == '#' && before.is_whitespace();
        before = *letter;
        !quotes.take(*letter) && starts
    });
    line[..comment.map_or(line.len(), |(at, _)| at)].trim_end()
}

/// Whether a letter stands in quotes. A quote inside a word, as in `Bruch's`, opens none.
#[derive(Default)]
struct Quotes {
    open: Option<char>,
    is_in_word: bool,
}

impl Quotes {
    /// Takes the next letter; true where it is quoted or a quote itself.
    fn take(&mut self, letter: char) -> bool {
        let was_open = self.open.is_some();
        match self.open {
            Some(quote) if quote == letter => self.open = None,
            Some(_) => {}
            None if ['\'', '"'].contains(&letter) && !self.is_in_word => self.open = Some(letter),
            None => {}
        }
        self.is_in_word = !(letter.is_whitespace() || [',', ':', '[', '{', '-'].contains(&letter));
        was_open || self.open.is_some()
    }
}

/// The text without the quotes around it.
fn plain(text: &str) -> String {
    let text = text.trim();
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    match (within('\''), within('"')) {
        (Some(text), _) => text.replace("''", "'"),
        (None, Some(text)) => text.replace("\\\"", "\""),
        (None, None) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_tools_write() {
        for text in [
            "nc: 2\nnames: ['a b', \"c\"]\nroboflow:\n  x: 1\n",
            "names:\n- a b\n- c\nnc: 2\n",
            "path: x\nnames:\n  0: a b\n  1: 'c'\n",
            "names: [a b,\n  c]\n",
            "names: [\n  a b, # the first\n  'c',\n]\nnc: 2\n",
            "names: {0: a b, 1: c}\n",
            "names: {1: \"c\", '0': 'a b'} # of two\n",
            "names: {\n  0: a b,\n  1: c,\n}\nnc: 2\n",
            "# names: [x]\n'names': # of classes\n\n  # all\n  0: a b # fluid\n\n  1: c\nval: x\n",
            "train: a\r\nnames:\r\n  - \"a b\"  # x\r\n  - c\r\nnc: 2\r\n",
        ] {
            assert_eq!(of_yaml(text), ["a b", "c"], "{text}");
        }
        for text in [
            "nc: 3",
            "names:",
            "names: []",
            "names: x",
            "names: {a: b}",
            "other:\n  names: [a]",
            "names",
        ] {
            assert!(of_yaml(text).is_empty(), "{text}");
        }
        assert_eq!(of_text("a b\nc\n\n"), ["a b", "c"]);
    }

    #[test]
    fn quotes_keep_what_would_part_names() {
        let text = "names: ['a, b', \"c: #1]\", Bruch's, 'it''s', d#2]";
        let expected = ["a, b", "c: #1]", "Bruch's", "it's", "d#2"];
        assert_eq!(of_yaml(text), expected);
        let block = "names:\n  - 'a, b'\n  - \"c: #1]\"\n  - Bruch's\n  - 'it''s'\n  - d#2\n";
        assert_eq!(of_yaml(block), expected);
        assert_eq!(of_yaml("names: {2: 'a: b', 0: \"x\"}"), ["x", "", "a: b"]);
    }
}
