//! That everything is there, cited, linked, and named by a version.

use std::{collections::BTreeSet, fs, path::Path};

use transfer_decision::{
    law::{Law, ModuleScope, RoleRule, Territory, ToolRow},
    span::day,
    vocabulary::{Module, Regime, Role, Tool},
};
use transfer_registry_seed::law::{self, FILES, PackFile};

use super::{instrument, shipped};

fn tool<'a>(law: &'a Law, id: &str) -> &'a ToolRow {
    let mut rows = law.provisions().tools.iter();
    rows.find(|row| row.basis.id == id).expect(id)
}

#[test]
fn the_pack_holds_every_row_that_was_collected() {
    let law = shipped();
    let rows = law.provisions();
    assert_eq!(rows.adequacy.len(), 158);
    assert_eq!(rows.memberships.len(), 105);
    assert_eq!(rows.tools.len(), 58);
    assert_eq!(rows.frameworks.len(), 7);
    assert_eq!(rows.no_transfer.len(), 2);
    let of = |regime| {
        let adequacy = rows.adequacy.iter().filter(|row| row.regime == regime);
        let memberships = rows.memberships.iter().filter(|row| row.regime == regime);
        let tools = rows.tools.iter().filter(|row| row.regime == regime);
        (adequacy.count(), memberships.count(), tools.count())
    };
    assert_eq!(of(Regime::Eu), (24, 91, 29));
    assert_eq!(of(Regime::Ch), (89, 2, 18));
    assert_eq!(of(Regime::Uk), (45, 12, 11));
}

#[test]
fn every_file_of_the_folder_is_built_in() {
    fn collect(folder: &Path, found: &mut BTreeSet<String>, root: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found, root);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let inner = path.strip_prefix(root).unwrap();
                found.insert(inner.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("law");
    let mut found = BTreeSet::new();
    collect(&root, &mut found, &root);
    let built_in: BTreeSet<String> = FILES.iter().map(|file| file.path.to_owned()).collect();
    assert_eq!(built_in, found);
}

#[test]
fn one_instrument_is_under_challenge() {
    let law = shipped();
    let mut challenged = law
        .provisions()
        .adequacy
        .iter()
        .filter_map(|row| Some((row.basis.id.as_str(), row.challenge.as_deref()?)));
    let (id, challenge) = challenged.next().unwrap();
    assert_eq!(id, "EU-ADQ-US-DPF-2023-1795");
    assert!(challenge.contains("C-703/25 P"), "{challenge}");
    assert_eq!(challenged.next(), None);
}

#[test]
fn the_patent_organisation_is_covered_as_an_organisation() {
    let law = shipped();
    let rows: Vec<_> = law
        .adequacy_for_organisation(Regime::Eu, "epo")
        .map(|row| (row.basis.id.as_str(), row.territory.clone()))
        .collect();
    assert_eq!(
        rows,
        [(
            "EU-ADQ-EPO-2025-1382",
            Territory::Organisation("epo".into())
        )]
    );
}

#[test]
fn links_are_built_from_official_numbers() {
    let law = shipped();
    let url = |id| instrument(&law, id).basis.url.as_str();
    let tool_url = |id| tool(&law, id).basis.url.as_str();
    let eur_lex =
        |celex| format!("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{celex}");
    assert_eq!(url("EU-ADQ-US-PS-2016-1250"), eur_lex("32016D1250"));
    assert_eq!(tool_url("EU-SCC-2010-87"), eur_lex("32010D0087"));
    assert_eq!(tool_url("EU-DIR-26-1-a"), eur_lex("31995L0046"));
    assert_eq!(tool_url("EU-BCR-C"), eur_lex("32016R0679"));
    assert_eq!(
        url("CH-DPO-A1-US"),
        "https://www.fedlex.admin.ch/eli/cc/2022/568/en"
    );
    assert_eq!(
        tool_url("CH-OLD-6-2-b"),
        "https://www.fedlex.admin.ch/eli/cc/1993/1945_1945_1945/en"
    );
    assert_eq!(
        url("UK-SI-2023-1028-US"),
        "https://www.legislation.gov.uk/uksi/2023/1028"
    );
    assert_eq!(
        tool_url("UK-IDTA"),
        "https://www.legislation.gov.uk/ukpga/2018/12/section/119A"
    );
}

#[test]
fn every_basis_links_to_the_official_text_of_its_regime() {
    let law = shipped();
    let rows = law.provisions();
    let adequacy = rows.adequacy.iter().map(|row| (row.regime, &row.basis));
    let tools = rows.tools.iter().map(|row| (row.regime, &row.basis));
    let memberships = rows
        .memberships
        .iter()
        .filter_map(|row| Some((row.regime, row.basis.as_ref()?)));
    let no_transfer = rows.no_transfer.iter().map(|basis| (Regime::Eu, basis));
    let mut seen = 0;
    for (regime, basis) in adequacy.chain(tools).chain(memberships).chain(no_transfer) {
        let url = basis.url.as_str();
        let hosts: &[&str] = match regime {
            Regime::Eu => &["eur-lex.europa.eu"],
            Regime::Ch => &["www.fedlex.admin.ch", "www.edoeb.admin.ch"],
            Regime::Uk => &["www.legislation.gov.uk"],
        };
        let rest = url.strip_prefix("https://").expect(url);
        let (host, path) = rest.split_once('/').expect(url);
        assert!(hosts.contains(&host), "{}: {url}", basis.id);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_?=:()".contains(&byte);
        assert!(
            !path.is_empty() && path.bytes().all(allowed),
            "{}: {url}",
            basis.id
        );
        assert!(!basis.title.is_empty() && !basis.citation.is_empty());
        seen += 1;
    }
    assert_eq!(seen, 158 + 58 + 45 + 2);
}

#[test]
fn a_module_row_fixes_its_roles() {
    let law = shipped();
    let modules = [
        ("EU-SCC-2021-914-M1", Module::One),
        ("EU-SCC-2021-914-M2", Module::Two),
        ("EU-SCC-2021-914-M3", Module::Three),
        ("EU-SCC-2021-914-M4", Module::Four),
    ];
    for (id, module) in modules {
        let row = tool(&law, id);
        let (exporter, importer) = module.roles();
        assert_eq!(row.module, ModuleScope::One(module), "{id}");
        assert_eq!(
            row.roles,
            RoleRule::Fixed {
                exporter: Some(exporter),
                importer: Some(importer)
            },
            "{id}"
        );
    }
    let swiss = tool(&law, "CH-SCC-2021-914");
    assert_eq!(
        (swiss.module, swiss.roles),
        (ModuleScope::All, RoleRule::AsModule)
    );
    let addendum = tool(&law, "UK-ADDENDUM");
    assert_eq!(
        (addendum.module, addendum.roles),
        (ModuleScope::None, RoleRule::AsModule)
    );
    assert_eq!(tool(&law, "UK-SCC-LEGACY").roles, RoleRule::AsEuTool);
    assert_eq!(
        tool(&law, "EU-BCR-P").roles,
        RoleRule::Fixed {
            exporter: Some(Role::Processor),
            importer: None
        }
    );
}

#[test]
fn a_tool_row_keeps_signing_and_carrying_apart() {
    let law = shipped();
    let swiss = tool(&law, "CH-SCC-2021-914");
    assert_eq!(swiss.first_signing_day, Some(day(2021, 6, 27)));
    assert_eq!(swiss.usable_from, day(2021, 8, 27));
    let legacy = tool(&law, "UK-SCC-LEGACY");
    assert_eq!(legacy.first_signing_day, Some(day(2001, 9, 3)));
    assert_eq!(legacy.last_signing_day, Some(day(2022, 9, 21)));
    assert_eq!(legacy.basis.valid_from, day(2021, 1, 1));
    assert_eq!(legacy.basis.valid_to, Some(day(2024, 3, 21)));
    assert_eq!(
        legacy.tools,
        [
            Tool::UkLegacyScc,
            Tool::Scc201087,
            Tool::Scc2001497,
            Tool::Scc2004915
        ]
    );
}

#[test]
fn records_say_what_the_rules_apply() {
    let law = shipped();
    let records = law::adequacy_records().unwrap();
    assert_eq!(records.len(), law.provisions().adequacy.len());
    for (record, row) in records.iter().zip(&law.provisions().adequacy) {
        assert_eq!(record.id, row.basis.id);
        assert_eq!(record.valid_from, row.span.first());
        assert_eq!(record.valid_to, row.span.last());
        assert_eq!(record.url, row.basis.url);
        assert_eq!(record.conditions.len(), row.conditions.len());
        assert_eq!(
            record.territory.is_some(),
            record.organisation.is_none(),
            "{}",
            record.id
        );
    }
    let record = |id: &str| records.iter().find(|record| record.id == id).unwrap();
    assert_eq!(
        record("UK-SI-2023-1028-US").conditions,
        [
            "requires_certification=eu-us-dpf",
            "requires_certification=uk-extension",
            "hr_data_requires=hr_coverage",
            "excludes_data=journalistic"
        ]
    );
    assert_eq!(
        record("CH-DPO-A1-CA").conditions,
        ["requires_recipient_attribute=subject_to_pipeda|subject_to_ca_equivalent_provincial_law"]
    );
    let shield = record("EU-ADQ-US-PS-2016-1250");
    assert!(shield.ended_by.as_ref().unwrap().contains("C-311/18"));
    assert!(shield.notes.as_ref().unwrap().contains("2016-08-01"));
}

#[test]
fn the_version_names_the_date_and_the_content() {
    let pack = law::shipped_pack().unwrap();
    let (date, hash) = pack.law.version().split_once("+sha256:").unwrap();
    assert_eq!(date.len(), 10);
    assert_eq!(hash.len(), 12);
    assert!(pack.hash.starts_with(hash));
    assert_eq!(pack.hash.len(), 64);

    let turned: Vec<PackFile<'_>> = FILES.iter().copied().rev().collect();
    let again = law::parse(&turned).unwrap();
    assert_eq!(again.law.version(), pack.law.version());

    for at in 0..FILES.len() {
        let changed: Vec<(&str, String)> = FILES
            .iter()
            .enumerate()
            .map(|(number, file)| {
                let end = if number == at { "# corrected\n" } else { "" };
                (file.path, format!("{}{end}", file.text))
            })
            .collect();
        let files: Vec<_> = changed
            .iter()
            .map(|(path, text)| PackFile { path, text })
            .collect();
        let other = law::parse(&files).unwrap();
        assert_ne!(other.law.version(), pack.law.version());
    }
}
