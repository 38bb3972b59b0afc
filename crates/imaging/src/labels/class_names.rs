//! Names of numbered classes, as tools write them beside their labels.

/// The names in a `data.yaml`: `names: [a, b]`, a list of lines `- a`, or lines `0: a`. Only these forms are read,
/// which is what tools write; in others there is no name.
pub(crate) fn of_yaml(text: &str) -> Vec<String> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("names:"));
    let Some(first) = lines.next() else {
        return Vec::new();
    };
    let first = first["names:".len()..].trim();
    if let Some(inline) = first.strip_prefix('[') {
        let rest: Vec<&str> = std::iter::once(inline).chain(lines).collect();
        let rest = rest.join(" ");
        let list = rest.split(']').next().unwrap_or_default();
        return list.split(',').map(unquoted).collect();
    }
    let entries = lines.take_while(|line| line.starts_with([' ', '\t', '-']));
    let mut names: Vec<String> = Vec::new();
    for entry in entries.map(str::trim).filter(|entry| !entry.is_empty()) {
        match (entry.strip_prefix('-'), entry.split_once(':')) {
            (Some(name), _) => names.push(unquoted(name)),
            (None, Some((number, name))) => {
                let Ok(number) = number.trim().parse::<u8>() else {
                    continue;
                };
                let number = usize::from(number);
                names.resize(names.len().max(number + 1), String::new());
                names[number] = unquoted(name);
            }
            (None, None) => {}
        }
    }
    names
}

/// One name per line.
pub(crate) fn of_text(text: &str) -> Vec<String> {
    let lines = text.trim_end().lines();
    lines.map(|line| line.trim().to_owned()).collect()
}

fn unquoted(name: &str) -> String {
    name.trim().trim_matches(['\'', '"']).to_owned()
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
        ] {
            assert_eq!(of_yaml(text), ["a b", "c"], "{text}");
        }
        assert!(of_yaml("nc: 3").is_empty());
        assert_eq!(of_text("a b\nc\n\n"), ["a b", "c"]);
    }
}
