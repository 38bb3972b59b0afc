//! From another tool's classes to ours: proposed by name, decided by a person, applied with an account of the rest.

use fovea_annotation::{LabelSchema, Mask};

use super::synonyms::{class_name, plain};
use crate::ForeignClass;

/// What becomes of a foreign class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapsTo {
    /// A class of our schema.
    Class(u8),
    /// Left out on purpose.
    Ignored,
    /// Nobody has decided; left out and reported.
    Undecided,
}

/// One row of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedClass {
    /// The other tool's class.
    pub foreign: ForeignClass,
    /// What becomes of it.
    pub to: MapsTo,
}

/// A class whose pixels became background because no class of ours was chosen for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The class; its number as text where the file does not list it.
    pub foreign: ForeignClass,
    /// How many pixels of the mask it had.
    pub area_px: u64,
    /// True when a person chose to ignore it.
    pub is_ignored: bool,
}

/// A mask in our classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedMask {
    /// Classes of the schema.
    pub mask: Mask,
    /// What is not in it, ascending by index.
    pub left_out: Vec<LeftOut>,
}

/// Which of our classes stands for which class of another tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaMapping {
    /// One row per foreign class, ascending by index; edit [`MappedClass::to`].
    pub classes: Vec<MappedClass>,
}

impl SchemaMapping {
    /// A mapping by name: our own names and descriptions first, then what the field calls our classes. Where all
    /// classes are plain numbers of the schema (an index PNG has no names) they stand for themselves. Everything else is
    /// [`MapsTo::Undecided`].
    pub fn propose(foreign: &[ForeignClass], schema: &LabelSchema) -> Self {
        let by_number = foreign.iter().all(|class| {
            class.name == class.index.to_string() && schema.class(class.index).is_some()
        });
        let mut classes: Vec<MappedClass> = foreign
            .iter()
            .map(|class| {
                let ours = match by_number {
                    true => Some(class.index),
                    false => by_name(&class.name, schema),
                };
                MappedClass {
                    foreign: class.clone(),
                    to: ours.map_or(MapsTo::Undecided, MapsTo::Class),
                }
            })
            .collect();
        classes.sort_by_key(|class| class.foreign.index);
        Self { classes }
    }

    /// Foreign classes that nobody has decided about.
    pub fn undecided(&self) -> impl Iterator<Item = &ForeignClass> {
        self.classes
            .iter()
            .filter(|class| class.to == MapsTo::Undecided)
            .map(|class| &class.foreign)
    }

    /// Sets what becomes of the foreign class `index`; false when there is none.
    pub fn set(&mut self, index: u8, to: MapsTo) -> bool {
        let row = self
            .classes
            .iter_mut()
            .find(|class| class.foreign.index == index);
        row.map(|row| row.to = to).is_some()
    }

    /// The mask in our classes. Pixels of classes that are ignored, undecided or not listed become background, and
    /// [`MappedMask::left_out`] counts them.
    pub fn apply(&self, mask: &Mask) -> MappedMask {
        let mut table = [0; 256];
        let mut counts = [0_u64; 256];
        for class in &self.classes {
            if let MapsTo::Class(ours) = class.to {
                table[usize::from(class.foreign.index)] = ours;
            }
        }
        let mut mapped = mask.clone();
        for class in mapped.classes_mut() {
            let foreign = usize::from(*class);
            counts[foreign] += 1;
            *class = table[foreign];
        }
        let left_out = (1..=u8::MAX)
            .filter(|index| counts[usize::from(*index)] > 0)
            .filter_map(|index| self.left_out(index, counts[usize::from(index)]))
            .collect();
        MappedMask {
            mask: mapped,
            left_out,
        }
    }

    fn left_out(&self, index: u8, area_px: u64) -> Option<LeftOut> {
        let row = self
            .classes
            .iter()
            .find(|class| class.foreign.index == index);
        match row {
            Some(row) if matches!(row.to, MapsTo::Class(_)) => None,
            Some(row) => Some(LeftOut {
                foreign: row.foreign.clone(),
                area_px,
                is_ignored: row.to == MapsTo::Ignored,
            }),
            None => Some(LeftOut {
                foreign: ForeignClass {
                    index,
                    name: index.to_string(),
                },
                area_px,
                is_ignored: false,
            }),
        }
    }
}

fn by_name(foreign: &str, schema: &LabelSchema) -> Option<u8> {
    let wanted = plain(foreign);
    let ours = |name: &str| {
        let found = schema.classes.iter().find(|class| class.name == name);
        found.map(|class| class.index)
    };
    let exact = schema
        .classes
        .iter()
        .find(|class| plain(&class.name) == wanted || plain(&class.description) == wanted);
    exact
        .filter(|_| !wanted.is_empty())
        .map(|class| class.index)
        .or_else(|| class_name(foreign).and_then(ours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_geometry::SizePx;

    fn class(index: u8, name: &str) -> ForeignClass {
        ForeignClass {
            index,
            name: name.to_owned(),
        }
    }

    #[test]
    fn names_of_the_field_are_understood() {
        let schema = LabelSchema::oct_layers();
        for (name, expected) in [
            ("nerve fiber layer", Some(5)),
            ("NFL", Some(5)),
            ("srf", Some(2)),
            ("Subretinal Fluid", Some(2)),
            ("cysts", Some(1)),
            ("IRF", Some(1)),
            ("intraretinal_cyst", Some(1)),
            ("neuroepithelium_detachment", Some(2)),
            ("PED", Some(3)),
            ("drusen", Some(4)),
            ("retinal_drusen", Some(4)),
            ("Ganglion-cell layer", Some(6)),
            ("Ellipsoid Zone", Some(10)),
            ("is os", Some(10)),
            ("choroid", Some(0)),
            ("retinal nerve fibre layer", Some(5)),
            ("vitreomacular_traction", None),
            ("NFL-IPL", None),
            ("", None),
            ("7", None),
        ] {
            let mapping = SchemaMapping::propose(&[class(9, name), class(20, "x")], &schema);
            let expected = expected.map_or(MapsTo::Undecided, MapsTo::Class);
            assert_eq!(mapping.classes[0].to, expected, "{name}");
        }
    }

    #[test]
    fn numbers_stand_for_themselves_when_all_of_them_do() {
        let schema = LabelSchema::oct_layers();
        let ours = SchemaMapping::propose(&[class(11, "11"), class(5, "5")], &schema);
        let to: Vec<MapsTo> = ours.classes.iter().map(|class| class.to).collect();
        assert_eq!(to, [MapsTo::Class(5), MapsTo::Class(11)]);
        let grays = SchemaMapping::propose(&[class(11, "11"), class(240, "240")], &schema);
        assert_eq!(grays.undecided().count(), 2);
    }

    #[test]
    fn nothing_is_dropped_in_silence() {
        let schema = LabelSchema::oct_layers();
        let foreign = [class(1, "cyst"), class(2, "SHRM"), class(3, "ERM")];
        let mut mapping = SchemaMapping::propose(&foreign, &schema);
        assert!(mapping.set(3, MapsTo::Ignored) && !mapping.set(77, MapsTo::Ignored));
        let mask = Mask::new(SizePx::new(7, 1), vec![0, 1, 2, 2, 3, 9, 1]).expect("seven");
        let mapped = mapping.apply(&mask);
        assert_eq!(mapped.mask.classes(), [0, 1, 0, 0, 0, 0, 1]);
        let rows: Vec<(&str, u64, bool)> = mapped
            .left_out
            .iter()
            .map(|out| (out.foreign.name.as_str(), out.area_px, out.is_ignored))
            .collect();
        assert_eq!(
            rows,
            [("SHRM", 2, false), ("ERM", 1, true), ("9", 1, false)]
        );
    }
}
