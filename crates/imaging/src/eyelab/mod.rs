//! eyelab's `.eye`: a zip archive of NumPy arrays and JSON, as `EyeVolume.save` of eyepy writes it.
//!
//! | part | holds |
//! |---|---|
//! | `raw_volume.npy` | B-scans × depth × A-scans |
//! | `meta.json` | scales, laterality, place of each B-scan; everything else in it is left unread |
//! | `localizer/localizer.npy`, `localizer/meta.json` | the fundus picture and its scale |
//! | `annotations/layers/layer_heights.npy`, `…/meta.json` | lines × B-scans × A-scans in px, and their names |
//! | `annotations/voxels/voxel_map_N.bin` or `.npy`, `…_meta.json` | masks of B-scans × depth × A-scans |
//! | `localizer/annotations/pixel/…` | masks of the fundus picture, which no B-scan has a place for |

mod annotations;
mod file;
mod meta;

pub(crate) use annotations::{VoxelMap, fundus_map_count, layer_lines, voxel_maps};
pub(crate) use file::EyeFile;
pub(crate) use meta::Meta;

pub(crate) const FORMAT: &str = "eyelab .eye";
pub(crate) const VOLUME: &str = "raw_volume.npy";
pub(crate) const META: &str = "meta.json";
pub(crate) const SLO: &str = "localizer/localizer.npy";
pub(crate) const SLO_META: &str = "localizer/meta.json";
pub(crate) const SLO_TRANSFORM: &str = "localizer/transform_params.npy";
pub(crate) const LINES: &str = "annotations/layers/layer_heights.npy";
pub(crate) const LINES_META: &str = "annotations/layers/meta.json";
