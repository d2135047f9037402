//! From official numbers to publications; a link is never typed.

use transfer_decision::citation::Publication;

use super::fields::Fields;

/// The numbers of which a row gives exactly one.
#[derive(Default)]
pub(super) struct Numbers<'a> {
    /// EUR-Lex.
    pub(super) celex: Option<&'a str>,
    /// Fedlex: year and page of the official compilation.
    pub(super) fedlex: Option<&'a str>,
    /// legislation.gov.uk: the path.
    pub(super) uk: Option<&'a str>,
    /// The FDPIC's list, which has no number.
    pub(super) fdpic: Option<bool>,
}

impl Numbers<'_> {
    /// The publication that the row's one number names.
    pub(super) fn publication(&self, fields: &mut Fields<'_>) -> Option<Publication> {
        self.read(None, fields)
    }

    /// The publication that the one number within a field names.
    pub(super) fn publication_in(
        &self,
        field: &str,
        fields: &mut Fields<'_>,
    ) -> Option<Publication> {
        self.read(Some(field), fields)
    }

    fn read(&self, within: Option<&str>, fields: &mut Fields<'_>) -> Option<Publication> {
        let given = [
            self.celex.is_some(),
            self.fedlex.is_some(),
            self.uk.is_some(),
            self.fdpic.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            match within {
                None => fields.fault(
                    "celex",
                    "a row gives exactly one of `celex`, `fedlex`, `uk` and `fdpic`",
                ),
                Some(field) => {
                    fields.fault(field, "gives exactly one of `celex`, `fedlex` and `uk`");
                }
            }
            return None;
        }
        match (self.celex, self.fedlex, self.uk) {
            (Some(number), _, _) => celex(within.unwrap_or("celex"), number, fields)
                .then(|| Publication::Celex(number.to_owned())),
            (_, Some(number), _) => fedlex(within.unwrap_or("fedlex"), number, fields)
                .then(|| Publication::Fedlex(number.to_owned())),
            (_, _, Some(path)) => uk(within.unwrap_or("uk"), path, fields)
                .then(|| Publication::UkLegislation(path.to_owned())),
            (None, None, None) if self.fdpic == Some(true) => Some(Publication::Fdpic),
            (None, None, None) => {
                fields.fault("fdpic", "is `true` or left out");
                None
            }
        }
    }
}

/// Whether a text has the shape of a CELEX number: sector, year, letters, then the act's number
/// (`32016R0679`, `12016E355`, `12020W/TXT`, `22021A0430(01)`).
pub(super) fn celex(field: &str, number: &str, fields: &mut Fields<'_>) -> bool {
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let act = number.get(digits..).unwrap_or_default();
    let letters = act.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = act.get(letters..).unwrap_or_default();
    let fits = digits == 5
        && (1..=2).contains(&letters)
        && !rest.is_empty()
        && rest.bytes().all(|byte| {
            byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"/()".contains(&byte)
        });
    if !fits {
        fields.fault(field, format!("`{number}` is no CELEX number"));
    }
    fits
}

fn fedlex(field: &str, number: &str, fields: &mut Fields<'_>) -> bool {
    let fits = number.split_once('/').is_some_and(|(year, page)| {
        year.len() == 4
            && year.bytes().all(|byte| byte.is_ascii_digit())
            && page.bytes().any(|byte| byte.is_ascii_digit())
            && page
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'_')
    });
    if !fits {
        fields.fault(
            field,
            format!("`{number}` is no year and page of the official compilation (`2022/491`)"),
        );
    }
    fits
}

fn uk(field: &str, path: &str, fields: &mut Fields<'_>) -> bool {
    let mut parts = path.split('/');
    let fits = matches!(parts.next(), Some("ukpga" | "uksi" | "eur"))
        && path.split('/').count() >= 3
        && parts
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if !fits {
        fields.fault(
            field,
            format!("`{path}` is no path on legislation.gov.uk (`uksi/2023/1028`)"),
        );
    }
    fits
}
