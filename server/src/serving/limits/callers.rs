//! What each caller does: the calls that are open, those that may begin, and the bytes that may go by.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::{
    LimitOptions, Over,
    memory::{Memories, Share},
    pace::Pace,
};
use crate::serving::{bucket::Bucket, known::Known};

/// All callers that do something, or did a moment ago.
#[derive(Debug)]
pub(super) struct Callers {
    states: Mutex<States>,
}

#[derive(Debug)]
struct States {
    options: LimitOptions,
    /// What the requests and documents of all may take.
    memory: Memories,
    /// The imports that are open, of all callers.
    imports: usize,
    of: Known<Arc<str>, State>,
}

impl States {
    /// What a caller does, who is known from now on.
    fn of(&mut self, caller: &Arc<str>, now: Instant) -> &mut State {
        self.of.of(caller.clone(), |state| state.is_new(now), || State::new(&self.options, now))
    }
}

#[derive(Debug)]
struct State {
    open: usize,
    /// How many of them are imports.
    imports: usize,
    /// What its requests and documents may take.
    memory: Memories,
    /// The calls that may begin.
    calls: Option<Bucket>,
    pace: Option<Pace>,
}

impl State {
    fn new(options: &LimitOptions, now: Instant) -> Self {
        let calls = options.calls_per_second.map(|calls| Bucket::full(calls.get().into(), now));
        let pace = options.bytes_per_second.map(|bytes| Pace::new(bytes.get(), now));
        Self { open: 0, imports: 0, memory: Memories::part(options.memory), calls, pace }
    }

    /// Holds the caller to other limits from now on. Streams that began when there was none on bytes go on without one.
    fn change(&mut self, before: &LimitOptions, options: &LimitOptions, now: Instant) {
        if options.memory != before.memory {
            self.memory = Memories::part(options.memory);
        }
        match (options.calls_per_second, &mut self.calls) {
            (Some(calls), Some(before)) => before.change(calls.get().into(), now),
            (calls, before) => *before = calls.map(|calls| Bucket::full(calls.get().into(), now)),
        }
        match (options.bytes_per_second, &self.pace) {
            (Some(bytes), Some(before)) => before.change(bytes.get(), now),
            (bytes, before) => {
                // More than there can be.
                before.iter().for_each(|before| before.change(usize::MAX, now));
                self.pace = bytes.map(|bytes| Pace::new(bytes.get(), now));
            }
        }
    }

    /// Whether it is as it was when the caller was not known.
    fn is_new(&mut self, now: Instant) -> bool {
        self.open == 0
            && self.memory.are_whole()
            && self.calls.as_mut().is_none_or(|calls| calls.is_full(now))
            && self.pace.as_ref().is_none_or(|pace| pace.is_full(now))
    }
}

/// What sort of call it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// It takes documents in.
    Import,
    /// It gives a document out.
    Export,
    Other,
}

/// A call that counts as open until this is dropped.
#[derive(Debug)]
pub(super) struct Open {
    callers: Arc<Callers>,
    caller: Arc<str>,
    pub(super) sort: Sort,
    /// What its bytes keep to.
    pub(super) pace: Option<Pace>,
    /// What its request takes of the memory.
    pub(super) share: Arc<Mutex<Share>>,
}

impl Callers {
    pub(super) fn new(options: LimitOptions) -> Self {
        let memory = Memories::new(options.memory);
        Self { states: Mutex::new(States { options, memory, imports: 0, of: Known::default() }) }
    }

    pub(super) fn options(&self) -> LimitOptions {
        self.states().options
    }

    /// Holds all to other limits from now on. Calls that are open stay open.
    pub(super) fn change(&self, options: LimitOptions, now: Instant) {
        let mut states = self.states();
        // What is held is given back to the memory of before.
        if options.memory != states.options.memory {
            states.memory = Memories::new(options.memory);
        }
        let before = std::mem::replace(&mut states.options, options);
        states.of.all_mut().for_each(|state| state.change(&before, &options, now));
    }

    /// Begins a call.
    pub(super) fn begin(self: &Arc<Self>, caller: &Arc<str>, sort: Sort, now: Instant) -> Result<Open, Over> {
        let is_import = sort == Sort::Import;
        let mut states = self.states();
        let limits = states.options;
        if is_import && states.imports >= limits.imports {
            return Err(Over::Imports { limit: limits.imports });
        }
        let state = states.of(caller, now);
        if is_import && state.imports >= limits.imports_per_caller {
            return Err(Over::OwnImports { limit: limits.imports_per_caller });
        }
        if state.open >= limits.calls {
            return Err(Over::Calls { limit: limits.calls });
        }
        if let (Some(limit), Some(pace)) = (limits.bytes_per_second, &state.pace)
            && let Some(wait) = pace.behind(now)
        {
            return Err(Over::Bytes { limit: limit.get(), wait });
        }
        if let (Some(limit), Some(calls)) = (limits.calls_per_second, &mut state.calls) {
            if let Some(wait) = calls.wait(1.0, now) {
                return Err(Over::Rate { limit: limit.get(), wait });
            }
            calls.take(1.0);
        }
        state.open += 1;
        state.imports += usize::from(is_import);
        let (pace, own) = (state.pace.clone(), state.memory.clone());
        let all = &states.memory;
        let share = match sort {
            Sort::Import | Sort::Export => Share::new(all.documents.clone(), own.documents),
            Sort::Other => Share::new(all.requests.clone(), own.requests),
        };
        states.imports += usize::from(is_import);
        drop(states);
        let share = Arc::new(Mutex::new(share));
        Ok(Open { callers: self.clone(), caller: caller.clone(), sort, pace, share })
    }

    fn states(&self) -> MutexGuard<'_, States> {
        // Each change of it is whole.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut states = self.callers.states();
        let imports = usize::from(self.sort == Sort::Import);
        states.imports -= imports;
        if let Some(state) = states.of.get_mut(&self.caller) {
            state.open -= 1;
            state.imports -= imports;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn callers(calls: usize, per_second: u32) -> Arc<Callers> {
        let calls_per_second = per_second.try_into().ok();
        Arc::new(Callers::new(LimitOptions { calls, calls_per_second, ..Default::default() }))
    }

    fn named(number: usize) -> Arc<str> {
        format!("caller {number}").into()
    }

    #[test]
    fn a_caller_that_waits_as_long_as_it_is_told_gets_on() {
        let callers = callers(100, 10);
        let (one, other, mut now) = (named(1), named(2), Instant::now());
        let open: Vec<_> = (0..10).map(|_| callers.begin(&one, Sort::Other, now).unwrap()).collect();
        for _ in 0..3 {
            let Err(Over::Rate { limit: 10, wait }) = callers.begin(&one, Sort::Other, now) else {
                panic!("too many")
            };
            assert!(wait <= Duration::from_millis(101), "{wait:?}");
            drop(callers.begin(&other, Sort::Other, now).unwrap());
            now += wait + Duration::from_micros(1);
            drop(callers.begin(&one, Sort::Other, now).unwrap());
        }
        drop(open);
    }

    #[test]
    fn callers_that_do_nothing_are_forgotten() {
        let callers = callers(1, 5);
        let mut now = Instant::now();
        let kept = callers.begin(&named(0), Sort::Other, now).unwrap();
        for number in 1..10_000 {
            drop(callers.begin(&named(number), Sort::Other, now).unwrap());
            now += Duration::from_millis(10);
        }
        let known = callers.states().of.all_mut().count();
        assert!(known < 5000, "{known} are known");
        assert_eq!(callers.begin(&named(0), Sort::Other, now).unwrap_err(), Over::Calls { limit: 1 });
        drop(kept);
        callers.begin(&named(0), Sort::Other, now).unwrap();
    }

    #[test]
    fn limits_that_change_hold_for_callers_that_are_known() {
        let callers = callers(3, 1);
        let (one, now) = (named(1), Instant::now());
        let open = callers.begin(&one, Sort::Import, now).unwrap();
        assert!(matches!(callers.begin(&one, Sort::Other, now), Err(Over::Rate { limit: 1, .. })));
        let bytes_per_second = 1000.try_into().ok();
        let more = LimitOptions { calls: 2, imports: 1, bytes_per_second, ..Default::default() };
        callers.change(more, now);
        assert_eq!(callers.begin(&one, Sort::Import, now).unwrap_err(), Over::Imports { limit: 1 });
        let paced = callers.begin(&one, Sort::Other, now).unwrap();
        assert!(open.pace.is_none() && paced.pace.is_some());
        assert_eq!(callers.begin(&one, Sort::Other, now).unwrap_err(), Over::Calls { limit: 2 });
        callers.change(LimitOptions { bytes_per_second: None, ..more }, now);
        let pace = paced.pace.clone().unwrap();
        assert!(pace.went_by(1 << 40, now).is_none_or(|wait| wait < Duration::from_millis(1)));
        drop(open);
        callers.begin(&one, Sort::Import, now).unwrap();
    }

    proptest! {
        #[test]
        fn nobody_has_more_open_or_begins_more_than_it_may(
            steps in proptest::collection::vec((0usize..3, any::<bool>(), 0u64..300), 1..200),
        ) {
            let (most, rate) = (4, 20);
            let callers = callers(most, rate);
            let (start, mut now) = (Instant::now(), Instant::now());
            let mut open: [Vec<Open>; 3] = Default::default();
            let mut begun = [0u32; 3];
            for (caller, begins, pause) in steps {
                now += Duration::from_millis(pause);
                match begins {
                    true => match callers.begin(&named(caller), Sort::Other, now) {
                        Ok(call) => {
                            begun[caller] += 1;
                            open[caller].push(call);
                        }
                        Err(Over::Calls { .. }) => prop_assert_eq!(open[caller].len(), most),
                        Err(over) => prop_assert!(over.wait().unwrap() <= Duration::from_millis(51)),
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
