//! What readers see of an amended pack, and of territories, tools and frameworks.

use transfer_decision::vocabulary::{Area, Country, Framework, Place, Regime, Role, Tool};
use transfer_registry_seed::law::{AdequacyRecord, Amendment, Pack, TerritoryRecord};

use super::{
    DPF, amended, amendment, day, decision, decisions::kenya, dpf_falls, membership,
    memberships::montenegro_joins, shipped,
};

fn territory<'a>(pack: &'a Pack, code: &str) -> &'a TerritoryRecord {
    let mut all = pack.territories.iter();
    all.find(|record| record.code.code() == code).expect(code)
}

#[test]
fn records_say_which_amendments_made_them() {
    let pack = amended(&[dpf_falls(), kenya(), montenegro_joins()]);
    assert!(pack.adequacy.is_sorted_by_key(|record| &record.id));
    let changed: Vec<_> = pack
        .adequacy
        .iter()
        .filter(|record| record.is_amended())
        .map(|record| (record.id.as_str(), record.amendments.as_slice()))
        .collect();
    assert_eq!(
        changed,
        [("EU-ADQ-KE-2027-100", [1].as_slice()), (DPF, &[0])]
    );
    assert_eq!(membership(&pack, "eu/ME/2028-01-01").amendments, [2]);
    let changed: Vec<_> = pack
        .territories
        .iter()
        .filter(|record| record.is_amended())
        .map(|record| record.code.code())
        .collect();
    assert_eq!(changed, ["ME"]);
    assert!(!shipped().adequacy.iter().any(AdequacyRecord::is_amended));
    // Positions are those among all amendments of the pack, whenever they were made.
    let note = serde_json::json!({
        "kind": "challenge_adequacy_decision", "decision": DPF, "challenge": "another",
    });
    let later = pack.amended(&[amendment(note)]).unwrap();
    assert_eq!(decision(&later, DPF).amendments, [0, 3]);
}

#[test]
fn a_decision_given_again_in_its_own_terms_says_the_same() {
    let again: Vec<Amendment> = shipped()
        .adequacy
        .iter()
        .map(|record| {
            let terms = shipped().adequacy_terms(&record.id);
            Amendment::ReviseAdequacyDecision(terms.expect("its terms"))
        })
        .collect();
    let mut pack = shipped().amended(&again).expect("the same rules");
    for (at, record) in pack.adequacy.iter_mut().enumerate() {
        assert_eq!(record.amendments, [at], "{}", record.id);
        record.amendments.clear();
    }
    assert_eq!(pack.adequacy, shipped().adequacy);
    assert!(shipped().adequacy_terms("EU-ADQ-XX").is_none());
}

#[test]
fn every_country_and_area_has_a_record() {
    let records = &shipped().territories;
    assert_eq!(records.len(), Country::all().count() + Area::ALL.len());
    assert!(records.is_sorted_by_key(|record| record.code));
    let rows: usize = records.iter().map(|record| record.memberships.len()).sum();
    assert_eq!(rows, shipped().law.provisions().memberships.len());
    let ids: usize = records.iter().map(|record| record.adequacy.len()).sum();
    let of_countries = shipped().adequacy.iter().filter(|r| r.territory.is_some());
    assert_eq!(ids, of_countries.count());
}

#[test]
fn a_territory_tells_what_it_was_to_each_regime_in_turn() {
    let britain = territory(shipped(), "GB");
    assert_eq!(britain.name, "United Kingdom");
    let rows: Vec<_> = britain
        .memberships
        .iter()
        .map(|row| (row.regime, row.valid_from, row.valid_to, row.basis.as_ref()))
        .map(|(regime, from, to, basis)| (regime, from, to, basis.map(|basis| basis.id.as_str())))
        .collect();
    let last = |text| Some(day(text));
    assert_eq!(
        rows[..3],
        [
            (
                Regime::Eu,
                day("2000-01-01"),
                last("2020-01-31"),
                Some("EU-MEMBER")
            ),
            (
                Regime::Eu,
                day("2020-02-01"),
                last("2020-12-31"),
                Some("EU-TRANSITION-WA127")
            ),
            (
                Regime::Eu,
                day("2021-01-01"),
                last("2021-06-27"),
                Some("EU-TCA-782")
            ),
        ]
    );
    let own = rows.last().unwrap();
    assert_eq!(
        *own,
        (Regime::Uk, day("2021-01-01"), None, Some("UK-DOMESTIC"))
    );
    let bridge = membership(shipped(), "eu/GB/2021-01-01");
    assert!(!bridge.gives_regime);
    let basis = bridge.basis.as_ref().unwrap();
    assert!(
        basis.url.starts_with("https://eur-lex.europa.eu/"),
        "{basis:?}"
    );
    assert!(!basis.citation.is_empty() && !bridge.reason.is_empty());
    assert!(
        britain
            .adequacy
            .contains(&"EU-ADQ-GB-2021-1772-p1".to_owned())
    );
    assert!(territory(shipped(), "KE").memberships.is_empty());
}

#[test]
fn an_area_stands_for_its_members() {
    let members = |pack: &Pack, area: Area, on: &str| {
        let on = day(on);
        let record = pack
            .territories
            .iter()
            .find(|r| r.code == Place::Area(area));
        let members = record.unwrap().members.iter();
        members
            .filter(|m| m.valid_from <= on && m.valid_to.is_none_or(|last| on <= last))
            .map(|member| member.territory.code())
            .collect::<Vec<_>>()
    };
    let eu = members(shipped(), Area::Eu, "2026-11-21");
    assert_eq!(eu.len(), 27);
    assert!(!eu.contains(&"GB") && !eu.contains(&"RE"));
    let eea = members(shipped(), Area::Eea, "2026-11-21");
    assert_eq!(eea.len(), 30);
    assert!(["IS", "LI", "NO"].iter().all(|code| eea.contains(code)));
    assert!(members(shipped(), Area::Eu, "2020-01-31").contains(&"GB"));
    let joined = amended(&[montenegro_joins()]);
    assert_eq!(members(&joined, Area::Eu, "2028-01-01").len(), 28);
}

#[test]
fn tools_and_frameworks_are_told_as_the_rules_apply_them() {
    let tools = shipped().tools();
    assert_eq!(tools.len(), shipped().law.provisions().tools.len());
    let tool = |id: &str| tools.iter().find(|tool| tool.id == id).expect(id);
    let legacy = tool("UK-SCC-LEGACY");
    assert_eq!(legacy.last_signing_day, Some(day("2022-09-21")));
    assert_eq!(legacy.roles, Some("as the EU tool"));
    assert!(legacy.tools.contains(&Tool::UkLegacyScc) && !legacy.derogation);
    let bcr = tool("EU-BCR-P");
    assert_eq!(
        (bcr.exporter_role, bcr.importer_role),
        (Some(Role::Processor), None)
    );
    assert!(bcr.modules.is_empty());
    assert_eq!(tool("CH-SCC-2021-914").modules, [1, 2, 3, 4]);
    assert!(tools.iter().any(|tool| tool.derogation));

    let frameworks = &shipped().frameworks;
    assert_eq!(frameworks.len(), Framework::ALL.len());
    let dpf = frameworks
        .iter()
        .find(|f| f.framework == Framework::EuUsDpf);
    let dpf = dpf.unwrap();
    assert_eq!(dpf.first_certification_day, day("2023-07-10"));
    assert_eq!(dpf.instrument_ids, [DPF]);
    assert!(dpf.note.contains("carried over"));
}
