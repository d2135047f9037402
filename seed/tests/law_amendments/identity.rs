//! The names of an amended pack, and the document by which it is kept.

use std::time::Instant;

use serde_json::json;
use transfer_registry_seed::law::{self, FILES, Pack, PackDocument};

use super::{
    amended, amendment, decisions::kenya, dpf_falls, memberships::montenegro_joins, shipped,
};

/// Everything that a pack says.
fn whole(pack: &Pack) -> String {
    format!("{pack:?}")
}

#[test]
fn without_amendments_it_is_the_pack() {
    let same = shipped().amended(&[]).unwrap();
    assert_eq!(same.hash, shipped().hash);
    assert_eq!(same.law.version(), shipped().law.version());
    assert_eq!(whole(&same), whole(shipped()));
}

#[test]
fn the_version_tells_the_text_and_how_it_was_amended() {
    let shipped = shipped();
    let once = amended(&[dpf_falls()]);
    let version = once.law.version();
    let rest = version.strip_prefix(&**shipped.law.version()).unwrap();
    let hash = rest.strip_prefix("+1-amendment:").unwrap();
    assert_eq!(hash.len(), 12);
    assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let twice = amended(&[dpf_falls(), kenya()]);
    assert!(twice.law.version().contains("+2-amendments:"));
    assert_ne!(once.hash, shipped.hash);
    assert_eq!(once.text_hash(), shipped.hash);
}

#[test]
fn the_same_amendments_give_the_same_version_and_others_another() {
    let names = |amendments: &[serde_json::Value]| {
        let pack = amended(amendments);
        (pack.law.version().to_string(), pack.hash)
    };
    let falls = names(&[dpf_falls()]);
    assert_eq!(falls, names(&[dpf_falls()]));
    // Fields in another order, and what stands for itself when left out, are the same amendment.
    let reordered = json!({
        "ended_by": "invalidated by C-703/25 P (judgment 2026-12-01)",
        "effects_preserved": false,
        "end_kind": "invalidated",
        "note": null,
        "last_day": "2026-11-30",
        "ending_act": { "celex": "62025CJ0703" },
        "decision": super::DPF,
        "kind": "end_adequacy_decision",
    });
    assert_eq!(falls, names(&[reordered]));
    let mut later = dpf_falls();
    later["last_day"] = "2026-12-01".into();
    let others = [
        names(&[later]),
        names(&[kenya()]),
        names(&[dpf_falls(), kenya()]),
        names(&[kenya(), dpf_falls()]),
    ];
    for (at, other) in others.iter().enumerate() {
        assert_ne!(&falls, other);
        assert!(!others[..at].contains(other), "{other:?}");
    }
}

#[test]
fn amendments_add_up() {
    let all = [dpf_falls(), kenya(), montenegro_joins()].map(amendment);
    let at_once = shipped().amended(&all).unwrap();
    let one_by_one = all.iter().fold(shipped().clone(), |pack, one| {
        pack.amended(std::slice::from_ref(one)).unwrap()
    });
    assert_eq!(at_once.amendments(), all);
    assert_eq!(one_by_one.amendments(), all);
    assert_eq!(at_once.hash, one_by_one.hash);
    assert_eq!(at_once.law.version(), one_by_one.law.version());
    assert_eq!(at_once.adequacy, one_by_one.adequacy);
    assert_eq!(at_once.territories, one_by_one.territories);
}

#[test]
fn a_pack_is_read_again_from_its_document() {
    for pack in [
        shipped().clone(),
        amended(&[dpf_falls(), montenegro_joins()]),
    ] {
        let kept = serde_json::to_string(&pack.document()).unwrap();
        let document: PackDocument = serde_json::from_str(&kept).unwrap();
        let read = Pack::from_document(&document).unwrap();
        assert_eq!(read.hash, pack.hash);
        assert_eq!(whole(&read), whole(&pack));
        assert_eq!(serde_json::to_string(&read.document()).unwrap(), kept);
    }
}

#[test]
fn a_document_holds_every_file_whole() {
    let document = shipped().document();
    assert_eq!(document.files.len(), FILES.len());
    for file in FILES {
        assert_eq!(document.files.get(file.path).unwrap(), file.text);
    }
    let json = serde_json::to_value(&document).unwrap();
    assert!(json.get("amendments").is_none(), "none were made");
}

#[test]
fn a_document_that_was_tampered_with_has_another_hash_or_is_refused() {
    let mut document = shipped().document();
    let text = document.files.get_mut("eu/adequacy.toml").unwrap();
    text.push_str("# a remark\n");
    let read = Pack::from_document(&document).unwrap();
    assert_ne!(read.hash, shipped().hash);
    assert_ne!(read.law.version(), shipped().law.version());
    document.files.remove("pack.toml");
    assert!(Pack::from_document(&document).is_err());
    document = amended(&[kenya()]).document();
    document.amendments.push(amendment(kenya()));
    let error = Pack::from_document(&document).expect_err("twice the same");
    assert_eq!(law::amendment_index(&error.faults[0]), Some(1));
}

#[test]
fn amending_takes_milliseconds() {
    let amendments = [dpf_falls(), kenya(), montenegro_joins()].map(amendment);
    let pack = shipped();
    let begun = Instant::now();
    let rounds = 20;
    for _ in 0..rounds {
        assert!(pack.amended(&amendments).is_ok());
    }
    let each = begun.elapsed() / rounds;
    println!("{each:?} for an amended pack");
    // A wide bound: what it guards against is a law that is parsed from its text again.
    assert!(each.as_millis() < 100, "{each:?}");
}
