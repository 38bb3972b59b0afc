//! Foreign classes numbered for a mask.

use crate::{ForeignClass, ReadError};

/// Classes by the order in which they are met, numbered from 1: what a mask of 8 bits can hold.
pub(crate) struct Classes {
    format: &'static str,
    names: Vec<String>,
}

impl Classes {
    pub(crate) fn new(format: &'static str) -> Self {
        Self {
            format,
            names: Vec::new(),
        }
    }

    /// The number of the class called `name`, which is a new one when it was not met before.
    pub(crate) fn index(&mut self, name: &str) -> Result<u8, ReadError> {
        match self.names.iter().position(|known| known == name) {
            // No more than 255 were let in.
            Some(at) => Ok(at as u8 + 1),
            None => self.push(name.to_owned()),
        }
    }

    /// The number of a new class.
    fn push(&mut self, name: String) -> Result<u8, ReadError> {
        let index = u8::try_from(self.names.len() + 1).map_err(|_| ReadError::Unsupported {
            format: self.format,
            feature: "more than 255 classes".to_owned(),
            advice: "leave out the classes that are not needed and export it again",
        })?;
        self.names.push(name);
        Ok(index)
    }

    pub(crate) fn finish(self) -> Vec<ForeignClass> {
        let class = |(index, name)| ForeignClass { index, name };
        (1..=u8::MAX).zip(self.names).map(class).collect()
    }
}

/// Classes numbered from 0 there and from 1 in the mask: those that have a name, and those that occur up to `highest`.
pub(crate) fn names_by_number(
    format: &'static str,
    names: &[String],
    highest: Option<u8>,
) -> Result<Vec<ForeignClass>, ReadError> {
    let mut classes = Classes::new(format);
    let count = names
        .len()
        .max(highest.map_or(0, |highest| usize::from(highest) + 1));
    for number in 0..count {
        let name = names.get(number).filter(|name| !name.is_empty());
        classes.push(name.cloned().unwrap_or_else(|| number.to_string()))?;
    }
    Ok(classes.finish())
}
