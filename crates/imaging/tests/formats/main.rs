//! Every format in and out, from bytes that the tests make themselves; the files of clinics are in `real.rs`.

mod build;
mod depth;
mod dicom_data_set;
mod dicom_fundus;
mod dicom_hostile;
mod dicom_images;
mod dicom_opt;
mod e2e;
mod export;
mod eyepy;
mod heidelberg;
mod heyex_xml;
mod hostile;
mod hostile_grids;
mod labels;
mod layer_lines;
mod matlab;
mod matlab_real;
mod meta_image;
mod nifti;
mod pictures;
mod project;
mod real;
mod sentences;
mod topcon;
mod topcon_real;
