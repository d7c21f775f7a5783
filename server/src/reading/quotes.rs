//! Words of another text that a document inserts: `… is replaced by: “Article 3. 1. The Council …”`, over as many
//! blocks as the quotation marks span. Their numbers are the other text's.

/// The most blocks that one quotation takes. A mark that is not closed within them was forgotten, and opens nothing.
const LONGEST: usize = 200;

/// Opening marks, each with those that close it.
const PAIRS: &[(char, &[char])] = &[
    ('«', &['»']),
    ('“', &['”', '“']),
    ('„', &['“', '”', '‟']),
    ('「', &['」']),
    ('『', &['』']),
    ('"', &['"']),
    ('‘', &['’']),
];

/// Which of some blocks are quotations. A quotation begins a block, after one that ends with a colon.
pub(crate) fn quotes(blocks: &[&str]) -> Vec<bool> {
    let mut quoted = vec![false; blocks.len()];
    let mut at = 1;
    while at < blocks.len() {
        let introduced = quoted[at - 1] || blocks[at - 1].trim_end().ends_with([':', '：']);
        match introduced.then(|| length(&blocks[at..])).flatten() {
            Some(length) => {
                quoted[at..at + length].fill(true);
                at += length;
            }
            None => at += 1,
        }
    }
    quoted
}

/// How many blocks the quotation takes that the first of them opens.
fn length(blocks: &[&str]) -> Option<usize> {
    let opening = blocks.first()?.trim_start().chars().next()?;
    let &(_, closing) = PAIRS.iter().find(|(open, _)| *open == opening)?;
    let mut depth = 0_i32;
    for (at, block) in blocks.iter().take(LONGEST).enumerate() {
        let mut words = block.trim();
        // Some printers open every paragraph of a quotation anew.
        if at > 0 && words.starts_with(opening) {
            words = &words[opening.len_utf8()..];
        }
        for (place, sign) in words.char_indices() {
            let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            // `l’article`: an apostrophe closes nothing.
            let apostrophe = sign == '’'
                && inside(words[..place].chars().next_back())
                && inside(words[place + sign.len_utf8()..].chars().next());
            let opens = sign == opening && (opening != '"' || depth == 0);
            if opens {
                depth += 1;
            } else if closing.contains(&sign) && !apostrophe {
                depth -= 1;
            }
        }
        if depth <= 0 {
            let end = words.trim_end_matches(['.', ';', ',', ' ']);
            return end.ends_with(closing).then_some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_goes_from_its_first_mark_to_its_last() {
        for (blocks, expected) in [
            (&["is replaced by:", "“1. The Council", "2. It shall.”", "3. Next"][..], "0110"),
            (
                &[
                    "è inserito il seguente:",
                    "«Art. 17-bis. -- 1. La lista",
                    "2. Per «ogni», dice.",
                    "fine».",
                    "f) dopo",
                ],
                "01110",
            ),
            (&["a) le texte :", "« Article 3", "« 1. Le conseil »", "b)"], "0110"),
            (&["means:", "\"act\" means a law;", "\"law\" means an act"], "000"),
            (&["ersetzt:", "„§ 6 Der Rat“.", "2."], "010"),
            (&["as follows:", "“never closed", "1. a", "2. b"], "0000"),
            (&["no colon", "“quoted”"], "00"),
        ] {
            let found: String = quotes(blocks).iter().map(|&quoted| if quoted { '1' } else { '0' }).collect();
            assert_eq!(found, expected, "{blocks:?}");
        }
    }
}
