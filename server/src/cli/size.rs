//! Sizes on the command line: bytes with a suffix.

/// The bytes of words such as `64MiB`, `500kB` or `1048576`.
pub(super) fn parse(words: &str) -> Result<usize, String> {
    let wrong = || format!("'{words}' is no size: write bytes with a suffix, such as 500KiB, 64MiB or 1GiB");
    let at = words.find(|character: char| !character.is_ascii_digit()).unwrap_or(words.len());
    let (digits, suffix) = words.split_at(at);
    let unit: usize = match suffix.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1000 * 1000,
        "gb" => 1000 * 1000 * 1000,
        "tb" => 1000 * 1000 * 1000 * 1000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        _ => return Err(wrong()),
    };
    digits
        .parse::<usize>()
        .ok()
        .and_then(|count| count.checked_mul(unit))
        .filter(|&size| size > 0)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_suffix() {
        for (words, size) in [("1", 1), ("64MiB", 64 << 20), ("500 kB", 500_000), ("1t", 1 << 40)] {
            assert_eq!(parse(words), Ok(size));
        }
        for bad in ["", "0", "MiB", "1.5MiB", "-1", "1XB", "99999999999999TiB"] {
            assert!(parse(bad).unwrap_err().contains("64MiB"), "{bad}");
        }
    }
}
