//! The client's encrypted database: journal, versions, outbox, cache.
