//! Who made a version, as people read it: a model has a digest of 64 digits for a name.

/// How much of a digest tells models apart.
const DIGEST_CHARS: usize = 8;

/// The beginning of the digest of a model, or the name of a person.
pub(crate) fn short(author: &str) -> String {
    match author.strip_prefix("model:") {
        Some(digest) => digest.chars().take(DIGEST_CHARS).collect(),
        None => author.to_owned(),
    }
}

/// As it stands in a sentence: "model 2ed876f7", or the name of a person.
pub(crate) fn in_words(author: &str) -> String {
    match author.starts_with("model:") {
        true => format!("model {}", short(author)),
        false => author.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_named_by_the_beginning_of_its_digest() {
        let model = "model:2ed876f7baedd97e56172b149b95d42303edeea58ab06646061ae1e95f71e944";
        assert_eq!(
            (short(model).as_str(), in_words(model).as_str()),
            ("2ed876f7", "model 2ed876f7")
        );
        assert_eq!(
            (short("ada").as_str(), in_words("ada").as_str()),
            ("ada", "ada")
        );
    }
}
