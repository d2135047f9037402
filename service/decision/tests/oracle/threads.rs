//! Runs over many seeds on two threads.

use std::{ops::Range, sync::Arc};

use transfer_decision::law::Law;

/// The law that is built into the program.
pub(crate) fn law() -> Arc<Law> {
    transfer_registry_seed::law::shipped().unwrap_or_else(|fault| panic!("{fault}"))
}

/// How many worlds a run judges: so many, and so many times as many in a long run.
pub(crate) fn number(worlds: u64, longer: u64) -> u64 {
    let long = std::env::var("TEST_LONG").is_ok_and(|value| value == "1");
    if long { worlds * longer } else { worlds }
}

/// Does the work on two threads, each with its half of the seeds.
pub(crate) fn many<A: Send, B: Send>(
    worlds: u64,
    work: &(dyn Fn(Range<u64>) -> (A, B) + Sync),
) -> (Vec<A>, Vec<B>) {
    let halves = [0..worlds / 2, worlds / 2..worlds];
    std::thread::scope(|scope| {
        let running: Vec<_> = halves
            .into_iter()
            .map(|seeds| scope.spawn(move || work(seeds)))
            .collect();
        running
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .unzip()
    })
}

/// The first seed that failed on any thread.
pub(crate) fn first_failure(failures: Vec<Option<u64>>) -> Option<u64> {
    failures.into_iter().flatten().min()
}
