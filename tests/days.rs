//! Calendar days of test data.

use chrono::{Days, NaiveDate};

/// A day written `YYYY-MM-DD`.
fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day of the test's own data")
}

pub(crate) fn before(text: &str) -> String {
    let before = day(text).checked_sub_days(Days::new(1));
    before.expect("a day before").to_string()
}

pub(crate) fn after(text: &str) -> String {
    let after = day(text).checked_add_days(Days::new(1));
    after.expect("a day after").to_string()
}
