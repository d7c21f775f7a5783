//! What each caller does: the calls that are open, and a bucket of those that may begin, which fills with time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Over;

/// With how many callers those that do nothing are first forgotten.
const FEW: usize = 1024;

/// All callers that do something, or did a moment ago.
#[derive(Debug)]
pub(super) struct Callers {
    calls: usize,
    per_second: Option<u32>,
    states: Mutex<States>,
}

#[derive(Debug)]
struct States {
    of: HashMap<Arc<str>, State>,
    /// With how many callers those that do nothing are forgotten next.
    many: usize,
}

#[derive(Debug)]
struct State {
    open: usize,
    /// How many calls might begin when this was last looked at.
    left: f64,
    at: Instant,
}

impl State {
    /// Fills the bucket up for the time that went by.
    fn fill(&mut self, per_second: f64, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left, self.at) = ((self.left + passed * per_second).min(per_second), now);
    }
}

/// A call that counts as open until this is dropped.
#[derive(Debug)]
pub(super) struct Open {
    callers: Arc<Callers>,
    caller: Arc<str>,
}

impl Callers {
    pub(super) fn new(calls: usize, per_second: Option<u32>) -> Self {
        let states = Mutex::new(States { of: HashMap::new(), many: FEW });
        Self { calls, per_second, states }
    }

    /// Begins a call.
    pub(super) fn begin(self: &Arc<Self>, caller: &Arc<str>, now: Instant) -> Result<Open, Over> {
        let full = self.per_second.map(f64::from);
        let mut states = self.states();
        if states.of.len() >= states.many {
            states.of.retain(|_, state| {
                full.into_iter().for_each(|full| state.fill(full, now));
                state.open > 0 || full.is_some_and(|full| state.left < full)
            });
            states.many = FEW.max(states.of.len() * 2);
        }
        let state = states.of.entry(caller.clone()).or_insert_with(|| State {
            open: 0,
            left: full.unwrap_or_default(),
            at: now,
        });
        if state.open >= self.calls {
            return Err(Over::Calls { limit: self.calls });
        }
        if let Some(limit) = self.per_second {
            let full = f64::from(limit);
            state.fill(full, now);
            if state.left < 1.0 {
                let wait = Duration::from_secs_f64((1.0 - state.left) / full);
                return Err(Over::Rate { limit, wait });
            }
            state.left -= 1.0;
        }
        state.open += 1;
        drop(states);
        Ok(Open { callers: self.clone(), caller: caller.clone() })
    }

    fn states(&self) -> MutexGuard<'_, States> {
        // Each change of it is whole.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(state) = self.callers.states().of.get_mut(&self.caller) {
            state.open -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(number: usize) -> Arc<str> {
        format!("caller {number}").into()
    }

    #[test]
    fn a_caller_that_waits_as_long_as_it_is_told_gets_on() {
        let callers = Arc::new(Callers::new(100, Some(10)));
        let (one, other, mut now) = (named(1), named(2), Instant::now());
        let open: Vec<_> = (0..10).map(|_| callers.begin(&one, now).unwrap()).collect();
        for _ in 0..3 {
            let Err(Over::Rate { limit: 10, wait }) = callers.begin(&one, now) else { panic!("too many") };
            assert!(wait <= Duration::from_millis(101), "{wait:?}");
            drop(callers.begin(&other, now).unwrap());
            now += wait + Duration::from_micros(1);
            drop(callers.begin(&one, now).unwrap());
        }
        drop(open);
    }

    #[test]
    fn callers_that_do_nothing_are_forgotten() {
        let callers = Arc::new(Callers::new(1, Some(5)));
        let mut now = Instant::now();
        let kept = callers.begin(&named(0), now).unwrap();
        for number in 1..10_000 {
            drop(callers.begin(&named(number), now).unwrap());
            now += Duration::from_millis(10);
        }
        assert!(callers.states().of.len() <= 2 * FEW, "{}", callers.states().of.len());
        assert_eq!(callers.begin(&named(0), now).unwrap_err(), Over::Calls { limit: 1 });
        drop(kept);
        callers.begin(&named(0), now).unwrap();
    }

    proptest! {
        #[test]
        fn nobody_has_more_open_or_begins_more_than_it_may(
            steps in proptest::collection::vec((0usize..3, any::<bool>(), 0u64..300), 1..200),
        ) {
            let (most, rate) = (4, 20);
            let callers = Arc::new(Callers::new(most, Some(rate)));
            let (start, mut now) = (Instant::now(), Instant::now());
            let mut open: [Vec<Open>; 3] = Default::default();
            let mut begun = [0u32; 3];
            for (caller, begins, pause) in steps {
                now += Duration::from_millis(pause);
                match begins {
                    true => match callers.begin(&named(caller), now) {
                        Ok(call) => {
                            begun[caller] += 1;
                            open[caller].push(call);
                        }
                        Err(Over::Calls { .. }) => prop_assert_eq!(open[caller].len(), most),
                        Err(over) => prop_assert!(over.wait() <= Duration::from_millis(51)),
                    },
                    false => drop(open[caller].pop()),
                }
                prop_assert!(open[caller].len() <= most);
                let allowed = f64::from(rate) * (1.0 + (now - start).as_secs_f64());
                prop_assert!(f64::from(begun[caller]) <= allowed + 1e-6);
            }
        }
    }
}
