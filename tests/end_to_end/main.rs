//! The real desktop program and the real server, used as a person uses them: on a display of the test's own, with
//! pointer, keyboard and a screen reader's view.

mod administrator;
mod driver;
mod exchange;
mod idle;
mod main_job;
mod returned;
mod sending;
mod words;
