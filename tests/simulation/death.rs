//! When an operator dies: right before, or right after, its k-th call that changes something.

use std::sync::{Arc, Mutex};

use evenkeel_kube_sim::Moment;
use tokio::sync::Notify;
use tokio::time::Instant;

/// One death that may come. Clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Death(Arc<(Mutex<Appointment>, Notify)>);

#[derive(Default)]
struct Appointment {
    at: Option<(Moment, usize)>,
    calls: usize,
    /// When the last call came.
    last: Option<Instant>,
}

impl Death {
    /// Counts calls from now on, to die at that one.
    pub(crate) fn appoint(&self, moment: Moment, call: usize) {
        let mut appointment = self.0.0.lock().unwrap();
        appointment.at = Some((moment, call));
        appointment.calls = 0;
    }

    /// It will not come any more.
    pub(crate) fn cancel(&self) {
        self.0.0.lock().unwrap().at = None;
    }

    /// Whether it has come, or was never appointed.
    pub(crate) fn is_over(&self) -> bool {
        self.0.0.lock().unwrap().at.is_none()
    }

    /// A call comes to that moment. If it is the appointed one, whoever sent it never hears of it again.
    pub(crate) fn meets(&self, moment: Moment) -> bool {
        let mut appointment = self.0.0.lock().unwrap();
        if moment == Moment::Before {
            appointment.calls += 1;
            appointment.last = Some(Instant::now());
        }
        let is_now = appointment.at == Some((moment, appointment.calls));
        if is_now {
            appointment.at = None;
            self.0.1.notify_one();
        }
        is_now
    }

    /// When the last call came.
    pub(crate) fn last_call(&self) -> Option<Instant> {
        self.0.0.lock().unwrap().last
    }

    /// Until it comes.
    pub(crate) async fn came(&self) {
        self.0.1.notified().await;
    }
}
