//! What can become of a connection, and when.

use std::collections::VecDeque;
use std::time::Duration;

/// What becomes of a connection.
///
/// ```
/// use std::time::Duration;
///
/// use alinea_client::testing::{Fault, Faults};
///
/// let faults = Faults::none().after_answers(0, Fault::Slow(10_000)).after_answers(50_000, Fault::Stall(Duration::from_secs(5)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is closed at both ends.
    Cut,
    /// It stays, and nothing passes any more, as when a cable was pulled.
    Silence,
    /// Nothing passes for so long; then it goes on.
    Stall(Duration),
    /// From now on no more than this many bytes a second pass in each direction.
    Slow(u32),
    /// The server seems to ask for new calls to be made over another connection, while those that are open go on (`GOAWAY`
    /// of HTTP/2). It comes between two frames, and only where nothing is encrypted.
    Drain,
    /// The next two messages of one answer come in the wrong order: two that stand whole in frames of HTTP/2, as nearly all do
    /// that a server of alinea sends. It too comes only where nothing is encrypted. No network does this; it shows what a program
    /// does about a server, or something on the way to it, that is broken.
    Swap,
}

/// What one connection suffers: faults, each after so many bytes that passed in one direction.
///
/// ```
/// use alinea_client::testing::{Fault, Faults};
///
/// let faults = Faults::none().after_requests(500, Fault::Drain).after_answers(5_000, Fault::Cut);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    pub(super) requests: VecDeque<(u64, Fault)>,
    pub(super) answers: VecDeque<(u64, Fault)>,
}

impl Faults {
    /// A sound connection.
    ///
    /// ```
    /// let sound = alinea_client::testing::Faults::none();
    /// ```
    pub fn none() -> Self {
        Self::default()
    }

    /// A fault once so many bytes came from the server; at the very beginning when it is 0.
    ///
    /// ```
    /// use alinea_client::testing::{Fault, Faults};
    ///
    /// let faults = Faults::none().after_answers(5_000, Fault::Cut);
    /// ```
    #[must_use]
    pub fn after_answers(mut self, bytes: u64, fault: Fault) -> Self {
        insert(&mut self.answers, bytes, fault);
        self
    }

    /// A fault once so many bytes came from the client.
    ///
    /// ```
    /// use alinea_client::testing::{Fault, Faults};
    ///
    /// let faults = Faults::none().after_requests(5_000, Fault::Silence);
    /// ```
    #[must_use]
    pub fn after_requests(mut self, bytes: u64, fault: Fault) -> Self {
        insert(&mut self.requests, bytes, fault);
        self
    }
}

/// Keeps them in the order in which they are due.
fn insert(faults: &mut VecDeque<(u64, Fault)>, bytes: u64, fault: Fault) {
    let at = faults.partition_point(|(due, _)| *due <= bytes);
    faults.insert(at, (bytes, fault));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_due_in_the_order_of_their_bytes() {
        let faults = Faults::none()
            .after_answers(9, Fault::Cut)
            .after_answers(3, Fault::Slow(1))
            .after_answers(3, Fault::Drain);
        assert_eq!(faults.answers, [(3, Fault::Slow(1)), (3, Fault::Drain), (9, Fault::Cut)]);
        assert!(faults.requests.is_empty());
    }
}
