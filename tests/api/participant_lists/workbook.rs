//! Workbooks in the form of the official one.

use rust_xlsxwriter::Workbook;

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The day of the lists of these tests.
pub(super) const LIST_DAY: &str = "2026-11-19";

pub(super) const HEADINGS: [&str; 17] = [
    "Public Display Name",
    "Legal Name",
    "Install Date",
    "Usage End Date",
    "Inactive Start Date",
    "Framework",
    "Status",
    "HR Data",
    "Non-HR Data",
    "Street",
    "City",
    "State",
    "Postal Code",
    "Covered Entities",
    "Industries",
    "Privacy Policies",
    "Public Link",
];

const EU: &str = "EU-U.S. Data Privacy Framework";
const FRAMEWORKS: [&str; 3] = [
    EU,
    "UK Extension to the EU-U.S. Data Privacy Framework",
    "Swiss-U.S. Data Privacy Framework",
];

/// A row of the workbook, by heading.
pub(super) type Row = Vec<(&'static str, String)>;

/// A participant that is active in all three frameworks since the demo's certifications begin.
pub(super) fn participant(id: u32, name: &str) -> Vec<Row> {
    let row = |framework: &str| {
        let link = format!("https://www.dataprivacyframework.gov/participant/{id}");
        [
            ("Public Display Name", name),
            ("Legal Name", name),
            ("Install Date", "9/1/2023"),
            ("Usage End Date", "8/30/2027"),
            ("Framework", framework),
            ("Status", "Active"),
            ("HR Data", "No"),
            ("Non-HR Data", "Yes"),
            ("City", "Springfield"),
            ("Public Link", &link),
        ]
        .map(|(heading, value)| (heading, value.to_owned()))
        .to_vec()
    };
    FRAMEWORKS.iter().map(|framework| row(framework)).collect()
}

/// The same rows with other values under some headings.
pub(super) fn with(mut rows: Vec<Row>, values: &[(&'static str, &str)]) -> Vec<Row> {
    for row in &mut rows {
        for (heading, value) in values {
            row.retain(|(held, _)| held != heading);
            row.push((heading, (*value).to_owned()));
        }
    }
    rows
}

/// The same rows, of which the one of the EU-US framework says that it lapsed on 3 November 2026.
fn lapsed(mut rows: Vec<Row>) -> Vec<Row> {
    let inactive = [("Status", "Inactive"), ("Inactive Start Date", "11/3/2026")];
    let eu = with(vec![rows.remove(0)], &inactive);
    rows.extend(eu);
    rows
}

/// The demo's four companies as the register has them, under their legal names.
pub(super) fn four() -> Vec<Vec<Row>> {
    vec![
        participant(1, "Amazon Web Services, Inc."),
        participant(2, "DigitalOcean, LLC"),
        participant(3, "Stripe, LLC"),
        participant(4, "Cloudflare, Inc."),
    ]
}

/// The four, of which only the first is as the register has it: one has other days, one covers HR
/// data, one has lapsed.
pub(super) fn differing() -> Vec<Vec<Row>> {
    let mut four = four();
    four[1] = with(four[1].clone(), &[("Install Date", "10/2/2023")]);
    four[2] = with(four[2].clone(), &[("HR Data", "Yes")]);
    four[3] = lapsed(four[3].clone());
    four
}

/// Twenty participants that are nobody whom the register knows, two of them nearly.
pub(super) fn others() -> Vec<Vec<Row>> {
    let mut others = vec![
        participant(5, "Stripes Technologies, Inc."),
        participant(6, "Ocean Digital, Inc."),
    ];
    others.extend((7..=24).map(|id| participant(id, &format!("Participant {id}, Inc."))));
    others
}

/// A workbook of participants.
pub(super) fn workbook(participants: &[Vec<Row>]) -> Vec<u8> {
    headed(&HEADINGS, participants)
}

/// The four as the list may have them, and the others.
pub(super) fn published(four: Vec<Vec<Row>>) -> Vec<u8> {
    let mut all = four;
    all.extend(others());
    workbook(&all)
}

/// A workbook with these headings; what a row says under no heading is left out.
pub(super) fn headed(headings: &[&str], participants: &[Vec<Row>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0_u16..).zip(headings) {
        sheet.write(0, column, *heading).expect("a heading");
    }
    for (at, row) in (1_u32..).zip(participants.iter().flatten()) {
        for (column, heading) in (0_u16..).zip(headings) {
            if let Some((_, value)) = row.iter().find(|(held, _)| held == heading) {
                sheet.write(at, column, value).expect("a cell");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}
