//! The PHI firewall: what may come in, what is removed on the way, and the report of it.
//!
//! One code for the client and for the server. [`Intake::examine_path`] looks at a file and says what would happen;
//! [`Intake::admit`] lets it in, if what the policy asks for is declared; [`Intake::deidentify_path`] sends it out again
//! as DICOM. What comes out holds no name, id, date or free text of the file: pixels and geometry as a volume, for DICOM
//! also the de-identified file, and a report that tells what was done to which attribute, never a value.
//!
//! | module | holds |
//! |---|---|
//! | `policy` | the rules, as a versioned text with a hash |
//! | `profile` | the Basic Profile of PS3.15, as a table |
//! | `vocabulary` | published words: the only text of a file that stays |
//! | `devices` | makers and models that stay, to which a policy may add |
//! | `deid` | the walk through a data set |
//! | `text` | how much pixels look like text |
//! | `report` | what was done |

mod cleaned;
mod declared;
mod deid;
mod deidentified;
mod devices;
mod examination;
mod facts;
mod intake;
mod policy;
mod profile;
mod pseudonym;
mod refusal;
mod report;
mod site_key;
mod text;
mod vocabulary;
mod volume;

pub use declared::{Consent, Declared, Release};
pub use deidentified::Deidentified;
pub use examination::{Admitted, Examination};
pub use intake::Intake;
pub use policy::{Decision, Flag, Policy, PolicyError, Reason};
pub use refusal::Refusal;
pub use report::{Action, AttributeReport, Report};
pub use site_key::SiteKey;
pub use text::text_score;
pub use volume::number_unknown_layers;
