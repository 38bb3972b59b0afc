//! An entry of a journal to an edit: what was read is written as it came.

#![no_main]

use fovea_annotation::JournalEntry;
use fovea_fuzz::in_time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    if let Ok(entry) = JournalEntry::from_bytes(bytes) {
        let again = JournalEntry::from_bytes(&entry.to_bytes());
        assert_eq!(again, Ok(entry));
    }
}));
