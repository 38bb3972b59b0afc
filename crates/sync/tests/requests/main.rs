//! Requests that a person waits for, against the real server: whole scans, runs, signing in, the audit log, labels; and when
//! the engine asks at all.

mod account;
mod audit;
mod calls;
mod labels;
mod site;
mod uploads;
mod wakes;
