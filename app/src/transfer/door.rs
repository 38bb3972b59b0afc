//! The one way in for scans: through the intake, which removes what is personal and says so.

use std::path::Path;

use fovea_annotation::CaseId;
use fovea_editor::{Consent, FileOrder, ImportOrder, Removal};
use fovea_imaging::{Volume, case_id_of};
use fovea_intake::{Decision, Declared, Examination, Intake, Policy, Refusal, Release, SiteKey};
use fovea_local_store::{NewCase, NewIntake, Store};

use super::case::new_case;
use super::removals::removals_of;
use super::words::sentence;

/// This site's rules with its secret.
pub struct Door {
    pub(super) intake: Intake,
    /// Name under which a person releases what was held back.
    by: String,
}

/// A scan as it would come in.
pub(super) struct Seen {
    /// The scan without anything personal.
    pub(super) volume: Volume,
    /// What is left behind, by kind.
    pub(super) removals: Vec<Removal>,
    /// Nothing but pixels and geometry is taken out of the file.
    pub(super) is_reduced: bool,
    /// Why a person must look at it first; empty when nobody must.
    pub(super) held_back: Vec<String>,
    /// Names what was looked at.
    pub(super) id: CaseId,
}

/// A scan that came through.
pub(super) struct Taken {
    /// As the store imports it, with its report.
    pub(super) case: NewCase,
    /// What was left behind, by kind.
    pub(super) removals: Vec<Removal>,
    /// Nothing but pixels and geometry was taken out of the file.
    pub(super) is_reduced: bool,
}

impl Door {
    /// Opens the door with the secret that the store keeps, for a person called `by`.
    pub fn open(store: &mut Store, policy: Policy, by: &str) -> Result<Self, String> {
        let key = SiteKey::new(store.site_key().map_err(sentence)?);
        Ok(Self {
            intake: Intake::new(policy, key),
            by: by.to_owned(),
        })
    }

    /// A door that nothing goes through: its stand-ins are made with a secret that is none.
    pub fn for_looking(policy: Policy, by: &str) -> Self {
        Self {
            intake: Intake::new(policy, SiteKey::new([0; 32])),
            by: by.to_owned(),
        }
    }

    /// Looks at a file without keeping anything of it.
    pub(super) fn look(&self, path: &Path) -> Result<Seen, Refusal> {
        let found = self.intake.examine_path(path)?;
        if found.decision == Decision::Reject {
            return Err(Refusal::Rejected {
                sentence: reasons(&found).join(" "),
            });
        }
        let held_back = match found.decision {
            Decision::Quarantine => reasons(&found),
            Decision::Allow | Decision::Deid | Decision::Reject => Vec::new(),
        };
        Ok(Seen {
            id: case_id_of(&found.volume),
            removals: removals_of(&found.attributes),
            is_reduced: found.decision != Decision::Allow && found.attributes.is_empty(),
            volume: found.volume,
            held_back,
        })
    }

    /// Takes a file in as `order` says.
    pub(super) fn take_in(
        &self,
        file: &FileOrder,
        order: &ImportOrder,
        title: Option<&str>,
    ) -> Result<Taken, Refusal> {
        let found = self.intake.examine_path(&file.path)?;
        let removals = removals_of(&found.attributes);
        let is_reduced = found.decision != Decision::Allow && found.attributes.is_empty();
        if file.seen.is_some_and(|id| id != case_id_of(&found.volume)) {
            let sentence = "The file has changed since it was looked at; import it again.";
            return Err(Refusal::Unreadable {
                sentence: sentence.to_owned(),
            });
        }
        let reason = file.released_because.clone();
        let declared = Declared {
            consent: order.consent.map(ground),
            device_id: (!order.device_id.is_empty()).then(|| order.device_id.clone()),
            laterality: file.laterality,
            spacing_um: file.spacing_um,
            release: reason.map(|reason| Release {
                by: self.by.clone(),
                reason,
            }),
        };
        let admitted = self.intake.admit(found, &declared)?;
        let unreadable = |sentence| Refusal::Unreadable { sentence };
        let mut case =
            new_case(&admitted.volume, title).map_err(|error| unreadable(sentence(error)))?;
        let report =
            serde_json::to_string(&admitted.report).map_err(|error| unreadable(sentence(error)))?;
        case.intake = Some(NewIntake {
            consent: order.consent.is_some(),
            device_id: order.device_id.clone(),
            released_because: admitted.report.released.map(|release| release.reason),
            report,
        });
        Ok(Taken {
            case,
            removals,
            is_reduced,
        })
    }
}

fn reasons(found: &Examination) -> Vec<String> {
    found
        .reasons
        .iter()
        .map(|reason| reason.sentence.clone())
        .collect()
}

pub(super) fn ground(consent: Consent) -> fovea_intake::Consent {
    match consent {
        Consent::Written => fovea_intake::Consent::Written,
        Consent::Broad => fovea_intake::Consent::Broad,
        Consent::Waiver => fovea_intake::Consent::Waiver,
        Consent::Public => fovea_intake::Consent::Public,
        Consent::NoPerson => fovea_intake::Consent::NoPerson,
    }
}
