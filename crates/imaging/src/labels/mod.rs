//! Labels that another tool wrote, and how its classes become ours.
//!
//! | file | holds |
//! |---|---|
//! | `foreign`, `context` | what every reader returns, and what it must know of the volume |
//! | `by_name` | which B-scan a picture is |
//! | `door`, `kind`, `files`, `text` | a path or bytes to the reader of its format |
//! | `coco`, `voxels` and so on | one reader per format |
//! | `dicom` | tells `dicom_seg` from `height_map` |
//! | `wanted`, `polygon`, `paint`, `classes` | what readers share |
//! | `mapping`, `whole`, `synonyms` | another tool's classes to ours |

mod by_name;
mod class_names;
mod classes;
mod coco;
mod context;
mod dicom;
mod dicom_seg;
mod door;
mod eyelab;
mod files;
mod foreign;
mod height_map;
mod index_png;
mod kind;
mod labelme;
mod layer_csv;
mod mapping;
mod matlab;
mod paint;
mod polygon;
mod synonyms;
mod text;
mod voxels;
mod wanted;
mod whole;
mod yolo;

pub use context::{BscanSource, LabelContext};
pub use door::{read_labels_bytes, read_labels_path};
pub use foreign::{ForeignBscan, ForeignClass, ForeignLabels, LabelFormat};
pub use mapping::{LeftOut, MappedClass, MappedMask, MapsTo, SchemaMapping};
pub use wanted::Wanted;
