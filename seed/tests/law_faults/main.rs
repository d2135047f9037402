//! A law pack with a mistake is refused, and the mistake is named by file, row and field.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot make its mistake has failed"
)]

mod pack;
mod rows;

use transfer_registry_seed::{
    Fault,
    law::{self, FILES, PackFile},
};

const EU_ADEQUACY: &str = "eu/adequacy.toml";
const EU_MEMBERSHIP: &str = "eu/membership.toml";
const EU_TOOLS: &str = "eu/tools.toml";

/// One correction that a person makes: in a file, after a place, one text for another.
struct Edit {
    file: &'static str,
    after: &'static str,
    from: &'static str,
    to: &'static str,
}

/// The faults of the shipped pack with these edits made.
fn faults_of(edits: &[Edit]) -> Vec<Fault> {
    let texts: Vec<(&str, String)> = FILES
        .iter()
        .map(|file| {
            let mut text = file.text.to_owned();
            for edit in edits.iter().filter(|edit| edit.file == file.path) {
                let place = text.find(edit.after).expect(edit.after);
                let (before, rest) = text.split_at(place);
                assert!(rest.contains(edit.from), "no `{}` there", edit.from);
                text = format!("{before}{}", rest.replacen(edit.from, edit.to, 1));
            }
            (file.path, text)
        })
        .collect();
    let files: Vec<_> = texts
        .iter()
        .map(|(path, text)| PackFile { path, text })
        .collect();
    law::parse(&files)
        .err()
        .map_or_else(Vec::new, |error| error.faults)
}

/// Makes one edit and demands exactly one fault, of this row and field, that says this.
fn refuses(
    file: &'static str,
    after: &'static str,
    (from, to): (&'static str, &'static str),
    (row, field, says): (&str, &str, &str),
) {
    let faults = faults_of(&[Edit {
        file,
        after,
        from,
        to,
    }]);
    let [fault] = faults.as_slice() else {
        assert_eq!(faults.len(), 1, "{faults:#?}");
        return;
    };
    assert_eq!(
        (fault.file.as_str(), fault.row.as_str()),
        (file, row),
        "{fault}"
    );
    assert_eq!(fault.field, field, "{fault}");
    assert!(fault.what.contains(says), "{fault}");
}
