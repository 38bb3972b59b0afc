//! The guard around decoders, most of which others wrote: a file that leads one to where its author did not go is refused
//! like any other that is damaged.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::ReadError;

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Does `work`, and turns a panic in it into a refusal. What `work` has changed by then must not be used afterwards.
///
/// # Errors
/// [`ReadError::DecoderFailed`].
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, ReadError> {
    let before = IS_GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(before);
    done.map_err(|_| ReadError::DecoderFailed)
}

/// True where a panic of this thread becomes a refusal, so that a panic hook has nothing to tell a person.
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_refusal_and_the_next_file_is_read() {
        assert!(!is_guarded());
        let outer = guarded(|| {
            let inner = guarded(|| -> u8 { panic!("index out of bounds") });
            assert!(matches!(inner, Err(ReadError::DecoderFailed)), "{inner:?}");
            is_guarded()
        });
        assert!(matches!(outer, Ok(true)), "{outer:?}");
        assert!(!is_guarded());
        assert!(matches!(guarded(|| 7), Ok(7)));
    }
}
