//! One upload, one request further.

use std::cell::RefCell;

use fovea_annotation::CaseId;
use fovea_local_store::{Store, StoreError, UploadRecord};
use fovea_protocol::CaseFromUpload;
use uuid::Uuid;

use crate::{HttpTransport, RoundError, TransportError, http};

/// What a request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stepped {
    /// The server holds so many bytes more than before.
    Further(u64),
    /// The server has made a case of it.
    Taken {
        /// The case.
        case_id: CaseId,
        /// What a person should know about the scan.
        remark: String,
    },
}

/// An upload that is being sent.
#[derive(Debug)]
pub(super) struct Way {
    /// As the store has it.
    pub(super) record: UploadRecord,
    /// The server has said, since the last break, how much it holds.
    is_known: bool,
}

impl Way {
    pub(super) fn new(record: UploadRecord) -> Self {
        Self {
            record,
            is_known: false,
        }
    }

    /// True when every byte is there, and the next step is the firewall's.
    pub(super) fn is_whole(&self) -> bool {
        self.record.received == self.record.length
    }

    /// After a break nobody knows how much arrived: the server is asked before anything else is sent.
    pub(super) fn note_break(&mut self) {
        self.is_known = false;
    }
}

/// Brings the upload one request further and writes down how far it is then. It may be dropped anywhere.
pub(super) async fn step(
    way: &mut Way,
    transport: &HttpTransport,
    store: &RefCell<Store>,
    chunk_len: usize,
) -> Result<Stepped, RoundError> {
    let own = way.record.place.clone();
    match own.filter(|place| transport.owns(place)) {
        None => begin(way, transport, store).await,
        Some(place) if !way.is_known => ask(way, transport, store, &place).await,
        Some(place) if !way.is_whole() => append(way, transport, store, &place, chunk_len).await,
        Some(place) => offer(way, transport, store, &place).await,
    }
}

async fn begin(
    way: &mut Way,
    transport: &HttpTransport,
    store: &RefCell<Store>,
) -> Result<Stepped, RoundError> {
    let place = transport.begin_upload(way.record.length).await?;
    set_place(way, store, Some(place))?;
    way.is_known = true;
    Ok(Stepped::Further(0))
}

async fn ask(
    way: &mut Way,
    transport: &HttpTransport,
    store: &RefCell<Store>,
    place: &str,
) -> Result<Stepped, RoundError> {
    match transport.upload_received(place).await {
        Ok(received) => {
            note_received(way, store, received)?;
            way.is_known = true;
        }
        Err(TransportError::Refused { code, .. }) if code == "upload_unknown" => {
            // The scan was taken in and the word of it lost, or nobody came back for a day.
            let case_id = way.record.case_id;
            if way.record.offered && transport.has_case(case_id).await? {
                return Ok(Stepped::Taken {
                    case_id,
                    remark: String::new(),
                });
            }
            set_place(way, store, None)?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Stepped::Further(0))
}

async fn append(
    way: &mut Way,
    transport: &HttpTransport,
    store: &RefCell<Store>,
    place: &str,
    chunk_len: usize,
) -> Result<Stepped, RoundError> {
    let (upload, before) = (way.record.upload, way.record.received);
    let bytes = store.borrow().upload_bytes(upload, before, chunk_len)?;
    if bytes.is_empty() {
        return Err(StoreError::Missing {
            what: "rest of the scan",
            id: upload.to_string(),
        }
        .into());
    }
    let received = transport.append(place, before, bytes).await?;
    if received <= before {
        return Err(http::incompatible("an upload does not grow".to_owned()).into());
    }
    note_received(way, store, received)?;
    Ok(Stepped::Further(received - before))
}

async fn offer(
    way: &mut Way,
    transport: &HttpTransport,
    store: &RefCell<Store>,
    place: &str,
) -> Result<Stepped, RoundError> {
    store.borrow_mut().note_upload_offered(way.record.upload)?;
    way.record.offered = true;
    let record = &way.record;
    let offer = CaseFromUpload {
        upload_id: id_of(place)?,
        device_id: record.device_id.clone(),
        consent: record.consent.clone(),
        laterality: Some(record.laterality.clone()),
    };
    let taken = transport.take_case(&offer).await?;
    Ok(Stepped::Taken {
        case_id: taken.case_id,
        remark: taken.warnings.join(" "),
    })
}

/// An upload goes by the last part of its address.
fn id_of(place: &str) -> Result<Uuid, TransportError> {
    let id = place.rsplit('/').next().unwrap_or_default();
    id.parse()
        .map_err(|_| http::incompatible(format!("{id} names no upload")))
}

fn set_place(
    way: &mut Way,
    store: &RefCell<Store>,
    place: Option<String>,
) -> Result<(), StoreError> {
    let record = &mut way.record;
    store
        .borrow_mut()
        .place_upload(record.upload, place.as_deref())?;
    (record.place, record.received, record.offered) = (place, 0, false);
    Ok(())
}

fn note_received(way: &mut Way, store: &RefCell<Store>, received: u64) -> Result<(), StoreError> {
    let record = &mut way.record;
    store
        .borrow_mut()
        .note_upload_received(record.upload, received)?;
    record.received = received;
    Ok(())
}
