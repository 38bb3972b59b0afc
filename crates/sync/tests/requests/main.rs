//! Requests that a person waits for, against the real server: whole scans, runs, signing in, the audit log, labels.

mod account;
mod audit;
mod calls;
mod labels;
mod site;
mod uploads;
