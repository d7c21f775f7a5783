//! When a key is over, as people write it.

use std::time::SystemTime;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The moment of a day, which is when the day begins in UTC, or of a time with its offset (RFC 3339).
///
/// # Errors
///
/// Says how to write it.
pub fn moment(text: &str) -> Result<SystemTime, String> {
    let parse = |text: &str| OffsetDateTime::parse(text, &Rfc3339);
    match parse(text).or_else(|_| parse(&format!("{text}T00:00:00Z"))) {
        Ok(moment) => Ok(moment.into()),
        Err(_) => Err(format!("'{text}' is no moment: write 2027-01-31 or 2027-01-31T12:00:00Z")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn days_and_times_with_an_offset_are_moments_and_nothing_else_is() {
        for (text, seconds) in [
            ("1970-01-02", Some(86_400)),
            ("1970-01-01T00:00:10Z", Some(10)),
            ("1970-01-01T02:00:10+02:00", Some(10)),
            ("2027-01-01", Some(1_798_761_600)),
            ("2027-01-01T00:00:00", None),
            ("tomorrow", None),
            ("2027-02-30", None),
            ("", None),
        ] {
            let expected = seconds.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(moment(text).ok(), expected, "{text}");
        }
    }
}
