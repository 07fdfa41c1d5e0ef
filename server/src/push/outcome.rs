//! What a push service answered, and what that means for the message and the phone (RFC 8030 §5 and §7.3, RFC 9110).

use std::time::Duration;

/// The longest wait a push service is given when it asks for one.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// How long to wait where a push service has trouble and does not say for how long.
const WAIT: Duration = Duration::from_secs(60);

/// What came of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The push service has it. Whether the phone showed it is for the phone to say.
    Accepted,
    /// The phone's address is no more: nothing is sent there again.
    Gone,
    /// The push service does not take our word for this phone: perhaps it was subscribed with another key.
    Refused,
    /// Not now; again after so long.
    Later(Duration),
    /// The push service wants to be left alone by everybody for so long.
    Busy(Duration),
    /// It will not do better another time: the fault is ours.
    Ours,
}

impl Outcome {
    /// What a status and the header `Retry-After` (RFC 9110 §10.2.3, in seconds) mean.
    pub fn of(status: u16, retry_after: Option<&str>) -> Self {
        let asked = retry_after.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        match status {
            200..=299 => Self::Accepted,
            404 | 410 => Self::Gone,
            401 | 403 => Self::Refused,
            429 | 503 => Self::Busy(asked.unwrap_or(WAIT).min(LONGEST_WAIT)),
            408 | 425 | 500..=599 => Self::Later(asked.unwrap_or(WAIT).min(LONGEST_WAIT)),
            _ => Self::Ours,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_means_one_thing() {
        let seconds = Duration::from_secs;
        for (status, retry_after, outcome) in [
            (201, None, Outcome::Accepted),
            (200, None, Outcome::Accepted),
            (404, None, Outcome::Gone),
            (410, None, Outcome::Gone),
            (401, None, Outcome::Refused),
            (403, None, Outcome::Refused),
            (429, Some("7"), Outcome::Busy(seconds(7))),
            (429, None, Outcome::Busy(WAIT)),
            (503, Some("soon"), Outcome::Busy(WAIT)),
            (503, Some("99999999999"), Outcome::Busy(LONGEST_WAIT)),
            (502, Some("7"), Outcome::Later(seconds(7))),
            (500, None, Outcome::Later(WAIT)),
            (301, None, Outcome::Ours),
            (400, None, Outcome::Ours),
            (413, None, Outcome::Ours),
            (100, None, Outcome::Ours),
        ] {
            assert_eq!(Outcome::of(status, retry_after), outcome, "{status} {retry_after:?}");
        }
    }
}
