//! How many connections there are, in all and from one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::client::ClientAddress;
use crate::config::Proxies;

/// The connections of a listener. A clone counts the same ones.
#[derive(Debug, Clone)]
pub(super) struct Admission {
    most: u32,
    most_each: u32,
    proxies: Proxies,
    now: Arc<Mutex<Now>>,
}

#[derive(Debug, Default)]
struct Now {
    all: u32,
    each: HashMap<IpAddr, u32>,
}

/// The place of a connection; dropped, it is free again.
#[derive(Debug)]
pub(super) struct Place {
    now: Arc<Mutex<Now>>,
    /// Whose it is, where it counts.
    of: Option<IpAddr>,
}

impl Admission {
    pub(super) fn new(most: u32, most_each: u32, proxies: Proxies) -> Self {
        Self {
            most,
            most_each,
            proxies,
            now: Arc::default(),
        }
    }

    /// A place for a connection, if there is one. A proxy's are not counted by its address, as
    /// everybody comes through it.
    pub(super) fn place(&self, peer: IpAddr) -> Option<Place> {
        let of = (!self.proxies.contain(peer)).then(|| ClientAddress(peer).household());
        let mut now = locked(&self.now);
        if now.all >= self.most {
            return None;
        }
        if let Some(of) = of {
            let each = now.each.entry(of).or_default();
            if *each >= self.most_each {
                return None;
            }
            *each += 1;
        }
        now.all += 1;
        drop(now);
        Some(Place {
            now: Arc::clone(&self.now),
            of,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut now = locked(&self.now);
        now.all = now.all.saturating_sub(1);
        let Some(of) = self.of else { return };
        if let Some(each) = now.each.get_mut(&of) {
            *each = each.saturating_sub(1);
            if *each == 0 {
                now.each.remove(&of);
            }
        }
    }
}

fn locked(now: &Mutex<Now>) -> MutexGuard<'_, Now> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::config::ForwardedHeader;

    #[test]
    fn nobody_takes_every_place_and_a_place_that_is_left_is_the_next_ones() {
        let networks = vec!["10.0.0.0/8".parse().unwrap()];
        let proxies = Proxies::new(networks, ForwardedHeader::default());
        let admission = Admission::new(4, 2, proxies);
        let place = |peer: &str| admission.place(peer.parse().unwrap());
        let first = place("2001:db8::1").unwrap();
        let second = place("2001:db8::2").unwrap();
        assert!(place("2001:db8::3").is_none(), "the same household");
        let third = place("10.0.0.1").unwrap();
        drop(second);
        let fourth = place("10.0.0.1").unwrap();
        let fifth = place("10.0.0.1").unwrap();
        assert!(place("192.0.2.1").is_none(), "none is left");
        drop((first, third, fourth, fifth));
        let now = locked(&admission.now);
        assert_eq!((now.all, now.each.len()), (0, 0));
    }
}
