//! Mistakes inside one row.

use super::{EU_ADEQUACY, EU_MEMBERSHIP, EU_TOOLS, refuses};

#[test]
fn a_reversed_span_is_refused() {
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-US-PS-2016-1250",
        ("valid_to = \"2020-07-15\"", "valid_to = \"2016-07-11\""),
        (
            "EU-ADQ-US-PS-2016-1250",
            "valid_to",
            "2016-07-11 is before the first day 2016-07-12",
        ),
    );
    refuses(
        EU_MEMBERSHIP,
        "valid_from = \"2021-01-01\"",
        ("valid_to = \"2021-06-27\"", "valid_to = \"2020-06-27\""),
        ("eu/GB/2021-01-01", "valid_to", "is before the first day"),
    );
    refuses(
        EU_TOOLS,
        "EU-SCC-2010-87",
        (
            "last_day_of_effect = \"2022-12-27\"",
            "last_day_of_effect = \"2010-05-14\"",
        ),
        (
            "EU-SCC-2010-87",
            "last_day_of_effect",
            "is before the first day",
        ),
    );
    refuses(
        EU_TOOLS,
        "EU-SCC-2010-87",
        (
            "last_signing_day = \"2021-09-26\"",
            "last_signing_day = \"2010-05-14\"",
        ),
        (
            "EU-SCC-2010-87",
            "last_signing_day",
            "2010-05-14 is before 2010-05-15",
        ),
    );
}

#[test]
fn an_unknown_territory_is_refused() {
    for (to, code) in [
        ("territory = \"UK\"", "UK"),
        ("territory = \"EL\"", "EL"),
        ("territory = \"nz\"", "nz"),
        ("territory = \"NZL\"", "NZL"),
        ("territory = \"EU\"", "EU"),
    ] {
        refuses(
            EU_ADEQUACY,
            "EU-ADQ-NZ-2013-65",
            ("territory = \"NZ\"", to),
            ("EU-ADQ-NZ-2013-65", "territory", code),
        );
    }
    refuses(
        EU_MEMBERSHIP,
        "[[membership]]",
        ("territory = \"GR\"", "territory = \"EL\""),
        ("eu/EL/2000-01-01", "territory", "unknown country `EL`"),
    );
}

#[test]
fn a_row_covers_a_territory_or_an_organisation() {
    let what = "either a `territory` or an `organisation`";
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-EPO-2025-1382",
        (
            "organisation = \"epo\"",
            "organisation = \"epo\"\nterritory = \"DE\"",
        ),
        ("EU-ADQ-EPO-2025-1382", "territory", what),
    );
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-EPO-2025-1382",
        ("organisation = \"epo\"\n", ""),
        ("EU-ADQ-EPO-2025-1382", "territory", what),
    );
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-EPO-2025-1382",
        ("organisation = \"epo\"", "organisation = \"EPO\""),
        ("EU-ADQ-EPO-2025-1382", "organisation", "`EPO` is no slug"),
    );
}

#[test]
fn an_unknown_condition_is_refused() {
    let row = "EU-ADQ-JP-2019-419";
    let from = "{ requires_recipient_attribute = [\"appi_business_operator\"] }";
    for (to, says) in [
        ("{ requires_moonlight = \"full\" }", "requires_moonlight"),
        (
            "{ requires_recipient_attribute = [\"appi_operator\"] }",
            "unknown attribute `appi_operator`",
        ),
        (
            "{ requires_certification = \"eu-us-shield\" }",
            "unknown framework `eu-us-shield`",
        ),
        (
            "{ excludes_data = [\"gossip\"] }",
            "unknown data category `gossip`",
        ),
        ("{ hr_data_requires = \"hr\" }", "`hr_coverage`, not `hr`"),
        (
            "{ excludes_purpose = [\"Public Security\"] }",
            "no purpose code",
        ),
        (
            "{ excludes_data = [\"pnr\"], requires_data_category = \"pnr\" }",
            "exactly 1 element",
        ),
        (
            "{ excludes_data = [\"pnr\", \"pnr\"] }",
            "`pnr` stands twice",
        ),
        ("\"excludes_data=pnr\"", "excludes_data=pnr"),
    ] {
        refuses(EU_ADEQUACY, row, (from, to), (row, "conditions", says));
    }
    refuses(
        EU_ADEQUACY,
        row,
        (from, "{ excludes_recipient = [] }"),
        (row, "conditions", "a condition names nothing"),
    );
}

#[test]
fn an_unknown_requirement_or_tool_is_refused() {
    refuses(
        EU_TOOLS,
        "EU-BCR-C",
        ("\"importer_bound\"", "\"importer_bounded\""),
        (
            "EU-BCR-C",
            "requires",
            "unknown requirement `importer_bounded`",
        ),
    );
    refuses(
        EU_TOOLS,
        "EU-BCR-C",
        ("tools = [\"bcr-c\"]", "tools = [\"bcr-x\"]"),
        ("EU-BCR-C", "tools", "unknown transfer tool `bcr-x`"),
    );
    refuses(
        EU_TOOLS,
        "EU-ART49-1-f",
        (
            "requires = [\"vital_interest\", \"incapable_of_consent\"]",
            "requires = []",
        ),
        ("EU-ART49-1-f", "requires", "names nothing"),
    );
}

#[test]
fn an_unknown_or_missing_field_is_refused() {
    let row = "EU-ADQ-UY-2012-484";
    for (from, to, says) in [
        ("confidence", "colour = \"blue\"\nconfidence", "colour"),
        ("valid_from", "valid_until", "valid_until"),
        (
            "citation = \"2012/484/EU\"\n",
            "",
            "missing field `citation`",
        ),
        ("valid_from = \"2012-08-21\"", "valid_from = 2012", "string"),
    ] {
        refuses(EU_ADEQUACY, row, (from, to), (row, "", says));
    }
    refuses(
        EU_MEMBERSHIP,
        "territory = \"PR\"",
        ("reason", "because"),
        ("eu/PR/2000-01-01", "", "because"),
    );
    refuses(
        EU_TOOLS,
        "EU-ART46-2-a",
        ("confidence", "notes = \"n\"\nconfidence"),
        ("EU-ART46-2-a", "", "notes"),
    );
    refuses(
        "frameworks.toml",
        "uk-extension",
        ("note", "colour = \"blue\"\nnote"),
        ("uk-extension", "", "colour"),
    );
    refuses(
        "bases.toml",
        "CH-DOMESTIC",
        ("title", "colour = \"blue\"\ntitle"),
        ("CH-DOMESTIC", "", "colour"),
    );
    refuses(
        "bases.toml",
        "NO-TRANSFER-SAME-ENTITY",
        ("title", "colour = \"blue\"\ntitle"),
        ("NO-TRANSFER-SAME-ENTITY", "", "colour"),
    );
}

#[test]
fn a_text_that_says_nothing_is_refused() {
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-UY-2012-484",
        ("title = \"Adequacy decision Uruguay\"", "title = \" \""),
        ("EU-ADQ-UY-2012-484", "title", "says nothing"),
    );
    refuses(
        "frameworks.toml",
        "swiss-us-dpf",
        (
            "note = \"usable only from 15 September 2024\"",
            "note = \"\"",
        ),
        ("swiss-us-dpf", "note", "says nothing"),
    );
}

#[test]
fn a_loose_day_is_refused() {
    for to in [
        "valid_from = \"2012-8-21\"",
        "valid_from = \"21.08.2012\"",
        "valid_from = \"2012-02-30\"",
        "valid_from = \"2012-08-21T00:00:00Z\"",
        "valid_from = \"\"",
    ] {
        refuses(
            EU_ADEQUACY,
            "EU-ADQ-UY-2012-484",
            ("valid_from = \"2012-08-21\"", to),
            ("EU-ADQ-UY-2012-484", "valid_from", "no day of the calendar"),
        );
    }
    refuses(
        EU_TOOLS,
        "EU-SCC-2021-914-M2",
        (
            "first_signing_day = \"2021-06-27\"",
            "first_signing_day = \"2021-6-27\"",
        ),
        ("EU-SCC-2021-914-M2", "first_signing_day", "`2021-6-27`"),
    );
    refuses(
        "pack.toml",
        "date",
        ("2026-11-21", "21 November"),
        ("", "date", "`21 November`"),
    );
}

#[test]
fn a_link_is_never_typed() {
    let row = "EU-ADQ-UY-2012-484";
    let from = "celex = \"32012D0484\"";
    for (to, field, says) in [
        (
            "celex = \"https://eur-lex.europa.eu/eli/dec_impl/2012/484\"",
            "celex",
            "no CELEX number",
        ),
        ("celex = \"2012/484/EU\"", "celex", "no CELEX number"),
        ("celex = \"32012D\"", "celex", "no CELEX number"),
        ("fedlex = \"SR 235.11\"", "fedlex", "official compilation"),
        ("uk = \"/uksi/2023/1028\"", "uk", "no path"),
        ("uk = \"uksi/2023\"", "uk", "no path"),
        ("fdpic = false", "fdpic", "left out"),
        ("", "celex", "exactly one"),
        (
            "celex = \"32012D0484\"\nuk = \"uksi/2023/1028\"",
            "celex",
            "exactly one",
        ),
    ] {
        refuses(EU_ADEQUACY, row, (from, to), (row, field, says));
    }
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-GB-2021-1772-p3",
        ("[\"32025D2574\"]", "[\"(EU) 2025/2574\"]"),
        ("EU-ADQ-GB-2021-1772-p3", "amended_by", "no CELEX number"),
    );
    refuses(
        EU_ADEQUACY,
        row,
        ("notes", "url = \"https://example.org\"\nnotes"),
        (row, "", "url"),
    );
}

#[test]
fn a_membership_says_what_it_rests_on_and_whom_it_covers() {
    let territory = "territory = \"AX\"";
    let row = "eu/AX/2000-01-01";
    refuses(
        EU_MEMBERSHIP,
        territory,
        ("basis = \"EU-TERRITORY-355\"\n", ""),
        (row, "basis", "a basis is given exactly when"),
    );
    refuses(
        EU_MEMBERSHIP,
        territory,
        ("\"EU-TERRITORY-355\"", "\"EU-TERRITORY-356\""),
        (row, "basis", "`EU-TERRITORY-356`"),
    );
    refuses(
        EU_MEMBERSHIP,
        territory,
        ("gives_regime = true\n", ""),
        (row, "gives_regime", "must say whether"),
    );
    refuses(
        EU_MEMBERSHIP,
        "territory = \"GL\"",
        (
            "status = \"third_country\"",
            "status = \"third_country\"\ngives_regime = true",
        ),
        (
            "eu/GL/2000-01-01",
            "gives_regime",
            "a third country gives no regime",
        ),
    );
    refuses(
        EU_MEMBERSHIP,
        territory,
        ("status = \"inside\"", "status = \"member\""),
        (row, "status", "unknown membership status `member`"),
    );
    refuses(
        EU_MEMBERSHIP,
        territory,
        ("confidence = \"known\"", "confidence = \"sure\""),
        (row, "confidence", "unknown confidence `sure`"),
    );
}

#[test]
fn a_tool_states_modules_and_roles_that_exist() {
    for to in [
        "module = 5",
        "module = 300",
        "module = \"two\"",
        "module = true",
    ] {
        refuses(
            EU_TOOLS,
            "EU-SCC-2021-914-M3",
            ("module = 3", to),
            ("EU-SCC-2021-914-M3", "module", "from 1 to 4"),
        );
    }
    refuses(
        EU_TOOLS,
        "EU-SCC-2021-914-M3",
        (
            "exporter_role = \"processor\"",
            "exporter_role = \"subprocessor\"",
        ),
        (
            "EU-SCC-2021-914-M3",
            "exporter_role",
            "unknown role `subprocessor`",
        ),
    );
    refuses(
        EU_TOOLS,
        "EU-SCC-2021-914-M3",
        ("module = 3", "module = 3\nroles = \"as the module\""),
        ("EU-SCC-2021-914-M3", "roles", "in place of"),
    );
    refuses(
        "uk/tools.toml",
        "UK-ADDENDUM",
        ("as the module", "as agreed"),
        ("UK-ADDENDUM", "roles", "`as agreed`"),
    );
}
