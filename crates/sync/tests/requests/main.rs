//! Requests that a person waits for, against the real server: whole scans, runs, signing in.

mod account;
mod calls;
mod site;
mod uploads;
