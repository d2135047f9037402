//! Running what may panic at a damaged file.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
    thread,
};

thread_local! {
    /// Whether a panic of this thread is a file's fault.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Before this, a panic is told as it always was.
static QUIET: Once = Once::new();

/// Runs the reader of workbooks, which multiplies what it finds in a damaged one without asking
/// whether the product is a number. Its panic is the file's fault and an answer to who sent it, so
/// that the log does not tell of it as of a fault of the service.
pub(super) fn unwound<T>(read: impl FnOnce() -> T) -> thread::Result<T> {
    QUIET.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !EXPECTED.get() {
                told(panic);
            }
        }));
    });
    EXPECTED.set(true);
    let read = panic::catch_unwind(AssertUnwindSafe(read));
    EXPECTED.set(false);
    read
}

#[cfg(test)]
#[expect(clippy::panic, reason = "what is tested is what becomes of it")]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_expected_of_the_reader_and_of_nothing_after_it() {
        assert!(!EXPECTED.get());
        assert!(unwound(|| EXPECTED.get()).is_ok_and(|expected| expected));
        assert!(unwound(|| -> u8 { panic!("a number is out of range") }).is_err());
        assert!(!EXPECTED.get());
    }
}
