//! Labels of other tools, and whole projects.

use std::collections::BTreeMap;
use std::io::Cursor;

use fovea_annotation::{
    ContentHash, LabelSchema, LabelVersion, Mask, MaskDiff, TileId, VersionId, VersionKind,
    mask_to_payload,
};
use fovea_imaging::{
    Labelled, ProjectCase, ProjectTile, ProjectWriter, Volume, boundaries_of, case_id_of,
    coco_json, eyelab_bytes, layer_lines_csv,
};

use crate::{Outcome, seed};

/// Labels of one B-scan of 12×10 px: what the targets read labels for.
pub fn write(volume: &Volume, masks: &[Mask]) -> Outcome<()> {
    let schema = LabelSchema::oct_layers();
    let one = Volume {
        bscans: volume.bscans[..1].to_vec(),
        ..volume.clone()
    };
    let masks = [Some(masks[0].clone())];
    let labelled = Labelled {
        volume: &one,
        masks: &masks,
        schema: &schema,
    };
    seed("coco", "runs", coco_json(&labelled)?.as_bytes())?;
    seed("coco", "polygons", COCO_POLYGONS)?;
    seed("labelme", "shapes", LABELME)?;
    seed("yolo_seg", "outlines", YOLO)?;
    seed(
        "layer_csv",
        "ours",
        layer_lines_csv(&boundaries_of(&labelled)?)?.as_bytes(),
    )?;
    seed(
        "layer_csv",
        "semicolons",
        b"B-scan;A-scan;ILM;BM\r\n0;1;;4,25\r\n0;0;1,5;4,0\r\n",
    )?;
    // One part per class: two classes branch as eleven do, in fewer bytes.
    let few = [masks[0].clone().map(|mut mask| {
        mask.classes_mut()
            .iter_mut()
            .for_each(|class| *class = (*class).min(6));
        mask
    })];
    let few = Labelled {
        masks: &few,
        ..labelled
    };
    seed("eyelab", "labelled", &eyelab_bytes(&few)?)?;
    let plain = Labelled {
        masks: &[],
        ..labelled
    };
    seed("eyelab", "plain", &eyelab_bytes(&plain)?)?;
    seed("project", "one_version", &project(one.clone(), &masks[0])?)
}

const COCO_POLYGONS: &[u8] = br#"{"images":[{"id":1,"file_name":"a.png","width":12,"height":10}],"annotations":[{"image_id":1,"category_id":0,"segmentation":[[1,1,9,1,9,7.5],[3,3,4,4,3,5]]},{"image_id":1,"category_id":4,"segmentation":{"size":[10,12],"counts":[20,7,93]}},{"image_id":1,"category_id":4,"bbox":[0,0,1,1]}],"categories":[{"id":0,"name":"cyst"},{"id":4,"name":"PED"}]}"#;
const LABELME: &[u8] = br#"{"shapes":[{"label":"cyst","points":[[0,0],[3,0],[3,2]],"shape_type":"polygon"},{"label":"SRF","points":[[4,1],[2,3]],"shape_type":"rectangle"},{"label":"druse","points":[[6.5,2.5],[6.5,3.2]],"shape_type":"circle"},{"label":"ILM","points":[[0,0],[7,1]],"shape_type":"line"}],"imagePath":"a.png","imageData":null,"imageHeight":10,"imageWidth":12}"#;
const YOLO: &[u8] =
    b"0 0 0 0.5 0 0.5 0.5 0 0.5\n1 0.5 0.5 0.1 0.1\n2 0.25 0.5 0.75 0.5 0.75 1 0.25 1\n";

fn project(volume: Volume, mask: &Option<Mask>) -> Outcome<Vec<u8>> {
    let mask = mask.as_ref().ok_or("a mask")?;
    let payload = mask_to_payload(mask)?;
    let hash = ContentHash::of(&payload);
    let version = LabelVersion {
        id: VersionId(hash),
        tile: TileId::of(case_id_of(&volume), 0),
        number: 1,
        parents: Vec::new(),
        author: "ada".to_owned(),
        schema: LabelSchema::OCT_LAYERS_ID.to_owned(),
        payload: hash,
        kind: VersionKind::Edit,
        comment: String::new(),
        client_time_us: 1_763_900_000_000_000,
        hlc: 1,
        diff: MaskDiff::between(&Mask::background(mask.size()), mask)?,
    }
    .sealed();
    let case = ProjectCase {
        volume,
        tiles: vec![ProjectTile {
            working: Some(version.id),
            versions: vec![version],
        }],
        payloads: BTreeMap::from([(hash, payload)]),
    };
    let mut writer = ProjectWriter::new(Cursor::new(Vec::new()))?;
    writer.add_case(&case)?;
    Ok(writer.finish()?.into_inner())
}
