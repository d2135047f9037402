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

/// How many addresses and accounts are told apart. Whoever comes beyond them waits until some are
/// forgotten.
const MOST: usize = 1 << 16;
/// After how many tries those who may try as often as anybody are forgotten.
const SWEEP: u32 = 1 << 8;

/// Who is counted. An account's name is as long as somebody likes, so its hash stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Address(IpAddr),
    Account([u8; 32]),
}

/// Counts tries. Clones count together.
#[derive(Clone)]
pub(crate) struct Attempts(Arc<Counts>);

struct Counts {
    tries: DefaultKeyedRateLimiter<Whose>,
    made: AtomicU32,
}

impl Attempts {
    /// As many a minute as this, for each address and each account.
    pub(crate) fn a_minute(tries: NonZeroU32) -> Self {
        Self(Arc::new(Counts {
            tries: RateLimiter::keyed(Quota::per_minute(tries)),
            made: AtomicU32::new(0),
        }))
    }

    /// Counts a try, whatever comes of it.
    ///
    /// # Errors
    /// When there were too many from this address or for this account.
    pub(crate) fn take(&self, address: IpAddr, account: &str) -> Result<(), Refusal> {
        let Counts { tries, made } = &*self.0;
        if made.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 || tries.len() >= MOST {
            tries.retain_recent();
            tries.shrink_to_fit();
        }
        if tries.len() >= MOST {
            return Err(Refusal::RateLimited { seconds: 60 });
        }
        let account = Sha256::digest(account.to_lowercase().as_bytes()).into();
        // Who tries too often from one address does not use up what others may try for an account.
        for whose in [Whose::Address(address), Whose::Account(account)] {
            if let Err(until) = tries.check_key(&whose) {
                let wait = until.wait_time_from(tries.clock().now());
                let seconds = wait.as_secs() + 1;
                return Err(Refusal::RateLimited { seconds });
            }
        }
        Ok(())
    }
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
        for number in 2..4 {
            assert_eq!(attempts.take(from(number), "A"), Ok(()));
        }
        assert!(attempts.take(from(4), "a").is_err(), "its account");
        assert_eq!(attempts.take(from(5), "d"), Ok(()));
    }
}
