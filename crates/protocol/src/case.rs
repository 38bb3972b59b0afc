//! Cases: one imported scan and its tiles.

use fovea_annotation::{CaseId, ContentHash, TileId};
use fovea_geometry::{SizePx, SpacingUm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Sha256;

/// Offer of a case: what a client knows after an import. It carries no name, date or file name of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseMeta {
    /// Hash of pixels and geometry: the same scan is the same case everywhere.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// Source format, such as `heidelberg-vol`.
    #[schema(max_length = 64)]
    pub format: String,
    /// `right`, `left` or `unknown`.
    #[schema(max_length = 16)]
    pub laterality: String,
    /// Physical size of a pixel, where the file says it.
    #[serde(default)]
    #[schema(value_type = Option<SpacingUmSchema>)]
    pub spacing_um: Option<SpacingUm>,
    /// The B-scans, in order.
    #[schema(max_items = 20000)]
    pub tiles: Vec<TileMeta>,
}

/// One B-scan of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TileMeta {
    /// `TileId::of(case, bscan_index)`; the server checks it.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// Size of the picture.
    #[schema(value_type = SizePxSchema)]
    pub size: SizePx,
    /// Blob of the raw picture, an 8-bit gray PNG.
    #[schema(value_type = Sha256)]
    pub raw: ContentHash,
}

/// A case as the server lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseRecord {
    /// Id of the case.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// Source format.
    pub format: String,
    /// `right`, `left` or `unknown`.
    pub laterality: String,
    /// Physical size of a pixel.
    #[schema(value_type = Option<SpacingUmSchema>)]
    pub spacing_um: Option<SpacingUm>,
    /// Number of tiles.
    pub tile_count: u32,
    /// When the server accepted the case.
    pub created_at_us: i64,
    /// The tiles in order; left out in lists.
    #[serde(default)]
    pub tiles: Vec<TileMeta>,
}

/// Answer of `GET /v1/cases`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CasesPage {
    /// Cases in the order of acceptance.
    pub cases: Vec<CaseRecord>,
    /// Give it as `after` to get the next page; absent on the last.
    pub next: Option<u64>,
}

/// Shape of [`SizePx`] in the API description.
#[derive(ToSchema)]
#[schema(as = SizePx)]
#[allow(dead_code, reason = "describes a foreign type; never built")]
pub(crate) struct SizePxSchema {
    #[schema(minimum = 1, maximum = 16384)]
    width: u32,
    #[schema(minimum = 1, maximum = 16384)]
    height: u32,
}

/// Shape of [`SpacingUm`] in the API description.
#[derive(ToSchema)]
#[schema(as = SpacingUm)]
#[allow(dead_code, reason = "describes a foreign type; never built")]
pub(crate) struct SpacingUmSchema {
    x: f64,
    y: f64,
    z: f64,
}
