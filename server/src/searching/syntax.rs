//! What is typed into a search box, as words and phrases. Every text is a query: what cannot be meant is passed over.

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) clauses: Vec<Clause>,
}

/// A word, or words that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// What was typed: between quotes, or between spaces.
    pub(super) text: String,
    pub(super) quoted: bool,
    /// Whether it must not occur.
    pub(super) excluded: bool,
}

impl Query {
    /// The query that a text is: quotes hold words together, a hyphen before a word or a quote excludes.
    pub(super) fn parse(text: &str) -> Self {
        let mut clauses = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let bare = rest.strip_prefix('-').filter(|bare| !bare.starts_with(char::is_whitespace));
            let excluded = bare.is_some();
            rest = bare.unwrap_or(rest);
            let inside = rest.strip_prefix(is_quote);
            let (clause, after) = match inside {
                // A quote that is never closed goes to the end.
                Some(inside) => inside.split_once(is_quote).unwrap_or((inside, "")),
                None => {
                    let end = rest.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(rest.len());
                    rest.split_at(end)
                }
            };
            clauses.push(Clause { text: clause.to_owned(), quoted: inside.is_some(), excluded });
            rest = after.trim_start();
        }
        Self { clauses }
    }
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_hold_words_together_and_a_hyphen_excludes() {
        for (text, expected) in [
            ("armes  légères", vec![("armes", false, false), ("légères", false, false)]),
            ("\"small arms\" -nuclear", vec![("small arms", true, false), ("nuclear", false, true)]),
            ("« armes légères »x", vec![(" armes légères ", true, false), ("x", false, false)]),
            ("-\"war crimes\"-x", vec![("war crimes", true, true), ("x", false, true)]),
            (
                "war-torn - \"open",
                vec![("war-torn", false, false), ("-", false, false), ("open", true, false)],
            ),
            ("", vec![]),
        ] {
            let clauses = Query::parse(text).clauses;
            let read: Vec<_> =
                clauses.iter().map(|clause| (clause.text.as_str(), clause.quoted, clause.excluded)).collect();
            assert_eq!(read, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_a_query(text in "[\\PC\"« -]{0,40}") {
            let clauses = Query::parse(&text).clauses;
            prop_assert!(clauses.iter().map(|clause| clause.text.len()).sum::<usize>() <= text.len());
        }
    }
}
