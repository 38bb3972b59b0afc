//! Requests that a person waits for, against the real server: whole scans, runs, signing in, the audit log.

mod account;
mod audit;
mod calls;
mod site;
mod uploads;
