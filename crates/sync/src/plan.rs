//! The pure part: from what is queued and what the server lacks to the steps that bring it there.

use std::collections::BTreeSet;

use fovea_annotation::{CaseId, ContentHash};
use fovea_local_store::SyncState;
use fovea_protocol::{Hello, Limits, PROTOCOL_VERSION};
use uuid::Uuid;

use crate::TransportError;

/// How a session with a server begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// The data that gave our acknowledgements is still there.
    GoOn,
    /// Another server, or one restored from a backup: forget its acknowledgements and offer everything again.
    StartOver,
}

/// Compares what the server says of itself with what the store remembers.
pub fn greet(known: &SyncState, hello: &Hello) -> Result<Greeting, TransportError> {
    if !hello.protocol_versions.contains(&PROTOCOL_VERSION) {
        let why = format!(
            "it speaks {:?}, this program {PROTOCOL_VERSION}",
            hello.protocol_versions
        );
        return Err(TransportError::Incompatible { why });
    }
    let same = known.server == Some((hello.server_id, hello.incarnation));
    // A cursor that lies ahead of the server's means that its data went back without saying so.
    Ok(if same && known.cursor <= hello.cursor {
        Greeting::GoOn
    } else {
        Greeting::StartOver
    })
}

/// A queued operation as the plan sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedOp {
    /// Its id.
    pub op_id: Uuid,
    /// Operations of one case depend on each other.
    pub case_id: CaseId,
    /// Bytes that it takes in a push.
    pub bytes: u64,
    /// Blobs that it names.
    pub blobs: Vec<ContentHash>,
}

/// One step towards the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send a blob that the server lacks.
    PutBlob(ContentHash),
    /// Push these operations in one request, in this order.
    Push(Vec<Uuid>),
    /// This operation can never be sent: put it where a person sees it.
    Park {
        /// The operation.
        op_id: Uuid,
        /// Stable name of the reason.
        code: &'static str,
    },
}

/// Space in a push for the braces and commas around its operations.
const ENVELOPE_BYTES: u64 = 1_024;

/// Steps that bring `queued` (in order) to a server that lacks `missing`: every blob once and before the first push
/// that names it, operations in order, as few pushes as the limits allow.
pub fn plan(queued: &[QueuedOp], missing: &BTreeSet<ContentHash>, limits: &Limits) -> Vec<Step> {
    let ops_max = (limits.push_ops_max as usize).max(1);
    let bytes_max = limits.push_bytes_max.saturating_sub(ENVELOPE_BYTES);
    let mut steps = Vec::new();
    let mut sent = BTreeSet::new();
    let mut push = Vec::new();
    let mut push_bytes = 0;
    for op in queued {
        if op.bytes > bytes_max {
            steps.push(Step::Park {
                op_id: op.op_id,
                code: "operation_too_large",
            });
            continue;
        }
        if push.len() == ops_max || push_bytes + op.bytes > bytes_max {
            steps.push(Step::Push(std::mem::take(&mut push)));
            push_bytes = 0;
        }
        let lacking = op.blobs.iter().filter(|hash| missing.contains(hash));
        steps.extend(
            lacking
                .filter(|hash| sent.insert(**hash))
                .map(|hash| Step::PutBlob(*hash)),
        );
        push.push(op.op_id);
        push_bytes += op.bytes;
    }
    if !push.is_empty() {
        steps.push(Step::Push(push));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u8) -> ContentHash {
        ContentHash::of(&[n])
    }

    fn id(n: u8) -> Uuid {
        Uuid::from_u128(u128::from(n))
    }

    fn op(n: u8, bytes: u64, blobs: &[u8]) -> QueuedOp {
        let blobs = blobs.iter().map(|b| hash(*b)).collect();
        QueuedOp {
            op_id: id(n),
            case_id: CaseId(hash(0)),
            bytes,
            blobs,
        }
    }

    fn limits(push_ops_max: u32, room_bytes: u64) -> Limits {
        Limits {
            push_ops_max,
            push_bytes_max: room_bytes + ENVELOPE_BYTES,
            ..Limits::V1
        }
    }

    #[test]
    fn the_plan_by_example() {
        use Step::{Park, Push, PutBlob};
        let table = [
            ("nothing to do", vec![], vec![], limits(100, 1_000), vec![]),
            (
                "no blob is missing",
                vec![op(1, 10, &[1])],
                vec![],
                limits(100, 1_000),
                vec![Push(vec![id(1)])],
            ),
            (
                "blobs go first, each once",
                vec![op(1, 10, &[1, 2]), op(2, 10, &[2, 3])],
                vec![2, 3],
                limits(100, 1_000),
                vec![PutBlob(hash(2)), PutBlob(hash(3)), Push(vec![id(1), id(2)])],
            ),
            (
                "a push holds so many operations",
                vec![op(1, 1, &[]), op(2, 1, &[]), op(3, 1, &[9])],
                vec![9],
                limits(2, 1_000),
                vec![
                    Push(vec![id(1), id(2)]),
                    PutBlob(hash(9)),
                    Push(vec![id(3)]),
                ],
            ),
            (
                "a push holds so many bytes",
                vec![op(1, 600, &[]), op(2, 400, &[]), op(3, 1, &[])],
                vec![],
                limits(100, 1_000),
                vec![Push(vec![id(1), id(2)]), Push(vec![id(3)])],
            ),
            (
                "what fits into no push is parked, and the rest goes on",
                vec![op(1, 10, &[]), op(2, 1_001, &[1]), op(3, 10, &[])],
                vec![1],
                limits(100, 1_000),
                vec![
                    Park {
                        op_id: id(2),
                        code: "operation_too_large",
                    },
                    Push(vec![id(1), id(3)]),
                ],
            ),
        ];
        for (what, queued, missing, limits, expected) in table {
            let missing = missing.into_iter().map(hash).collect();
            assert_eq!(plan(&queued, &missing, &limits), expected, "{what}");
        }
    }

    #[test]
    fn greetings_by_example() {
        let hello = |server, incarnation, cursor, versions: &[u32]| Hello {
            server_id: id(server),
            incarnation: id(incarnation),
            protocol_versions: versions.to_vec(),
            server_version: String::new(),
            user: String::new(),
            role: String::new(),
            may_review_own: false,
            cursor,
            limits: Limits::V1,
            server_time_us: 0,
        };
        let met = SyncState {
            server: Some((id(1), id(2))),
            cursor: 10,
        };
        let table = [
            (
                "first contact",
                SyncState::default(),
                hello(1, 2, 0, &[1]),
                Some(Greeting::StartOver),
            ),
            (
                "the same data",
                met,
                hello(1, 2, 10, &[1, 2]),
                Some(Greeting::GoOn),
            ),
            (
                "restored from a backup",
                met,
                hello(1, 3, 10, &[1]),
                Some(Greeting::StartOver),
            ),
            (
                "another server",
                met,
                hello(4, 2, 99, &[1]),
                Some(Greeting::StartOver),
            ),
            (
                "went back without a word",
                met,
                hello(1, 2, 9, &[1]),
                Some(Greeting::StartOver),
            ),
            ("from the future", met, hello(1, 2, 10, &[7]), None),
        ];
        for (what, known, hello, expected) in table {
            assert_eq!(greet(&known, &hello).ok(), expected, "{what}");
        }
    }
}
