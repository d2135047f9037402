//! The real program, killed while it writes: what was acknowledged is there, nothing is half there,
//! and what was sent again under its key happened once.

mod ground;
mod writers;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use self::{
    ground::{Ground, Recorded},
    writers::{Acknowledged, Change, Client, Written},
};
use super::long;
use crate::fixture::{Database, Home};

/// How many write at the same time.
const WRITERS: usize = 4;

/// Every how many-th kill the whole of what was acknowledged so far is looked for.
const ALL_EVERY: usize = 10;

/// How often the program is killed while it writes.
fn kills() -> usize {
    if long() { 300 } else { 30 }
}

/// Numbers without a pattern; the same in each run, so that only the machine makes a difference.
struct Dice(u64);

impl Dice {
    /// A number below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    async fn wait(&mut self, shortest: u64, longest: u64) {
        let millis = shortest + self.below(longest - shortest);
        sleep(Duration::from_millis(millis)).await;
    }
}

/// What became of the writes that nobody heard of again.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: usize,
    /// In flight when the program was killed, and made.
    made: usize,
    /// In flight when the program was killed, and not made.
    not_made: usize,
    /// Sent again under their key.
    again: usize,
    /// Killed before the program listened.
    at_the_start: usize,
}

/// One effect for each acknowledged write: the one that was acknowledged, on all of its objects.
fn each_is_there(acknowledged: &[Acknowledged], recorded: &BTreeMap<String, Vec<Recorded>>) {
    for write in acknowledged {
        let Some(entries) = recorded.get(&write.change.mark) else {
            panic!("{write:?} is gone");
        };
        assert_eq!(entries.len(), write.change.objects, "{write:?}");
        for entry in entries {
            assert_eq!(entry.revision, write.revision, "{write:?}");
            if let Some(version) = write.version {
                assert_eq!(
                    (&entry.object, entry.version),
                    (&write.id, version),
                    "{write:?}"
                );
            }
        }
    }
}

/// Sends again what was in flight under a key; each write in flight was made once or not at all.
async fn settle(client: &Client, ground: &Ground, in_flight: Vec<Change>, tally: &mut Tally) {
    let before = ground.recorded().await;
    let mut settled = Vec::new();
    for change in in_flight {
        let effects = before.get(&change.mark).map_or(0, Vec::len);
        assert!(
            effects == 0 || effects == change.objects,
            "{effects} of {change:?}"
        );
        if effects > 0 {
            tally.made += 1;
        } else {
            tally.not_made += 1;
        }
        if change.key.is_none() {
            continue;
        }
        let Written::Acknowledged(write) = client.write(&change).await else {
            panic!("{change:?} is cut short again");
        };
        assert_eq!(write.repeated, effects > 0, "{write:?}");
        settled.push(write);
    }
    tally.again += settled.len();
    each_is_there(&settled, &ground.recorded().await);
}

/// Some of what was acknowledged under a key is sent again: its key outlived the program.
async fn send_again(client: &Client, acknowledged: &[Acknowledged], tally: &mut Tally) {
    let keyed = acknowledged.iter().filter(|one| one.change.key.is_some());
    for write in keyed.take(3) {
        let Written::Acknowledged(again) = client.write(&write.change).await else {
            panic!("{write:?} is cut short");
        };
        assert!(again.repeated, "{again:?}");
        assert_eq!((&again.id, again.revision), (&write.id, write.revision));
        tally.again += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_is_killed_loses_nothing_that_it_acknowledged() {
    let since = Instant::now();
    let home = Home::new(Database::Sqlite).await;
    let ground = Ground::of(&home);
    let mut dice = Dice(0x5EED_0000_0000_0003);
    let mut tally = Tally::default();
    let (mut acknowledged, mut in_flight) = (Vec::new(), Vec::new());
    let mut running = ground.start().await;
    running.client.lay_the_ground().await;
    for kill in 1..=kills() {
        let last = acknowledged.len();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let name = format!("{kill}-{writer}");
                tokio::spawn(writers::write(running.client.clone(), name))
            })
            .collect();
        dice.wait(20, 400).await;
        running.kill().await;
        for writer in writers {
            let (done, cut) = writer.await.expect("a writer ends well");
            acknowledged.extend(done);
            in_flight.extend(cut);
        }
        if dice.below(3) == 0 {
            let starting = ground.program(&["serve"]).start();
            dice.wait(0, 150).await;
            starting.kill().await;
            tally.at_the_start += 1;
        }
        running = ground.start().await;
        ground.is_sound().await;
        let newest = if kill % ALL_EVERY == 0 { 0 } else { last };
        each_is_there(&acknowledged[newest..], &ground.recorded().await);
        settle(
            &running.client,
            &ground,
            std::mem::take(&mut in_flight),
            &mut tally,
        )
        .await;
        send_again(&running.client, &acknowledged[last..], &mut tally).await;
    }
    running.client.shows(&acknowledged).await;
    let finished = running.terminate().await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    each_is_there(&acknowledged, &ground.recorded().await);
    ground.is_sound().await;
    let verified = ground.program(&["audit", "verify"]).run().await;
    assert_eq!(verified.code, Some(0), "{verified:?}");

    tally.acknowledged = acknowledged.len();
    assert!(tally.acknowledged > kills(), "{tally:?}");
    assert!(tally.made + tally.not_made > kills() / 3, "{tally:?}");
    println!(
        "{} kills while writing, {tally:?}, {}, in {:.1?}",
        kills(),
        verified.last_line(),
        since.elapsed()
    );
    home.remove().await;
}

/// How often the program is killed while it makes a database and puts the demo register into it.
fn births() -> usize {
    if long() { 60 } else { 6 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_register_that_is_being_loaded_is_there_whole_or_not_at_all() {
    let home = Home::new(Database::Sqlite).await;
    let ground = Ground::of(&home);
    ground.start_with(&["serve", "--demo"]).await.kill().await;
    let whole = ground.entries().await;
    home.remove().await;
    // The demo register, and the law pack that it is judged by.
    assert!(whole > Some(120), "{whole:?} entries");

    // Measured when the program has been read from the disk once.
    let home = Home::new(Database::Sqlite).await;
    let since = Instant::now();
    let running = Ground::of(&home).start_with(&["serve", "--demo"]).await;
    let took = since.elapsed();
    running.kill().await;
    home.remove().await;
    let longest = u64::try_from(took.as_millis()).expect("a short time");
    let mut dice = Dice(0x5EED_0000_0000_0007);
    let mut found = BTreeMap::<_, usize>::new();
    for _ in 0..births() {
        let home = Home::new(Database::Sqlite).await;
        let ground = Ground::of(&home);
        let starting = ground.program(&["serve", "--demo"]).start();
        dice.wait(0, longest).await;
        starting.kill().await;
        let entries = ground.entries().await;
        assert!(
            entries.is_none_or(|entries| entries == 0) || entries == whole,
            "{entries:?} of {whole:?} entries"
        );
        *found.entry(entries).or_default() += 1;
        let running = ground.start_with(&["serve", "--demo"]).await;
        assert_eq!(ground.entries().await, whole);
        ground.is_sound().await;
        assert_eq!(running.terminate().await.code, Some(0));
        home.remove().await;
    }
    println!(
        "{} kills within {took:.1?} of the first start; entries then: {found:?}",
        births()
    );
}
