//! How cases came in: consent, device, and what the intake removed; and this site's secret.

use fovea_annotation::CaseId;
use rusqlite::{Connection, params};

use crate::{Result, Store, StoreError, settings};

const SITE_KEY: &str = "intake.site-key";

/// One way in which a case came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIntake {
    /// The person said that the patient's consent is there.
    pub consent: bool,
    /// What the site calls the device; never a name of a person.
    pub device_id: String,
    /// Why a person let a file in that the intake had held back.
    pub released_because: Option<String>,
    /// The intake's report as JSON; it holds no value of the file.
    pub report: String,
}

/// A stored [`NewIntake`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeRecord {
    /// How it came in.
    pub intake: NewIntake,
    /// When, µs since 1970 UTC.
    pub at_us: i64,
}

impl Store {
    /// Every way in which a case came in, oldest first.
    pub fn intakes(&self, case_id: CaseId) -> Result<Vec<IntakeRecord>> {
        let sql = "SELECT consent, device_id, released_because, report, at_us FROM intakes WHERE case_id = ?1 ORDER BY seq";
        let mut statement = self.conn().prepare_cached(sql)?;
        let rows = statement.query_map([case_id.0.as_bytes()], |row| {
            let intake = NewIntake {
                consent: row.get(0)?,
                device_id: row.get(1)?,
                released_because: row.get(2)?,
                report: row.get(3)?,
            };
            Ok(IntakeRecord {
                intake,
                at_us: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// This site's secret, under which identifiers of source files get stand-ins. Made once, and never leaves the
    /// encrypted store.
    pub fn site_key(&mut self) -> Result<[u8; 32]> {
        self.write(|tx| {
            if let Some(text) = settings::get(tx, SITE_KEY)? {
                let mut key = [0; 32];
                hex::decode_to_slice(text, &mut key)
                    .map_err(|error| StoreError::unreadable("site key", error))?;
                return Ok(key);
            }
            let mut key = [0; 32];
            getrandom::fill(&mut key).map_err(|error| {
                StoreError::refused(
                    "site key",
                    format!("the system has no random bytes ({error})"),
                )
            })?;
            settings::set(tx, SITE_KEY, &hex::encode(key))?;
            Ok(key)
        })
    }
}

/// Takes note of a way in; one that is known already is left alone.
pub(crate) fn record(
    tx: &Connection,
    case_id: CaseId,
    intake: &NewIntake,
    now_us: i64,
) -> Result<()> {
    let sql = "INSERT INTO intakes (case_id, consent, device_id, released_because, report, at_us)
               SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (
                 SELECT 1 FROM intakes WHERE case_id = ?1 AND consent = ?2 AND device_id = ?3
                   AND released_because IS ?4 AND report = ?5)";
    tx.prepare_cached(sql)?.execute(params![
        case_id.0.as_bytes(),
        intake.consent,
        intake.device_id,
        intake.released_because,
        intake.report,
        now_us
    ])?;
    Ok(())
}
