//! Mistakes of the pack as a whole: files, ids, and rows that contradict each other.

use transfer_registry_seed::{
    Fault,
    law::{self, FILES},
};

use super::{EU_ADEQUACY, EU_MEMBERSHIP, EU_TOOLS, Edit, faults_of, refuses};

#[test]
fn the_shipped_pack_has_no_fault() {
    assert_eq!(faults_of(&[]), []);
}

#[test]
fn phases_of_one_instrument_may_not_overlap() {
    let faults = faults_of(&[Edit {
        file: EU_ADEQUACY,
        after: "EU-ADQ-GB-2021-1772-p3",
        from: "valid_from = \"2025-12-19\"",
        to: "valid_from = \"2025-12-18\"",
    }]);
    let named = |fault: &Fault| {
        fault.row == "EU-ADQ-GB-2021-1772-p2"
            && fault.field == "valid_to"
            && fault.what.contains("overlaps EU-ADQ-GB-2021-1772-p3")
    };
    assert!(faults.iter().any(named), "{faults:#?}");
}

#[test]
fn memberships_of_one_territory_may_not_overlap() {
    refuses(
        EU_MEMBERSHIP,
        "EU-TRANSITION-WA127",
        ("valid_to = \"2021-06-27\"", "valid_to = \"2021-06-28\""),
        ("eu/GB/2021-01-01", "valid_to", "overlaps eu/GB/2021-06-28"),
    );
}

#[test]
fn an_id_may_stand_only_once() {
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-IM-2004-411",
        ("EU-ADQ-IM-2004-411", "EU-ADQ-GG-2003-821"),
        ("EU-ADQ-GG-2003-821", "id", "the id stands twice"),
    );
    refuses(
        "bases.toml",
        "EEA-MEMBER",
        (
            "[[membership_basis]]",
            "[[membership_basis]]\nid = \"EU-TCA-782\"\ntitle = \"The bridge\"\n\
             citation = \"TCA Art. 782\"\ncelex = \"22021A0430(01)\"\n\n[[membership_basis]]",
        ),
        ("EU-TCA-782", "id", "the id stands twice"),
    );
}

#[test]
fn a_replaced_row_is_continued_the_day_after() {
    refuses(
        "ch/adequacy-fdpic-list.toml",
        "CH-FDPIC-MC",
        ("valid_to = \"2023-08-31\"", "valid_to = \"2023-08-30\""),
        ("CH-FDPIC-MC", "end_kind", "no row continues it"),
    );
}

#[test]
fn a_last_day_and_the_kind_of_end_go_together() {
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-US-SH-2000-520",
        ("end_kind = \"invalidated\"\n", ""),
        ("EU-ADQ-US-SH-2000-520", "end_kind", "go together"),
    );
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-US-SH-2000-520",
        ("end_kind = \"invalidated\"", "end_kind = \"struck down\""),
        (
            "EU-ADQ-US-SH-2000-520",
            "end_kind",
            "unknown end kind `struck down`",
        ),
    );
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-UY-2012-484",
        ("confidence", "ended_by = \"nobody\"\nconfidence"),
        ("EU-ADQ-UY-2012-484", "ended_by", "no last day"),
    );
    refuses(
        EU_ADEQUACY,
        "EU-ADQ-CA-CBSA-2006-253",
        ("confidence", "effects_preserved = true\nconfidence"),
        (
            "EU-ADQ-CA-CBSA-2006-253",
            "effects_preserved",
            "only a court",
        ),
    );
}

#[test]
fn a_framework_names_rows_that_exist() {
    refuses(
        "frameworks.toml",
        "framework = \"eu-us-dpf\"",
        ("EU-ADQ-US-DPF-2023-1795", "EU-ADQ-US-DPF"),
        (
            "eu-us-dpf",
            "instrument_ids",
            "no adequacy row EU-ADQ-US-DPF",
        ),
    );
    refuses(
        "frameworks.toml",
        "framework = \"eu-us-dpf\"",
        ("regimes = [\"eu\"]", "regimes = []"),
        ("eu-us-dpf", "regimes", "names nothing"),
    );
}

#[test]
fn a_row_that_the_rules_need_may_not_be_missing() {
    let faults = faults_of(&[Edit {
        file: "bases.toml",
        after: "NO-TRANSFER-SAME-ENTITY",
        from: "NO-TRANSFER-SAME-ENTITY",
        to: "NO-TRANSFER-ONE-ENTITY",
    }]);
    let rows: Vec<_> = faults.iter().map(|fault| fault.row.as_str()).collect();
    assert_eq!(rows, ["NO-TRANSFER-SAME-ENTITY"], "{faults:#?}");
}

#[test]
fn a_file_holds_known_kinds_of_rows_of_a_known_regime() {
    for (from, to, field, says) in [
        (
            "regime = \"eu\"",
            "regime = \"us\"",
            "regime",
            "unknown regime `us`",
        ),
        ("regime = \"eu\"", "", "regime", "must say to which regime"),
        (
            "regime = \"eu\"",
            "regime = \"eu\"\nauthor = \"me\"",
            "author",
            "list of rows",
        ),
        (
            "[[adequacy]]",
            "[[adequacies]]\nid = \"x\"\n\n[[adequacy]]",
            "adequacies",
            "an unknown kind of row",
        ),
        ("[[adequacy]]", "[[adequacy]", "", "line 7"),
        (
            "territory = \"CH\"",
            "territory = \"CH\"\nterritory = \"FR\"",
            "",
            "duplicate key",
        ),
    ] {
        refuses(EU_ADEQUACY, "regime", (from, to), ("", field, says));
    }
}

#[test]
fn a_pack_has_each_file_once_and_says_its_date() {
    let without: Vec<_> = FILES
        .iter()
        .copied()
        .filter(|file| file.path != "pack.toml")
        .collect();
    let error = law::parse(&without).expect_err("no date");
    assert_eq!(
        error.to_string(),
        "1 fault(s) in the seed data\n  pack.toml: the pack must have this file"
    );
    let twice: Vec<_> = FILES.iter().chain(FILES.last()).copied().collect();
    let error = law::parse(&twice).expect_err("a file twice");
    assert!(
        error
            .to_string()
            .contains("uk/tools.toml: the file stands twice"),
        "{error}"
    );
    refuses(
        "pack.toml",
        "about",
        ("about = \"", "author = \"me\"\nabout = \""),
        ("", "", "author"),
    );
}

#[test]
fn all_faults_of_a_pack_are_found_at_once() {
    let edit = |file, after, from, to| Edit {
        file,
        after,
        from,
        to,
    };
    let faults = faults_of(&[
        edit(EU_ADEQUACY, "EU-ADQ-NZ-2013-65", "\"NZ\"", "\"NZL\""),
        edit(
            EU_ADEQUACY,
            "EU-ADQ-NZ-2013-65",
            "\"2012-12-19\"",
            "\"2012-12-32\"",
        ),
        edit(EU_ADEQUACY, "EU-ADQ-AD-2010-625", "notes", "note"),
        edit(EU_TOOLS, "EU-BCR-P", "\"tia\"", "\"TIA\""),
        edit(
            "uk/membership.toml",
            "territory = \"IM\"",
            "\"third_country\"",
            "\"abroad\"",
        ),
    ]);
    let named: Vec<String> = faults
        .iter()
        .map(|fault| format!("{}|{}|{}", fault.file, fault.row, fault.field))
        .collect();
    assert_eq!(
        named,
        [
            "eu/adequacy.toml|EU-ADQ-AD-2010-625|",
            "eu/adequacy.toml|EU-ADQ-NZ-2013-65|territory",
            "eu/adequacy.toml|EU-ADQ-NZ-2013-65|valid_from",
            "eu/tools.toml|EU-BCR-P|requires",
            "uk/membership.toml|uk/IM/2021-01-01|status",
        ],
        "{faults:#?}"
    );
}
