//! Languages, as BCP 47 codes.

/// Whether a language is another or a variety of it, in any case: `fr-CA` is `FR`, and `fr` is not `fr-CA` (RFC 4647,
/// basic filtering).
pub fn is_language(code: &str, wanted: &str) -> bool {
    match (code.get(..wanted.len()), code.as_bytes().get(wanted.len())) {
        (Some(start), None | Some(b'-')) => start.eq_ignore_ascii_case(wanted),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variety_is_its_language_and_not_the_other_way_round() {
        for (code, wanted, expected) in [
            ("fr", "fr", true),
            ("fr-CA", "FR", true),
            ("fr", "fr-CA", false),
            ("fra", "fr", false),
            ("", "fr", false),
            ("é", "f", false),
        ] {
            assert_eq!(is_language(code, wanted), expected, "{code} {wanted}");
        }
    }
}
