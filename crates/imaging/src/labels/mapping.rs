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
    /// A mapping by name: our own names and descriptions first, then what the field calls our classes. Where the file
    /// has no names (an index PNG), numbers of the schema stand for themselves if the file holds class numbers of ours at
    /// all. Everything else is [`MapsTo::Undecided`].
    pub fn propose(foreign: &[ForeignClass], schema: &LabelSchema) -> Self {
        let by_number = are_class_numbers(foreign, schema);
        let mut classes: Vec<MappedClass> = foreign
            .iter()
            .map(|class| {
                let ours = match by_number {
                    true => schema.class(class.index).map(|class| class.index),
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

/// What data sets give to pixels that nobody wants to say anything about.
const IGNORED_BY_CUSTOM: u8 = 255;

/// Whether the classes are numbers of our schema and no gray values: none has a name, and most are in the schema.
///
/// One number outside must not cost the others their proposal: a mark for what is to be ignored, or a class of their own,
/// is decided about by itself. But a gray picture, or a mask in shades, holds small numbers too, and then they mean
/// nothing of ours; most of its numbers lie outside. Where that leaves a true mask undecided, a person sees its
/// numbers and says what they are, which costs less than layers that nobody drew.
fn are_class_numbers(foreign: &[ForeignClass], schema: &LabelSchema) -> bool {
    let is_nameless = |class: &ForeignClass| class.name == class.index.to_string();
    let is_ours = |class: &&ForeignClass| schema.class(class.index).is_some();
    let ours = foreign.iter().filter(is_ours).count();
    let told = foreign
        .iter()
        .filter(|class| class.index != IGNORED_BY_CUSTOM);
    foreign.iter().all(is_nameless) && 2 * ours > told.count()
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
    fn numbers_stand_for_themselves_unless_they_are_grays() {
        let schema = LabelSchema::oct_layers();
        for (numbers, ours) in [
            (&[11, 5][..], &[5, 11][..]),
            (&[3], &[3]),
            (&[1, 255], &[1]),
            (&[5, 6, 12, 255], &[5, 6]),
            (&[255], &[]),
            (&[11, 240], &[]),
            (&[10, 20, 30, 40], &[]),
            (
                &[
                    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
                ],
                &[],
            ),
        ] {
            let classes: Vec<ForeignClass> = numbers
                .iter()
                .map(|number| class(*number, &number.to_string()))
                .collect();
            let mapping = SchemaMapping::propose(&classes, &schema);
            let decided = mapping.classes.iter().filter_map(|row| match row.to {
                MapsTo::Class(class) => Some((row.foreign.index, class)),
                MapsTo::Ignored | MapsTo::Undecided => None,
            });
            let expected: Vec<(u8, u8)> = ours.iter().map(|class| (*class, *class)).collect();
            assert_eq!(decided.collect::<Vec<_>>(), expected, "{numbers:?}");
        }
        let named = SchemaMapping::propose(&[class(5, "5"), class(6, "fluid")], &schema);
        assert_eq!(named.undecided().count(), 2);
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
