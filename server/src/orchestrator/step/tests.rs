//! The table of a step's life, and what holds whatever happens.

use fovea_protocol::StepState::{self, *};
use proptest::prelude::*;

use super::*;

const NOW_US: i64 = 1_763_900_000_000_000;

fn timing() -> Timing {
    Timing::default()
}

fn step(state: StepState, attempt: u32) -> Step {
    Step {
        state,
        attempt,
        epoch: 10,
        lease_until_us: (state == Running).then_some(NOW_US + 5_000_000),
        next_at_us: NOW_US,
    }
}

/// A state with the attempts begun, what happens, the state after it, the attempts begun then, and how one ended.
type Row = (StepState, u32, Event, StepState, u32, Option<AttemptEnd>);

#[test]
fn a_step_becomes_what_the_table_says() {
    const JITTER: f64 = 0.5;
    let mine = 10;
    let rows: [Row; 19] = [
        (Waiting, 0, Event::Unblock, Queued, 0, None),
        (Queued, 0, Event::Claim, Running, 1, None),
        (Queued, 3, Event::Claim, Running, 4, None),
        (
            Running,
            2,
            Event::Heartbeat { epoch: mine },
            Running,
            2,
            None,
        ),
        (
            Running,
            2,
            Event::Succeed { epoch: mine },
            Succeeded,
            2,
            Some(AttemptEnd::Succeeded),
        ),
        (
            Running,
            3,
            Event::FailForNow {
                epoch: mine,
                jitter: JITTER,
            },
            Queued,
            3,
            Some(AttemptEnd::FailedForNow),
        ),
        (
            Running,
            4,
            Event::FailForNow {
                epoch: mine,
                jitter: JITTER,
            },
            Failed,
            4,
            Some(AttemptEnd::FailedForNow),
        ),
        (
            Running,
            1,
            Event::FailForGood { epoch: mine },
            Failed,
            1,
            Some(AttemptEnd::FailedForGood),
        ),
        (
            Running,
            4,
            Event::GiveBack { epoch: mine },
            Queued,
            3,
            Some(AttemptEnd::GivenBack),
        ),
        (Waiting, 0, Event::Expire, Failed, 0, None),
        (Queued, 2, Event::Expire, Failed, 2, None),
        (
            Running,
            2,
            Event::Expire,
            Failed,
            2,
            Some(AttemptEnd::Expired),
        ),
        (Waiting, 0, Event::Cancel, Cancelled, 0, None),
        (Queued, 1, Event::Cancel, Cancelled, 1, None),
        (
            Running,
            1,
            Event::Cancel,
            Cancelled,
            1,
            Some(AttemptEnd::Cancelled),
        ),
        (Failed, 4, Event::Retry, Queued, 0, None),
        (Cancelled, 1, Event::Retry, Queued, 0, None),
        (Succeeded, 2, Event::Rewind, Waiting, 0, None),
        (Cancelled, 0, Event::Rewind, Waiting, 0, None),
    ];
    for (state, attempt, event, after, attempt_after, end) in rows {
        let before = step(state, attempt);
        let Decision::Become(next, ended) = before.after(event, NOW_US, &timing()) else {
            panic!("{state:?} and {event:?} change something");
        };
        assert_eq!(
            (next.state, next.attempt, ended),
            (after, attempt_after, end),
            "{state:?} {event:?}"
        );
        let stays_with_its_worker = matches!(event, Event::Heartbeat { .. });
        assert_eq!(
            next.epoch > before.epoch,
            !stays_with_its_worker,
            "{state:?} {event:?}"
        );
    }
}

#[test]
fn who_does_not_hold_it_is_not_heard() {
    for state in StepState::ALL {
        for epoch in [0, 9, 11] {
            let events = [
                Event::Heartbeat { epoch },
                Event::Succeed { epoch },
                Event::FailForNow { epoch, jitter: 0.0 },
                Event::FailForGood { epoch },
                Event::GiveBack { epoch },
            ];
            for event in events {
                let decision = step(state, 1).after(event, NOW_US, &timing());
                assert_eq!(decision, Decision::Fenced, "{state:?} {event:?}");
            }
        }
    }
    for state in [Waiting, Queued, Succeeded, Failed, Cancelled] {
        let decision = step(state, 1).after(Event::Succeed { epoch: 10 }, NOW_US, &timing());
        assert_eq!(decision, Decision::Fenced, "{state:?} is held by nobody");
    }
}

#[test]
fn a_silent_worker_loses_its_step_and_the_cap_ends_it() {
    let lapsed = |attempt| Step {
        lease_until_us: Some(NOW_US),
        ..step(Running, attempt)
    };
    let sweep = Event::Sweep { jitter: 1.0 };
    let Decision::Become(next, Some(AttemptEnd::WorkerLost)) =
        lapsed(1).after(sweep, NOW_US, &timing())
    else {
        panic!("the lease has run out");
    };
    assert_eq!((next.state, next.attempt), (Queued, 1));
    assert_eq!(next.next_at_us, NOW_US + 2_000_000);
    let Decision::Become(next, Some(AttemptEnd::WorkerLost)) =
        lapsed(ATTEMPTS_MAX).after(sweep, NOW_US, &timing())
    else {
        panic!("the lease has run out");
    };
    assert_eq!(next.state, Failed);
    let held = step(Running, 1).after(sweep, NOW_US, &timing());
    assert_eq!(held, Decision::Stay, "a lease that runs is left alone");
}

#[test]
fn a_clock_that_was_set_back_delays_by_one_lease() {
    let far = NOW_US + 86_400_000_000;
    let held = Step {
        lease_until_us: Some(far),
        ..step(Running, 1)
    };
    let sweep = Event::Sweep { jitter: 0.0 };
    let Decision::Become(next, None) = held.after(sweep, NOW_US, &timing()) else {
        panic!("no lease is a day long");
    };
    assert_eq!(next.lease_until_us, Some(NOW_US + timing().lease_us()));
    assert_eq!(next.epoch, held.epoch, "its worker still holds it");
    let queued = Step {
        next_at_us: far,
        ..step(Queued, 1)
    };
    let Decision::Become(next, None) = queued.after(sweep, NOW_US, &timing()) else {
        panic!("no pause is a day long");
    };
    assert_eq!(next.next_at_us, NOW_US + timing().backoff_max_us());
}

#[test]
fn nothing_is_taken_before_its_time() {
    let early = Step {
        next_at_us: NOW_US + 1,
        ..step(Queued, 1)
    };
    assert_eq!(early.after(Event::Claim, NOW_US, &timing()), Decision::Stay);
    let used_up = step(Queued, ATTEMPTS_MAX);
    assert_eq!(
        used_up.after(Event::Claim, NOW_US, &timing()),
        Decision::Stay
    );
}

/// A move in the game of a step, two workers and a clock that jumps.
#[derive(Clone, Copy, Debug)]
enum Move {
    /// The clock goes on or jumps, by so many µs.
    Clock(i64),
    /// Worker 0 or 1 asks for the step and remembers its epoch.
    Claim(usize),
    /// Worker 0 or 1 says something, for the epoch that it was given last.
    Say(usize, u8),
    Sweep(f64),
    Expire,
    Cancel,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0_i64..40_000_000).prop_map(Move::Clock),
        1 => (-200_000_000_000_i64..200_000_000_000).prop_map(Move::Clock),
        6 => (0_usize..2).prop_map(Move::Claim),
        6 => (0_usize..2, 0_u8..5).prop_map(|(who, what)| Move::Say(who, what)),
        4 => (0.0_f64..1.0).prop_map(Move::Sweep),
        1 => Just(Move::Expire),
        1 => Just(Move::Cancel),
    ];
    proptest::collection::vec(one, 1..200)
}

fn event_of(moved: Move, given: [u64; 2]) -> Option<Event> {
    Some(match moved {
        Move::Clock(_) => return None,
        Move::Claim(_) => Event::Claim,
        Move::Say(who, what) => {
            let epoch = given[who];
            match what {
                0 => Event::Heartbeat { epoch },
                1 => Event::Succeed { epoch },
                2 => Event::FailForNow { epoch, jitter: 0.3 },
                3 => Event::FailForGood { epoch },
                _ => Event::GiveBack { epoch },
            }
        }
        Move::Sweep(jitter) => Event::Sweep { jitter },
        Move::Expire => Event::Expire,
        Move::Cancel => Event::Cancel,
    })
}

proptest! {
    #[test]
    fn whatever_happens_a_step_is_sound(moves in moves()) {
        let timing = timing();
        let (mut now_us, mut step, mut given) = (NOW_US, Step::new(true, NOW_US), [0_u64; 2]);
        let mut ended_well = 0;
        for moved in moves {
            if let Move::Clock(us) = moved {
                now_us += us;
            }
            let Some(event) = event_of(moved, given) else { continue };
            let before = step;
            if let Decision::Become(next, end) = step.after(event, now_us, &timing) {
                step = next;
                prop_assert!(!before.state.is_final(), "the end is the end");
                prop_assert!(step.epoch >= before.epoch);
                prop_assert_eq!(end.is_some(), before.state == Running && step.state != Running);
                ended_well += u32::from(end == Some(AttemptEnd::Succeeded));
                if let Move::Claim(who) = moved {
                    prop_assert!(step.epoch > before.epoch);
                    given[who] = step.epoch;
                }
            }
            prop_assert!(step.attempt <= ATTEMPTS_MAX);
            prop_assert_eq!(step.state == Running, step.lease_until_us.is_some());
            if matches!(event, Event::Sweep { .. }) {
                prop_assert!(step.lease_until_us.is_none_or(|us| us > now_us && us <= now_us + timing.lease_us()));
                prop_assert!(step.state != Queued || step.next_at_us <= now_us + timing.backoff_max_us());
            }
        }
        prop_assert!(ended_well <= 1);
        prop_assert_eq!(ended_well == 1, step.state == Succeeded);
    }

    #[test]
    fn a_step_whose_workers_die_ends_at_the_cap(jitters in proptest::collection::vec(0.0_f64..1.0, 10)) {
        let timing = timing();
        let (mut now_us, mut step, mut claims) = (NOW_US, Step::new(true, NOW_US), 0);
        for jitter in jitters {
            if let Decision::Become(next, _) = step.after(Event::Claim, now_us, &timing) {
                (step, claims) = (next, claims + 1);
            }
            now_us += timing.lease_us();
            if let Decision::Become(next, _) = step.after(Event::Sweep { jitter }, now_us, &timing) {
                step = next;
            }
            now_us += timing.backoff_max_us();
        }
        prop_assert_eq!((step.state, claims), (Failed, ATTEMPTS_MAX));
    }
}
