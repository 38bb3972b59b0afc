//! What can be wrong with an audit log.

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// Content and hash of a line do not belong together.
    #[error("line {seq} was changed: its hash does not belong to its content")]
    Changed {
        /// The line.
        seq: u64,
    },
    /// A line does not follow the one before it.
    #[error(
        "line {seq} does not follow the line before it: something was removed, moved or put in"
    )]
    Unchained {
        /// The line.
        seq: u64,
    },
    /// A number is missing.
    #[error("line {seq} is missing")]
    Gap {
        /// The first missing line of the gap.
        seq: u64,
    },
    /// A head that was written down is not in the chain.
    #[error("line {seq} was written down and is not in the log: the log was cut off or replaced")]
    HeadLost {
        /// The line.
        seq: u64,
    },
    /// Heads that the server did not sign.
    #[error(
        "{count} of the heads that were written down are not signed with the server's key: they were changed or written by somebody else"
    )]
    HeadsForged {
        /// How many.
        count: u64,
    },
    /// The end of the log stands under no signature.
    #[error(
        "the lines from {seq} on are under no signature: the server did not write them, or its signature was taken away"
    )]
    TailUnsigned {
        /// The first of them.
        seq: u64,
    },
    /// There is nothing to check signatures with.
    #[error(
        "the file audit.key is missing and no key was given; restore it from its copy, or give the key that `fovea-server audit-key` has printed"
    )]
    KeyMissing,
    /// Label versions without their line.
    #[error("{count} label versions have no line in the log")]
    LabelsWithoutLine {
        /// How many.
        count: u64,
    },
    /// Reviews or approvals without their line.
    #[error("{count} reviews or approvals have no line in the log")]
    DecisionsWithoutLine {
        /// How many.
        count: u64,
    },
    /// The guard against changes is gone.
    #[error("the trigger {name} is missing from the database")]
    TriggerMissing {
        /// Its name.
        name: &'static str,
    },
}

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct AuditReport {
    /// Lines checked.
    pub lines: u64,
    /// Heads checked: those of the database and those of the files.
    pub heads: u64,
    /// Lines behind the last head. The server signs every line, so in its database there are none; a log that was
    /// downloaded after the heads has some, and of these nothing is known.
    pub unsigned: u64,
    /// Everything that is wrong; empty is good.
    pub faults: Vec<AuditFault>,
}
