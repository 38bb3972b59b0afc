//! The door as its callers see it: files in, volumes and reports out, or a refusal of one sentence.

mod codes;
mod colour;
mod deidentified;
mod dicom;
mod door;
mod font;
mod hidden_text;
mod leak;
mod photometric;
mod pixels;
mod policy;
mod representations;
mod text;
