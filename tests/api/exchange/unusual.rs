//! Everything that the demo register does not have: every column of every table has a value in some
//! row, and most of them in odd combinations.

use serde_json::{Value, json};

/// An id of its own.
pub(super) fn id(at: u32) -> String {
    format!("01930000-0000-7000-8000-0000000000{at:02}")
}

/// One table for each resource that has something to show.
pub(super) fn unusual() -> Value {
    let mut tables = json!({
        "groups": groups(), "organisations": organisations(),
        "certifications": certifications(), "subprocessors": subprocessors(),
        "mechanisms": mechanisms(), "impact_assessments": impact_assessments(),
        "flows": flows(), "law_amendments": law_amendments(),
    });
    tables["processing_activities"] = json!([
        {"id": id(30), "group": "unusual-group", "name": "Payroll", "role": "controller",
            "purpose": "support", "data_categories": ["employment"], "data_described": "wages",
            "data_subjects": "staff", "legal_bases": ["contract; law", "[]"],
            "retention": "=10 years", "source": "a test", "checked_on": "2026-01-01"},
    ]);
    tables
}

fn groups() -> Value {
    json!([{"id": id(20), "slug": "unusual-group", "name": "Unusual", "notice_note": "by mail",
        "notice_days": 30, "objection_days": 14, "source": "a test", "checked_on": "2026-01-01"}])
}

fn organisations() -> Value {
    json!([
        {"id": id(8), "slug": "unusual-org", "kind": "third_party", "legal_name": "'Tis",
            "attributes": {"subject_to_pipeda": false, "subject_to_gdpr": true}, "on_public_list": false,
            "contacts": [{"kind": "data_protection", "email": "privacy@unusual.example"}],
            "source": "a test"},
        {"id": id(21), "slug": "unusual-gmbh", "kind": "group_company", "group": "unusual-group",
            "legal_name": "Unusual GmbH", "seat": "DE", "seat_note": "since 2020",
            "registration": "HRB 1", "representative": "Anna", "dpf_participant": "a0t000",
            "contacts": [{"kind": "general", "name": "Anna", "phone": "+49 30 1",
                "address": "Street 1\nBerlin"}],
            "source": "a test", "checked_on": "2026-01-01"},
    ])
}

fn certifications() -> Value {
    json!([
        {"id": id(9), "organisation": "unusual-org", "framework": "eu-us-dpf",
            "valid_from": "2024-01-01", "covers_hr": true, "source": "a test",
            "evidence": {"list": "list.xlsx", "day": "2026-11-01", "sha256": "cd".repeat(32)}},
        {"id": id(22), "organisation": "unusual-org", "framework": "swiss-us-dpf",
            "valid_from": "2024-09-15", "valid_to": "2025-09-14",
            "recertification_due": "2025-09-14", "checked_on": "2025-01-01", "source": "a test",
            "evidence": {"list": "list.xlsx", "day": "2024-11-01", "sha256": "ce".repeat(32),
                "participant": "a0t000", "status": "Active; HR"}},
    ])
}

fn subprocessors() -> Value {
    json!([
        {"id": id(6), "group": "qcontact", "organisation": "stripe", "service": "=1+1",
            "status": "ended", "effective_from": "2020-01-01", "ended_on": "2020-12-31",
            "data_categories": ["billing"], "data_subject_countries": ["FR"], "source": "@test",
            "locations": [{"activity": "remote_access", "from": "2020-02-29"}]},
        {"id": id(7), "group": "qcontact", "organisation": "stripe", "service": "more",
            "effective_from": "2027-01-01", "source": "a test"},
        {"id": id(23), "group": "unusual-group", "organisation": "unusual-org", "service": "mail",
            "status": "announced", "purpose": "support", "description": "=all of it",
            "data_subjects": "customers", "condition": "when asked", "announced_on": "2026-11-01",
            "objection_until": "2026-11-30", "effective_from": "2027-02-01",
            "exporter_role": "controller", "importer_role": "processor", "note": "read this",
            "data_categories": [], "source": "a test", "checked_on": "2026-01-01"},
    ])
}

fn mechanisms() -> Value {
    let between = json!([{"organisation": "unusual-gmbh", "side": "exporter"},
        {"organisation": "unusual-org", "side": "importer", "left_on": "2026-06-30"}]);
    json!([
        {"id": id(3), "group": "qcontact", "tool": "derogation-49-1-a", "source": "a test",
            "parties": [{"organisation": "qcontact-ltd", "side": "exporter"},
                {"organisation": "stripe", "side": "importer", "acceded_on": "2026-01-02"}],
            "signed_on": "2026-01-01",
            "statements": {"explicit": true, "repetitive": false}, "uses_limit": 5,
            "uses": [{"id": id(4), "on": "2026-03-01", "note": "a refund"}],
            "title": "-Consent", "document_sha256": "ab".repeat(32)},
        // Nobody said whether it is repetitive: that is neither yes nor no.
        {"id": id(24), "group": "unusual-group", "tool": "scc-2021-914", "module": 2,
            "parties": between, "signed_on": "2026-01-01", "processing_changed_on": "2026-05-01",
            "ends_on": "2026-12-31", "combined_with_eu_data": false,
            "statements": {"swiss_addendum": true}, "governing_law": "of Ireland",
            "document": "contracts/1.pdf", "note": "read this", "source": "a test",
            "checked_on": "2026-01-03"},
        {"id": id(25), "tool": "bcr-c", "approved_on": "2025-01-01", "approved_by": "IE",
            "parties": between, "statements": {"repetitive": true}, "source": "a test"},
        {"id": id(26), "tool": "ad-hoc-clauses", "signed_on": "2025-01-01",
            "authorised_on": "2025-02-01", "parties": between, "source": "a test"},
    ])
}

fn impact_assessments() -> Value {
    json!([
        {"id": id(5), "mechanism": id(3), "destination": "US", "conclusion": "favourable",
            "concluded_on": "2026-01-01", "source": "a test",
            "steps": {"transfer": "refunds", "supplementary_measures":
                [{"kind": "technical", "description": "encryption"}]}},
        {"id": id(27), "mechanism": id(24), "destination": "US", "conclusion": "unfavourable",
            "concluded_on": "2026-01-05", "next_review": "2027-01-05", "measures": "-none",
            "source": "a test", "steps": {"tool": "clauses", "destination_law": "FISA 702",
                "procedural_steps": "signed", "re_evaluation": "each year"}},
    ])
}

fn flows() -> Value {
    json!([
        {"id": id(2), "exporter": "qcontact-inc", "importer": "stripe", "valid_from": "2026-02-01",
            "continues": id(1), "status": "draft", "source": "a test", "data_categories": []},
        {"id": id(1), "group": "qcontact", "exporter": "qcontact-ltd", "importer": "qcontact-inc",
            "valid_from": "2026-01-01", "data_subjects": ["DE", "CH"], "status": "suspended",
            "collected_from_data_subject": true, "owner": "Anna; of legal", "note": " two\nlines ",
            "locations": [{"place": "US", "activity": "storage", "operated_by": "unusual-org", "until": "2026-02-28"},
                    {"place": "FR", "activity": "storage", "from": "2026-03-01", "until": "2026-12-31"}],
            "source": "a test"},
        {"id": id(28), "group": "unusual-group", "exporter": "unusual-gmbh",
            "importer": "unusual-org", "exporter_role": "controller", "importer_role": "processor",
            "purpose": "support", "valid_from": "2026-01-01", "valid_to": "2026-12-31",
            "suspensions": [{"from": "2026-02-01", "until": "2026-02-28"}, {"from": "2026-11-01"}],
            "status": "suspended", "source": "a test", "checked_on": "2026-01-01"},
    ])
}

/// One amendment of each kind at the least; later ones rest on earlier ones.
pub(super) fn law_amendments() -> Value {
    let kenya = |kind: &str, title: &str| {
        json!({"kind": kind, "id": "EU-ADQ-KE-2027-100", "regime": "eu", "territory": "KE",
            "title": title, "citation": "(EU) 2027/100", "celex": "32027D0100",
            "valid_from": "2027-02-01", "valid_to": "2031-01-31", "end_kind": "expired",
            "conditions": [{"kind": "excludes_data", "values": ["pnr", "journalistic"]}],
            "notes": "=read this", "confidence": "sourced"})
    };
    let ended = |id: &str, regime: &str, territory: &str, number: (&str, Value), act: Value| {
        let mut terms = json!({"kind": "add_adequacy_decision", "id": id, "regime": regime,
            "territory": territory, "instrument": format!("{id}-ACT"), "title": id, "citation": id,
            "valid_from": "2027-02-01", "valid_to": "2027-12-31", "end_kind": "withdrawn",
            "ended_by": "another act", "ending_act": act, "confidence": "uncertain"});
        terms[number.0] = number.1;
        terms
    };
    let amendments = [
        kenya("add_adequacy_decision", "Kenya"),
        kenya("revise_adequacy_decision", "The Republic of Kenya"),
        json!({"kind": "challenge_adequacy_decision", "decision": "EU-ADQ-KE-2027-100",
            "challenge": "Case T-1/28"}),
        json!({"kind": "extend_adequacy_decision", "decision": "EU-ADQ-KE-2027-100",
            "last_day": "2035-01-31", "amended_by": ["32031D0001"]}),
        json!({"kind": "end_adequacy_decision", "decision": "EU-ADQ-US-DPF-2023-1795",
            "last_day": "2026-11-30", "end_kind": "invalidated", "effects_preserved": true,
            "ended_by": "Case C-1/26", "ending_act": {"celex": "62026CJ0001"},
            "note": "-the judgment"}),
        ended(
            "CH-ADQ-KE",
            "ch",
            "KE",
            ("fedlex", json!("2022/568")),
            json!({"fedlex": "2023/1"}),
        ),
        ended(
            "CH-ADQ-TZ",
            "ch",
            "TZ",
            ("fdpic", json!(true)),
            json!({"fedlex": "2023/1"}),
        ),
        ended(
            "UK-ADQ-KE",
            "uk",
            "KE",
            ("uk", json!("uksi/2027/1")),
            json!({"uk": "uksi/2027/2"}),
        ),
        json!({"kind": "add_adequacy_decision", "id": "EU-ADQ-UNUSUAL", "regime": "eu",
            "organisation": "unusual-body", "title": "A body", "citation": "(EU) 2027/101",
            "celex": "32027D0101", "valid_from": "2027-02-01", "confidence": "known"}),
        json!({"kind": "add_membership", "regime": "eu", "territory": "ME",
            "valid_from": "2028-01-01", "status": "inside", "basis": "EU-MEMBER",
            "gives_regime": true, "reason": "accession", "confidence": "sourced"}),
        json!({"kind": "revise_membership", "membership": "eu/ME/2028-01-01",
            "valid_from": "2029-01-01", "status": "inside", "basis": "EU-MEMBER",
            "gives_regime": true, "reason": "accession, later", "confidence": "sourced"}),
        json!({"kind": "end_membership", "membership": "eu/ME/2029-01-01",
            "last_day": "2040-12-31", "note": "leaves"}),
    ];
    let rows = amendments
        .into_iter()
        .zip(40..)
        .map(|(amendment, at)| json!({"id": id(at), "amendment": amendment, "source": "a test"}));
    let mut rows: Vec<Value> = rows.collect();
    rows.push(
        json!({"id": id(60), "withdrawn": true, "source": "an error", "amendment":
        {"kind": "end_adequacy_decision", "decision": "nobody-knows-it", "last_day": "2026-11-30",
            "end_kind": "expired"}}),
    );
    // What they rest on stands further down.
    rows.reverse();
    Value::Array(rows)
}
