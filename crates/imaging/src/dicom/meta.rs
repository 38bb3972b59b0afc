//! The file meta group (PS3.10 section 7.1).

use dicom_core::PrimitiveValue;
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTable, FileMetaTableBuilder, InMemDicomObject};

use super::FORMAT;
use super::attribute::name_of;
use super::lookup::text_of;
use crate::ReadError;

/// The meta group of a file from its elements. What it lacks comes from the data set, where that has it.
pub(super) fn meta_table(
    group: &InMemDicomObject,
    transfer_syntax: &str,
    data_set: &InMemDicomObject,
) -> Result<FileMetaTable, ReadError> {
    let class = text_of(group, tags::MEDIA_STORAGE_SOP_CLASS_UID)
        .or_else(|| text_of(data_set, tags::SOP_CLASS_UID));
    let instance = text_of(group, tags::MEDIA_STORAGE_SOP_INSTANCE_UID)
        .or_else(|| text_of(data_set, tags::SOP_INSTANCE_UID));
    let mut table = FileMetaTableBuilder::new()
        .transfer_syntax(transfer_syntax)
        .media_storage_sop_class_uid(class.unwrap_or_default())
        .media_storage_sop_instance_uid(instance.unwrap_or_default());
    if let Some(value) = text_of(group, tags::IMPLEMENTATION_CLASS_UID) {
        table = table.implementation_class_uid(value);
    }
    if let Some(value) = text_of(group, tags::IMPLEMENTATION_VERSION_NAME) {
        table = table.implementation_version_name(value);
    }
    if let Some(value) = text_of(group, tags::SOURCE_APPLICATION_ENTITY_TITLE) {
        table = table.source_application_entity_title(value);
    }
    if let Some(value) = text_of(group, tags::SENDING_APPLICATION_ENTITY_TITLE) {
        table = table.sending_application_entity_title(value);
    }
    if let Some(value) = text_of(group, tags::RECEIVING_APPLICATION_ENTITY_TITLE) {
        table = table.receiving_application_entity_title(value);
    }
    if let Some(value) = text_of(group, tags::PRIVATE_INFORMATION_CREATOR_UID) {
        table = table.private_information_creator_uid(value);
    }
    if let Some(PrimitiveValue::U8(bytes)) = group
        .get(tags::PRIVATE_INFORMATION)
        .and_then(|element| element.value().primitive())
    {
        table = table.private_information(bytes.to_vec());
    }
    table.build().map_err(|_| {
        let attribute = name_of(tags::TRANSFER_SYNTAX_UID);
        ReadError::field(FORMAT, attribute, "it is missing")
    })
}
