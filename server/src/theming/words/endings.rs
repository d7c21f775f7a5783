//! Endings that do not make another word: the plural, and the gender of adjectives.
//!
//! Every rule works on words without accents, since thesauri are often printed so and titles in capitals are.

/// A word without the endings of number and gender.
pub(super) fn singular<'a>(language: &str, word: &'a str, room: &'a mut String) -> &'a str {
    let mut replaced = |stem: &str, end: &str| {
        room.clear();
        room.push_str(stem);
        room.push_str(end);
    };
    match language {
        "en" => {
            for (end, other) in
                [("children", "child"), ("men", "man"), ("crises", "crisis"), ("yses", "ysis")]
            {
                if let Some(stem) = word.strip_suffix(end) {
                    replaced(stem, other);
                    return room;
                }
            }
            if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
                replaced(stem, "y");
                return room;
            }
            for end in ["sses", "xes", "ches", "shes", "zes"] {
                if word.ends_with(end) {
                    return &word[..word.len() - 2];
                }
            }
            let is_plural = word.len() > 3 && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
            word.strip_suffix('s').filter(|_| is_plural).unwrap_or(word)
        }
        "fr" => {
            let end = ["eaux", "oeux", "eux"].iter().find(|end| word.ends_with(**end));
            if let Some(stem) = word.strip_suffix("aux").filter(|stem| end.is_none() && stem.len() > 1) {
                replaced(stem, "al");
                return room;
            }
            let word = word.strip_suffix(['s', 'x']).filter(|stem| stem.len() > 2).unwrap_or(word);
            // `nationale`, `professionnelle` and `forcee` lose what makes them feminine, and so does every other `e`.
            let word = word.strip_suffix('e').filter(|stem| stem.len() > 2).unwrap_or(word);
            let word = word.strip_suffix('e').filter(|stem| stem.len() > 3).unwrap_or(word);
            // Only these are doubled by the feminine: a *fille* is not a *file*.
            let doubled = ["enn", "onn", "ell"].iter().any(|end| word.ends_with(end));
            if doubled { &word[..word.len() - 1] } else { word }
        }
        "es" | "pt" => {
            for (end, other) in [("ciones", "cion"), ("siones", "sion"), ("ces", "z"), ("oes", "ao")] {
                if let Some(stem) = word.strip_suffix(end).filter(|stem| stem.len() > 1) {
                    replaced(stem, other);
                    return room;
                }
            }
            let word = match word.strip_suffix("es").filter(|stem| stem.len() > 2) {
                // `derechos` is no plural in -es, `mujeres` is: a consonant that can end a word stands before it.
                Some(stem) if stem.ends_with(['r', 'l', 'n', 'd', 'z', 'j', 'y', 's']) => stem,
                _ => word.strip_suffix('s').filter(|stem| stem.len() > 2).unwrap_or(word),
            };
            word.strip_suffix(['a', 'o', 'e']).filter(|stem| stem.len() > 2).unwrap_or(word)
        }
        "ar" => {
            // The article, alone or with a particle written on to it: `وال`, `بال`, `لل`.
            let article = ["وال", "بال", "كال", "فال", "ولل", "ال", "لل"].iter();
            let bare = article
                .filter_map(|article| word.strip_prefix(*article))
                .find(|bare| bare.chars().count() > 2);
            room.clear();
            room.extend(bare.unwrap_or(word).chars().map(|letter| match letter {
                'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
                'ى' => 'ي',
                'ة' => 'ه',
                letter => letter,
            }));
            room
        }
        "it" => word.strip_suffix(['a', 'o', 'e', 'i']).filter(|stem| stem.len() > 2).unwrap_or(word),
        _ => word,
    }
}

/// Whether a stemmer would make a word one with others that are not meant: *présidence* is an office, *président* who
/// has it.
pub(super) fn keeps_its_end(word: &str) -> bool {
    ["enc", "ence", "anc", "ance"].iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_gender_are_taken_off_and_nothing_else() {
        for (language, words) in [
            ("en", &["policy policies", "tax taxes", "right rights", "process processes"][..]),
            (
                "en",
                &[
                    "crisis crises",
                    "analysis analyses",
                    "woman women",
                    "child children",
                    "status",
                    "progress",
                ],
            ),
            (
                "fr",
                &[
                    "national nationale nationaux nationales",
                    "eau eaux",
                    "force forces",
                    "force forcee forcees",
                ],
            ),
            ("fr", &["professionnel professionnelle professionnels", "convention conventions"]),
            (
                "es",
                &[
                    "derecho derechos",
                    "mujer mujeres",
                    "nacion naciones",
                    "publico publica publicos",
                    "voz voces",
                ],
            ),
        ] {
            for same in words {
                let forms: Vec<String> = same
                    .split(' ')
                    .map(|word| singular(language, word, &mut String::new()).to_owned())
                    .collect();
                assert!(forms.iter().all(|form| *form == forms[0]), "{language} {forms:?}");
            }
        }
        for (language, one, other) in
            [("en", "nation", "national"), ("fr", "restaurant", "restauration"), ("fr", "filles", "files")]
        {
            let (mut room, mut second) = (String::new(), String::new());
            assert_ne!(singular(language, one, &mut room), singular(language, other, &mut second));
        }
    }
}
