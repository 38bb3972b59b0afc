//! What a check has to say.

/// The outcome of one check.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Report {
    /// One sentence per thing that has to change: what is wrong, where, and what to do.
    pub(crate) findings: Vec<String>,
    /// One line of figures for a reader of the log.
    pub(crate) figures: String,
}
