//! How often a caller may ask.
//!
//! Each replica counts for itself, so several together allow as many times more.

use std::{
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};
use poem::{
    Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
};

use super::client::ClientAddress;
use crate::{
    config::{Rate, Rates},
    refusal::Refusal,
};

/// How many callers are told apart. Whoever comes beyond them shares one share.
const MOST_CALLERS: usize = 1 << 16;
/// After how many requests those who have their whole share again are forgotten.
const SWEEP: u32 = 1 << 12;

/// Whoever knows which credentials are known.
pub(crate) trait Holders: Send + Sync {
    /// By what a known credential is counted, such as its SHA-256; `None` for one that is not
    /// known.
    fn holder(&self, bearer: &str) -> Option<[u8; 32]>;
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Caller {
    /// The holder of a known credential, wherever it asks from.
    Holder([u8; 32]),
    /// Everybody at an address.
    Household(IpAddr),
    /// Everybody for whom there was no room.
    Others,
}

/// What every caller may take, and what it has taken.
pub(crate) struct Shares<C: Clock = DefaultClock> {
    checks: Option<Share<C>>,
    requests: Option<Share<C>>,
    pages: Option<Share<C>>,
    guesses: Option<Share<C>>,
    holders: Arc<dyn Holders>,
}

type Counts<C> = RateLimiter<Caller, HashMapStateStore<Caller>, C, StateInformationMiddleware>;

/// What every caller may take of one kind.
struct Share<C: Clock> {
    name: &'static str,
    rate: Rate,
    counts: Counts<C>,
    clock: C,
    asked: AtomicU32,
    most: usize,
}

/// How a caller stands with its share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    name: &'static str,
    rate: Rate,
    left: u32,
    /// After how many seconds it may ask again, when it may not now.
    after: Option<u64>,
}

impl Shares {
    /// What the settings give everybody.
    pub(crate) fn new(rates: Rates, holders: Arc<dyn Holders>) -> Self {
        Self::with_clock(rates, holders, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> Shares<C> {
    fn with_clock(rates: Rates, holders: Arc<dyn Holders>, clock: &C) -> Self {
        let share = |name, rate: Option<Rate>| Share::new(name, rate?, clock.clone());
        Self {
            checks: share("checks", rates.checks),
            requests: share("requests", rates.requests),
            pages: share("pages", rates.pages),
            guesses: share("guesses", rates.guesses),
            holders,
        }
    }

    /// Takes one request of the caller's share; `None` where there is no limit.
    pub(crate) fn take(&self, request: &Request) -> Option<Standing> {
        let household = Caller::Household(ClientAddress::of_request(request).household());
        let path = request.uri().path();
        if !is_under(path, "/v1") {
            return self.pages.as_ref().map(|share| share.take(household));
        }
        let share = if is_under(path, "/v1/transfer-checks") {
            &self.checks
        } else {
            &self.requests
        };
        let caller = match self.credential(request.headers()) {
            Credential::Known(holder) => Caller::Holder(holder),
            Credential::None => household,
            Credential::Unknown => {
                let guess = self.guesses.as_ref().map(|share| share.take(household));
                if let Some(refused) = guess.filter(|guess| guess.refusal().is_some()) {
                    return Some(refused);
                }
                household
            }
        };
        share.as_ref().map(|share| share.take(caller))
    }

    fn credential(&self, headers: &HeaderMap) -> Credential {
        let Some(offered) = headers.get(header::AUTHORIZATION) else {
            return Credential::None;
        };
        let bearer = offered.to_str().ok().and_then(|offered| {
            let (scheme, bearer) = offered.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| bearer.trim())
        });
        let holder = bearer.and_then(|bearer| self.holders.holder(bearer));
        holder.map_or(Credential::Unknown, Credential::Known)
    }
}

enum Credential {
    Known([u8; 32]),
    Unknown,
    None,
}

/// Whether a path is another one or below it.
fn is_under(path: &str, other: &str) -> bool {
    path.strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl<C: Clock + Clone> Share<C> {
    fn new(name: &'static str, rate: Rate, clock: C) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(rate.per_second)?)
            .allow_burst(NonZeroU32::new(rate.burst)?);
        let counts = RateLimiter::hashmap_with_clock(quota, clock.clone())
            .with_middleware::<StateInformationMiddleware>();
        Some(Self {
            name,
            rate,
            counts,
            clock,
            asked: AtomicU32::new(0),
            most: MOST_CALLERS,
        })
    }

    fn take(&self, caller: Caller) -> Standing {
        let turn = self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1;
        if turn {
            self.counts.retain_recent();
            self.counts.shrink_to_fit();
        }
        // A holder is one of few that somebody gave a credential to.
        let full = !matches!(caller, Caller::Holder(_)) && self.counts.len() >= self.most;
        let caller = if full { Caller::Others } else { caller };
        let (left, after) = match self.counts.check_key(&caller) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                (0, Some(seconds.max(1)))
            }
        };
        Standing {
            name: self.name,
            rate: self.rate,
            left,
            after,
        }
    }
}

/// The fields of draft-ietf-httpapi-ratelimit-headers.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

impl Standing {
    /// Why the request is refused, if it is.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.after.map(|seconds| Refusal::RateLimited { seconds })
    }

    /// Tells the caller how it stands.
    pub(crate) fn show(&self, headers: &mut HeaderMap) {
        let Rate { per_second, burst } = self.rate;
        let (name, left) = (self.name, self.left);
        let window = burst.div_ceil(per_second).max(1);
        let whole_again = burst.saturating_sub(left).div_ceil(per_second);
        let told = format!("\"{name}\";r={left};t={whole_again}");
        let policy = format!("\"{name}\";q={burst};w={window}");
        for (name, value) in [(RATE_LIMIT, told), (RATE_LIMIT_POLICY, policy)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;
    use poem::http::Method;

    use super::*;

    struct One;

    impl Holders for One {
        fn holder(&self, bearer: &str) -> Option<[u8; 32]> {
            (bearer == "known").then_some([7; 32])
        }
    }

    const RATES: Rates = Rates {
        checks: Some(Rate {
            per_second: 2,
            burst: 4,
        }),
        requests: Some(Rate {
            per_second: 1,
            burst: 2,
        }),
        pages: Some(Rate {
            per_second: 1,
            burst: 1,
        }),
        guesses: Some(Rate {
            per_second: 1,
            burst: 1,
        }),
    };

    fn asking(path: &str, address: &str, credential: Option<&str>) -> Request {
        let mut request = Request::builder()
            .method(Method::GET)
            .uri(path.parse().unwrap());
        if let Some(credential) = credential {
            request = request.header("authorization", credential);
        }
        let mut request = request.finish();
        request.set_data(ClientAddress(address.parse().unwrap()));
        request
    }

    fn shares(rates: Rates) -> (Shares<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Shares::with_clock(rates, Arc::new(One), &clock), clock)
    }

    fn refused(shares: &Shares<FakeRelativeClock>, request: &Request) -> Option<u64> {
        shares.take(request).unwrap().after
    }

    const KNOWN: Option<&str> = Some("Bearer known");

    #[test]
    fn a_share_is_used_up_and_comes_back_with_time() {
        let (shares, clock) = shares(RATES);
        let request = asking("/v1/groups", "192.0.2.1", KNOWN);
        assert_eq!(shares.take(&request).unwrap().left, 1);
        assert_eq!(shares.take(&request).unwrap().left, 0);
        assert_eq!(refused(&shares, &request), Some(1));
        clock.advance(Duration::from_millis(1100));
        assert_eq!(refused(&shares, &request), None);
        assert_eq!(refused(&shares, &request), Some(1));
    }

    #[test]
    fn a_holder_has_one_share_wherever_it_asks_from_and_a_household_has_one_too() {
        let (shares, _) = shares(RATES);
        let from =
            |address, credential| refused(&shares, &asking("/v1/groups", address, credential));
        assert_eq!(from("192.0.2.1", KNOWN), None);
        assert_eq!(from("192.0.2.2", KNOWN), None);
        assert_eq!(from("192.0.2.3", KNOWN), Some(1), "its share is used up");
        assert_eq!(from("192.0.2.3", None), None, "its address has another");
        assert_eq!(from("2001:db8::1", None), None);
        assert_eq!(from("2001:db8::2", None), None);
        assert_eq!(from("2001:db8::3", None), Some(1), "one household");
    }

    #[test]
    fn checks_pages_and_the_rest_are_shares_of_their_own() {
        let (shares, _) = shares(RATES);
        let takes = |path: &str| {
            let request = asking(path, "192.0.2.1", KNOWN);
            (0..10)
                .take_while(|_| refused(&shares, &request).is_none())
                .count()
        };
        assert_eq!(takes("/v1/transfer-checks"), 4);
        assert_eq!(takes("/v1/transfer-checks/batch"), 0, "the same share");
        assert_eq!(takes("/v1/transfer-checkers"), 2);
        assert_eq!(takes("/v1/groups"), 0);
        assert_eq!(takes("/qcontact/subprocessors"), 1);
        assert_eq!(takes("/v1x"), 0);
    }

    #[test]
    fn guessing_is_slower_than_asking_and_does_not_hold_up_who_knows() {
        let (shares, _) = shares(RATES);
        let from = |credential| refused(&shares, &asking("/v1/groups", "192.0.2.1", credential));
        assert_eq!(from(Some("Bearer a-guess")), None);
        assert_eq!(from(Some("Bearer another")), Some(1));
        assert_eq!(from(Some("Basic a-guess")), Some(1));
        assert_eq!(from(None), None);
        assert_eq!(from(KNOWN), None);
    }

    #[test]
    fn what_is_off_is_not_counted() {
        let (shares, _) = shares(Rates::OFF);
        for path in ["/", "/v1/groups", "/v1/transfer-checks"] {
            assert_eq!(shares.take(&asking(path, "192.0.2.1", Some("x"))), None);
        }
    }

    #[test]
    fn the_fields_say_what_is_left_and_when_it_is_whole_again() {
        let (shares, _) = shares(RATES);
        let mut headers = HeaderMap::new();
        let standing = shares.take(&asking("/v1/transfer-checks", "192.0.2.1", KNOWN));
        standing.unwrap().show(&mut headers);
        assert_eq!(headers.get("ratelimit").unwrap(), "\"checks\";r=3;t=1");
        assert_eq!(
            headers.get("ratelimit-policy").unwrap(),
            "\"checks\";q=4;w=2"
        );
    }

    #[test]
    fn no_crowd_of_addresses_takes_all_memory_or_the_holders_place() {
        let clock = FakeRelativeClock::default();
        let rate = Rate {
            per_second: 1,
            burst: 1,
        };
        let mut share = Share::new("requests", rate, clock.clone()).unwrap();
        share.most = 10;
        for last in 0..100_u32 {
            share.take(Caller::Household(IpAddr::V4(last.into())));
        }
        assert_eq!(share.counts.len(), 11);
        assert_eq!(share.take(Caller::Holder([7; 32])).after, None);
        clock.advance(Duration::from_secs(10));
        for _ in 0..SWEEP {
            share.take(Caller::Others);
        }
        assert!(share.counts.len() <= 2, "{}", share.counts.len());
    }
}
