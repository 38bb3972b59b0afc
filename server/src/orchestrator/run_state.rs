//! How far a run is, from how far its steps are.

use fovea_protocol::{RunState, StepState};

use super::step::Step;

/// The state of a run with these steps, in order.
pub(crate) fn run_state(steps: &[Step]) -> RunState {
    let any = |state| steps.iter().any(|step| step.state == state);
    if any(StepState::Cancelled) {
        RunState::Cancelled
    } else if any(StepState::Failed) {
        RunState::Failed
    } else if steps.iter().all(|step| step.state == StepState::Succeeded) {
        RunState::Succeeded
    } else if any(StepState::Succeeded) || steps.iter().any(|step| step.attempt > 0) {
        // Also between two attempts.
        RunState::Running
    } else {
        RunState::Queued
    }
}

#[cfg(test)]
mod tests {
    use fovea_protocol::StepState::*;

    use super::*;

    #[test]
    fn the_worst_step_speaks_for_the_run() {
        let cases = [
            ([(Queued, 0), (Waiting, 0), (Waiting, 0)], RunState::Queued),
            ([(Queued, 1), (Waiting, 0), (Waiting, 0)], RunState::Running),
            (
                [(Running, 1), (Waiting, 0), (Waiting, 0)],
                RunState::Running,
            ),
            (
                [(Succeeded, 1), (Queued, 0), (Waiting, 0)],
                RunState::Running,
            ),
            (
                [(Succeeded, 1), (Succeeded, 1), (Running, 2)],
                RunState::Running,
            ),
            ([(Succeeded, 1); 3], RunState::Succeeded),
            (
                [(Succeeded, 1), (Failed, 4), (Waiting, 0)],
                RunState::Failed,
            ),
            (
                [(Succeeded, 1), (Cancelled, 1), (Cancelled, 0)],
                RunState::Cancelled,
            ),
        ];
        for (steps, state) in cases {
            let step = |(state, attempt)| Step {
                state,
                attempt,
                ..Step::new(true, 0)
            };
            assert_eq!(run_state(&steps.map(step)), state, "{steps:?}");
        }
    }
}
