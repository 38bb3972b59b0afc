//! Scans on their way to the server: what to send, how far it has come, and the bytes.

use fovea_annotation::CaseId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Result, Store, StoreError, sql};

/// Bytes of a piece, so that reading some of them does not read all.
const PART_LEN: usize = 1024 * 1024;

/// A scan to be sent. It passed the intake; nothing in its bytes names a person.
#[derive(Clone, Copy, Debug)]
pub struct NewUpload<'a> {
    /// What the person knows it by; stays on this machine.
    pub name: &'a str,
    /// The case that the server will make of it.
    pub case_id: CaseId,
    /// What the site calls the device.
    pub device_id: &'a str,
    /// Ground for using the scan, as the protocol names it.
    pub consent: &'a str,
    /// `right`, `left` or `unknown`.
    pub laterality: &'a str,
    /// What is sent.
    pub bytes: &'a [u8],
}

/// Where an upload stands, as far as it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadStage {
    /// It is sent as soon as that is possible.
    Waiting,
    /// A person stopped it for a while.
    Paused,
    /// The server will not take it; the bytes are kept for another try.
    Refused,
    /// The server has it; the bytes are not kept.
    Done,
}

impl UploadStage {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Waiting, "waiting"),
        (Self::Paused, "paused"),
        (Self::Refused, "refused"),
        (Self::Done, "done"),
    ];

    fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(stage, _)| *stage == self);
        found.map_or("waiting", |(_, name)| name)
    }

    fn of(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(stage, _)| *stage)
    }
}

/// A stored upload without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRecord {
    /// Names it in this store.
    pub upload: i64,
    /// What the person knows it by.
    pub name: String,
    /// The case that the server makes, or made, of it.
    pub case_id: CaseId,
    /// Bytes in all.
    pub length: u64,
    /// What the site calls the device.
    pub device_id: String,
    /// Ground for using the scan.
    pub consent: String,
    /// `right`, `left` or `unknown`.
    pub laterality: String,
    /// Where it stands.
    pub stage: UploadStage,
    /// Address on its server, once it has begun there.
    pub place: Option<String>,
    /// Bytes that the server has said it holds.
    pub received: u64,
    /// The server was asked to take the scan in, and the answer may have been lost.
    pub offered: bool,
    /// What the server said of it; empty when nothing.
    pub sentence: String,
}

const COLUMNS: &str = "upload, name, case_id, length, device_id, consent, laterality, stage, place, received, offered, sentence";

impl Store {
    /// Takes a scan to be sent, all of it in one transaction. One that is on its way already is not doubled.
    pub fn add_upload(&mut self, new: &NewUpload<'_>) -> Result<i64> {
        if new.bytes.is_empty() {
            return Err(StoreError::refused("scan", "it has no byte"));
        }
        let now_us = self.now_us();
        self.write(|tx| match on_its_way(tx, new.case_id)? {
            Some(upload) => Ok(upload),
            None => insert(tx, new, now_us),
        })
    }

    /// Every upload, oldest first.
    pub fn uploads(&self) -> Result<Vec<UploadRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM uploads ORDER BY upload");
        let mut statement = self.conn().prepare_cached(&sql)?;
        let rows = statement.query_map([], record)?;
        rows.map(|row| row?).collect()
    }

    /// At most `len_max` bytes of an upload from `offset` on.
    pub fn upload_bytes(&self, upload: i64, offset: u64, len_max: usize) -> Result<Vec<u8>> {
        let sql = "SELECT at, bytes FROM upload_parts WHERE upload = ?1 AND at > ?2 AND at < ?3 ORDER BY at";
        let end = offset.saturating_add(len_max as u64);
        let first = offset.cast_signed() - PART_LEN as i64;
        let mut statement = self.conn().prepare_cached(sql)?;
        let mut rows = statement.query(params![upload, first, end.cast_signed()])?;
        let mut bytes = Vec::with_capacity(len_max.min(16 * PART_LEN));
        while let Some(row) = rows.next()? {
            let at = sql::count(row, 0)?;
            let part = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let within = |place: u64| (place.saturating_sub(at) as usize).min(part.len());
            bytes.extend_from_slice(&part[within(offset)..within(end)]);
        }
        Ok(bytes)
    }

    /// The upload has begun at this address of its server; `None` when it must begin anew.
    pub fn place_upload(&mut self, upload: i64, place: Option<&str>) -> Result<()> {
        self.change(
            "UPDATE uploads SET place = ?2, received = 0, offered = 0 WHERE upload = ?1",
            params![upload, place],
        )
    }

    /// The server says that it holds so many bytes.
    pub fn note_upload_received(&mut self, upload: i64, received: u64) -> Result<()> {
        self.change(
            "UPDATE uploads SET received = ?2 WHERE upload = ?1",
            params![upload, received.cast_signed()],
        )
    }

    /// The server is about to be asked to take the scan in.
    pub fn note_upload_offered(&mut self, upload: i64) -> Result<()> {
        self.change(
            "UPDATE uploads SET offered = 1 WHERE upload = ?1",
            params![upload],
        )
    }

    /// A person stopped an upload, went on with it, or the server refused it. What is done stays done.
    pub fn stage_upload(&mut self, upload: i64, stage: UploadStage, sentence: &str) -> Result<()> {
        self.change(
            "UPDATE uploads SET stage = ?2, sentence = ?3 WHERE upload = ?1 AND stage <> 'done'",
            params![upload, stage.name(), sentence],
        )
    }

    /// The server has made a case of it; its bytes are not needed any more.
    pub fn finish_upload(&mut self, upload: i64, case_id: CaseId, sentence: &str) -> Result<()> {
        let finish = "UPDATE uploads SET stage = 'done', received = length, case_id = ?2, sentence = ?3 WHERE upload = ?1";
        self.write(|tx| {
            tx.execute(finish, params![upload, case_id.0.as_bytes(), sentence])?;
            drop_bytes(tx, upload)
        })
    }

    /// Forgets an upload with its bytes.
    pub fn remove_upload(&mut self, upload: i64) -> Result<()> {
        self.write(|tx| {
            drop_bytes(tx, upload)?;
            tx.execute("DELETE FROM uploads WHERE upload = ?1", [upload])?;
            Ok(())
        })
    }

    /// Devices that scans came in or went out with, the one used last first.
    pub fn known_devices(&self) -> Result<Vec<String>> {
        let sql = "SELECT device_id FROM (
                     SELECT device_id, at_us FROM intakes UNION ALL SELECT device_id, added_at_us FROM uploads)
                   WHERE device_id <> '' GROUP BY device_id ORDER BY max(at_us) DESC, device_id";
        let mut statement = self.conn().prepare_cached(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn change(&mut self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        self.write(|tx| Ok(tx.prepare_cached(sql)?.execute(values).map(drop)?))
    }
}

fn on_its_way(conn: &Connection, case_id: CaseId) -> Result<Option<i64>> {
    let sql = "SELECT upload FROM uploads WHERE case_id = ?1 AND stage IN ('waiting', 'paused')";
    let found = conn.query_row(sql, [case_id.0.as_bytes()], |row| row.get(0));
    Ok(found.optional()?)
}

fn insert(tx: &Connection, new: &NewUpload<'_>, now_us: i64) -> Result<i64> {
    let sql = "INSERT INTO uploads (name, case_id, length, device_id, consent, laterality, stage, added_at_us)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7)";
    tx.execute(
        sql,
        params![
            new.name,
            new.case_id.0.as_bytes(),
            new.bytes.len() as i64,
            new.device_id,
            new.consent,
            new.laterality,
            now_us
        ],
    )?;
    let upload = tx.last_insert_rowid();
    let mut part =
        tx.prepare("INSERT INTO upload_parts (upload, at, bytes) VALUES (?1, ?2, ?3)")?;
    for (number, bytes) in new.bytes.chunks(PART_LEN).enumerate() {
        part.execute(params![upload, (number * PART_LEN) as i64, bytes])?;
    }
    Ok(upload)
}

fn drop_bytes(tx: &Connection, upload: i64) -> Result<()> {
    tx.execute("DELETE FROM upload_parts WHERE upload = ?1", [upload])?;
    Ok(())
}

fn record(row: &Row<'_>) -> rusqlite::Result<Result<UploadRecord>> {
    let stage: String = row.get(7)?;
    let Some(stage) = UploadStage::of(&stage) else {
        return Ok(Err(StoreError::unreadable("upload", stage)));
    };
    Ok(Ok(UploadRecord {
        upload: row.get(0)?,
        name: row.get(1)?,
        case_id: sql::case_id(row, 2)?,
        length: sql::count(row, 3)?,
        device_id: row.get(4)?,
        consent: row.get(5)?,
        laterality: row.get(6)?,
        stage,
        place: row.get(8)?,
        received: sql::count(row, 9)?,
        offered: row.get(10)?,
        sentence: row.get(11)?,
    }))
}
