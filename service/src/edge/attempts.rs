//! How often somebody may try to sign in: from one address, and for one account.
//!
//! Each replica counts for itself, so several together allow as many times more.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;

/// How many addresses, and how many accounts, are told apart. Whoever comes beyond them shares one
/// share.
const MOST: usize = 1 << 16;
/// How many times as often an account may be tried as one address may try: whoever guesses somebody's
/// password from one address does not keep that person out.
const MORE: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// After how many tries those who may try as often as anybody are forgotten.
const SWEEP: u32 = 1 << 10;

/// Who is counted. An account's name is as long as somebody likes, so its hash stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Address(IpAddr),
    Account([u8; 32]),
    /// Everybody for whom there was no room.
    Others,
}

/// Counts tries. Clones count together.
#[derive(Clone)]
pub(crate) struct Attempts(Arc<Counts>);

struct Counts {
    from_address: DefaultKeyedRateLimiter<Whose>,
    for_account: DefaultKeyedRateLimiter<Whose>,
    made: AtomicU32,
}

impl Attempts {
    /// As many a minute as this from each address, and [`MORE`] times as many for each account.
    pub(crate) fn a_minute(tries: NonZeroU32) -> Self {
        Self(Arc::new(Counts {
            from_address: RateLimiter::keyed(Quota::per_minute(tries)),
            for_account: RateLimiter::keyed(Quota::per_minute(tries.saturating_mul(MORE))),
            made: AtomicU32::new(0),
        }))
    }

    /// Counts a try from an address, whatever comes of it.
    ///
    /// # Errors
    /// When there were too many.
    pub(crate) fn take_from(&self, address: IpAddr) -> Result<(), Refusal> {
        self.sweep();
        one_of(&self.0.from_address, &Whose::Address(address))
    }

    /// Counts a try for an account from an address, whatever comes of it.
    ///
    /// # Errors
    /// When there were too many from this address or for this account.
    pub(crate) fn take(&self, address: IpAddr, account: &str) -> Result<(), Refusal> {
        // Who tries too often from one address does not use up what others may try for an account.
        self.take_from(address)?;
        let account = Sha256::digest(account.to_lowercase().as_bytes()).into();
        one_of(&self.0.for_account, &Whose::Account(account))
    }

    fn sweep(&self) {
        let Counts {
            from_address,
            for_account,
            made,
        } = &*self.0;
        if made.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            for counts in [from_address, for_account] {
                counts.retain_recent();
                counts.shrink_to_fit();
            }
        }
    }
}

fn one_of(counts: &DefaultKeyedRateLimiter<Whose>, whose: &Whose) -> Result<(), Refusal> {
    let whose = if counts.len() < MOST {
        whose
    } else {
        &Whose::Others
    };
    counts.check_key(whose).map_err(|until| {
        let wait = until.wait_time_from(counts.clock().now());
        Refusal::RateLimited {
            seconds: wait.as_secs() + 1,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn an_address_and_an_account_have_so_many_tries() {
        let three = const { NonZeroU32::new(3).unwrap() };
        let attempts = Attempts::a_minute(three);
        let from = |number| IpAddr::from(Ipv4Addr::new(192, 0, 2, number));
        for account in ["a", "b", "c"] {
            assert_eq!(attempts.take(from(1), account), Ok(()));
        }
        assert!(attempts.take(from(1), "d").is_err(), "its address");
        for number in 2..31 {
            assert_eq!(attempts.take(from(number), "A"), Ok(()));
        }
        assert!(attempts.take(from(31), "a").is_err(), "its account");
        assert_eq!(attempts.take(from(32), "d"), Ok(()));
    }
}
