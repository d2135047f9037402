//! What the signed checkpoints prove, and what counts as no proof.

use std::{fs, os::unix::fs::PermissionsExt};

use chrono::TimeDelta;

use super::support::{Site, context, new_group, on_each_database, one_of_each};
use crate::{Checkpoint, Registry, Scope, Verification, groups, ledger::key::PublicKey};

async fn whole(site: &Site) {
    let verification = site.verify().await;
    assert!(
        matches!(verification, Verification::Whole { entries: 9, .. }),
        "{verification:?}"
    );
}

async fn incomplete(site: &Site, because: &str) {
    match site.verify().await {
        Verification::Incomplete { why } => assert!(why.contains(because), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_checkpoint_is_a_signed_note_of_the_ledgers_size_and_hash() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let checkpoint = registry.write_checkpoint().await.unwrap();
        assert_eq!((checkpoint.size, checkpoint.revision), (9, 9));
        whole(site).await;

        let files = site.checkpoint_files();
        assert_eq!(files.len(), 1);
        let name = format!("{}-000000000009.txt", checkpoint.database);
        assert_eq!(files[0].file_name().unwrap(), name.as_str());
        let note = fs::read_to_string(&files[0]).unwrap();
        let lines: Vec<&str> = note.lines().collect();
        assert_eq!(
            lines[0],
            format!("transfer-registry/ledger/{}", checkpoint.database)
        );
        assert_eq!(
            (lines[1], lines[2].len(), lines[3]),
            ("9", 44, "revision 9")
        );
        assert_eq!(lines[4], "instant 2026-11-21T10:00:00.123456Z");
        assert_eq!((lines[5], lines.len()), ("", 7));
        assert!(lines[6].starts_with("— transfer-registry "));

        let mode = |file: &str| {
            fs::metadata(site.data_dir().join(file))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(
            (mode("checkpoint.key"), mode("checkpoint.pub")),
            (0o600, 0o644)
        );
        let key = fs::read(site.data_dir().join("checkpoint.key")).unwrap();
        let registry = site.reopen(registry).await;
        registry.write_checkpoint().await.unwrap();
        assert_eq!(
            fs::read(site.data_dir().join("checkpoint.key")).unwrap(),
            key
        );
        assert_eq!(site.checkpoint_files().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_empty_ledger_can_be_whole() {
    on_each_database(async |site| {
        site.open().await.write_checkpoint().await.unwrap();
        let verification = site.verify().await;
        assert!(
            matches!(verification, Verification::Whole { entries: 0, .. }),
            "{verification:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn without_a_fresh_checkpoint_of_its_own_the_proof_is_incomplete() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        incomplete(site, "no key").await;
        registry.write_checkpoint().await.unwrap();
        whole(site).await;

        site.config.clock.advance(TimeDelta::hours(25));
        whole(site).await;
        site.config.clock.advance(TimeDelta::microseconds(1));
        incomplete(site, "newest checkpoint is of 2026-11-21").await;
        site.config.clock.advance(TimeDelta::hours(-26));
        incomplete(site, "future").await;
        site.config.clock.advance(TimeDelta::hours(2));

        let file = &site.checkpoint_files()[0];
        let kept = fs::read(file).unwrap();
        fs::remove_file(file).unwrap();
        incomplete(site, "no checkpoint").await;
        fs::write(file, kept).unwrap();
        site.config.clock.advance(TimeDelta::hours(-1));
        whole(site).await;
    })
    .await;
}

#[tokio::test]
async fn a_checkpoint_changed_in_any_byte_proves_nothing() {
    let site = &Site::sqlite();
    let registry = site.open().await;
    one_of_each(&registry).await;
    registry.write_checkpoint().await.unwrap();
    let file = &site.checkpoint_files()[0];
    let note = fs::read(file).unwrap();
    let key = &PublicKey::of(site.data_dir()).unwrap();
    let text = String::from_utf8(note.clone()).unwrap();
    assert!(Checkpoint::verified(&text, key).is_ok());
    for at in 0..note.len() {
        for bit in [0x01, 0x20] {
            let mut changed = note.clone();
            changed[at] ^= bit;
            if let Ok(changed) = String::from_utf8(changed) {
                assert!(
                    Checkpoint::verified(&changed, key).is_err(),
                    "byte {at}: {changed}"
                );
            }
        }
        if let Ok(cut) = str::from_utf8(&note[..at]) {
            assert!(Checkpoint::verified(cut, key).is_err(), "cut at {at}");
        }
    }
    for worthless in [
        &note[..note.len() / 2],
        b"",
        b"\xff\xfe",
        &[&note[..], b"x"].concat(),
    ] {
        fs::write(file, worthless).unwrap();
        incomplete(site, "proves nothing").await;
    }
    fs::write(file, &note).unwrap();
    whole(site).await;
}

#[tokio::test]
async fn a_checkpoint_of_another_key_or_ledger_proves_nothing() {
    let (site, other) = (&Site::sqlite(), &Site::sqlite());
    for site in [site, other] {
        let registry = site.open().await;
        one_of_each(&registry).await;
        registry.write_checkpoint().await.unwrap();
    }
    let (own, foreign) = (&site.checkpoint_files()[0], &other.checkpoint_files()[0]);
    let kept = fs::read(own).unwrap();
    fs::copy(foreign, own).unwrap();
    incomplete(site, "not signed with the key").await;

    // With the other's key as well it is properly signed, but says nothing of this ledger.
    for file in ["checkpoint.pub", "checkpoint.key"] {
        fs::copy(other.data_dir().join(file), site.data_dir().join(file)).unwrap();
    }
    incomplete(site, &own.display().to_string()).await;
    incomplete(site, "of another ledger").await;
    fs::write(own, kept).unwrap();
    incomplete(site, "not signed with the key").await;
}

#[tokio::test]
async fn a_wiped_database_is_never_whole_and_the_old_proof_stays() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let old = registry.write_checkpoint().await.unwrap();
        let file = site.checkpoint_files().remove(0);
        let kept = fs::read(&file).unwrap();
        site.wipe(registry).await;

        // The same changes again: as many entries, but another ledger.
        let registry = site.open().await;
        one_of_each(&registry).await;
        let refused = registry.write_checkpoint().await.unwrap_err().to_string();
        let other = old.database.to_string();
        for named in [&file.display().to_string(), &other, "data folder", "move"] {
            assert!(refused.contains(named), "{refused}");
        }
        assert_eq!(site.checkpoint_files().len(), 1);
        assert_eq!(fs::read(&file).unwrap(), kept);
        incomplete(site, &file.display().to_string()).await;
        incomplete(site, &other).await;

        // As the refusal says: moved away, the new ledger has a proof of its own.
        fs::remove_file(&file).unwrap();
        let new = registry.write_checkpoint().await.unwrap();
        assert_ne!(new.database, old.database);
        whole(site).await;
        // The other's beside its own says that a database was replaced or shares the folder.
        fs::write(&file, kept).unwrap();
        incomplete(site, &file.display().to_string()).await;
        assert!(registry.write_checkpoint().await.is_err());
    })
    .await;
}

#[tokio::test]
async fn every_older_checkpoint_must_hold_as_well() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        registry.write_checkpoint().await.unwrap();
        groups::create(&context(), &Scope::All, &registry, new_group("beta"))
            .await
            .unwrap();
        registry.write_checkpoint().await.unwrap();
        let files = site.checkpoint_files();
        assert_eq!(files.len(), 2);
        fs::remove_file(&files[1]).unwrap();
        // Entries behind the newest checkpoint are covered by the head alone.
        assert!(matches!(
            site.verify().await,
            Verification::Whole { entries: 10, .. }
        ));
        fs::write(&files[0], "no note").unwrap();
        incomplete(site, "proves nothing").await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_and_never_whole() {
    let site = Site::sqlite();
    assert!(Registry::verify_ledger(&site.config).await.is_err());
    // Verifying has made nothing.
    assert!(!site.data_dir().exists());
    let folder = site.data_dir().parent().unwrap().join("db");
    assert!(!folder.exists());
    fs::create_dir_all(&folder).unwrap();
    assert!(Registry::verify_ledger(&site.config).await.is_err());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    fs::write(folder.join("registry.db"), "").unwrap();
    assert!(Registry::verify_ledger(&site.config).await.is_err());
    fs::write(
        folder.join("registry.db"),
        "no database at all, but long enough to be read",
    )
    .unwrap();
    assert!(Registry::verify_ledger(&site.config).await.is_err());
}

#[tokio::test]
async fn verifying_changes_nothing() {
    let site = &Site::sqlite();
    let registry = site.open().await;
    one_of_each(&registry).await;
    registry.write_checkpoint().await.unwrap();
    // While the service runs, and after it has stopped.
    whole(site).await;
    registry.db().clone().close().await.unwrap();
    let file = site.data_dir().parent().unwrap().join("db/registry.db");
    let before = fs::read(&file).unwrap();
    whole(site).await;
    assert_eq!(fs::read(&file).unwrap(), before);
}
