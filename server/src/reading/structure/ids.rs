//! Ids: the levels of the Akoma Ntoso naming convention, numbers made clean, and no id twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::document::EId;
use crate::reading::numbering::numeral;
use crate::reading::numbering::unit;

/// A printed number as it stands in an id: digits of any script, Chinese numerals and words for the first become
/// Western digits, letters and Roman numerals stay, runs of anything else become `-`.
pub(crate) fn clean(number: &str) -> String {
    if unit::is_first(number) {
        return "1".to_owned();
    }
    if let Some(value) = numeral::chinese(number) {
        return value.to_string();
    }
    if let Some(value) = number.chars().next().and_then(numeral::enclosed) {
        return value.to_string();
    }
    let mut clean = String::new();
    for character in number.chars() {
        match numeral::digit(character) {
            Some(digit) => clean.extend(char::from_digit(digit, 10)),
            None if character.is_alphanumeric() => clean.push(character),
            None if clean.is_empty() || clean.ends_with('-') => {}
            None => clean.push('-'),
        }
    }
    clean.truncate(clean.trim_end_matches('-').len());
    clean
}

/// The ids that a document has given.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    given: HashMap<String, u32>,
    unnumbered: HashMap<(String, &'static str), u32>,
    repeated: u32,
}

impl Ids {
    /// The id of a part under `parent` (empty at the top), with its number; unnumbered parts are counted `nn-1`.
    pub(crate) fn numbered(&mut self, parent: &str, name: &'static str, number: &str) -> EId {
        let number = clean(number);
        if number.is_empty() {
            let count = self.count(parent, name);
            return self.once(join(parent, &format!("{name}_nn-{count}")));
        }
        self.once(join(parent, &format!("{name}_{number}")))
    }

    /// The id of a part that is known by its place among its like: `rec_3`, `sig_1`, from `first` on.
    pub(crate) fn counted(&mut self, parent: &str, name: &'static str, first: u32) -> EId {
        let count = self.count(parent, name) + first - 1;
        self.once(join(parent, &format!("{name}_{count}")))
    }

    /// The id of a part of which there is one: `preamble`, `conclusions`.
    pub(crate) fn only(&mut self, parent: &str, name: &'static str) -> EId {
        self.once(join(parent, name))
    }

    /// How often an id was asked for that was given before: a number stands twice in one place.
    pub(crate) fn repeated(&self) -> u32 {
        self.repeated
    }

    fn count(&mut self, parent: &str, name: &'static str) -> u32 {
        let count = self.unnumbered.entry((parent.to_owned(), name)).or_default();
        *count += 1;
        *count
    }

    /// The id, or when it was given before, the id with `_2`, `_3` and so on.
    fn once(&mut self, id: String) -> EId {
        let (id, mut times) = match self.given.entry(id) {
            Entry::Vacant(free) => {
                let id = EId::new(free.key().as_str());
                free.insert(1);
                return id;
            }
            Entry::Occupied(taken) => (taken.key().clone(), *taken.get()),
        };
        self.repeated += 1;
        let unique = loop {
            times += 1;
            let unique = format!("{id}_{times}");
            if !self.given.contains_key(&unique) {
                break unique;
            }
        };
        self.given.insert(id, times);
        self.given.insert(unique.clone(), 1);
        EId::new(unique)
    }
}

/// The id of a part under `parent`, which is empty at the top.
pub(crate) fn join(parent: &str, part: &str) -> String {
    match parent.is_empty() {
        true => part.to_owned(),
        false => format!("{parent}__{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_ids_are_clean() {
        for (number, expected) in [
            ("a", "a"),
            ("16.1", "16-1"),
            ("١٢", "12"),
            ("十二", "12"),
            ("㈠", "1"),
            ("premier", "1"),
            ("1er", "1"),
            ("2-bis", "2-bis"),
            ("IV", "IV"),
            ("a bis", "a-bis"),
            ("3 to 9", "3-to-9"),
            ("—", ""),
        ] {
            assert_eq!(clean(number), expected, "{number}");
        }
    }

    #[test]
    fn no_id_is_given_twice() {
        let mut ids = Ids::default();
        let given: Vec<_> = [
            ids.numbered("", "sec", "I"),
            ids.numbered("sec_I", "para", "1"),
            ids.numbered("sec_I", "para", "1"),
            ids.numbered("sec_I", "para", "1"),
            ids.numbered("sec_I", "para", ""),
            ids.numbered("sec_I", "para", ""),
            ids.counted("sec_I__para_1", "al", 2),
            ids.counted("sec_I__para_1", "al", 2),
            ids.only("", "preamble"),
        ]
        .iter()
        .map(EId::to_string)
        .collect();
        let expected = [
            "sec_I",
            "sec_I__para_1",
            "sec_I__para_1_2",
            "sec_I__para_1_3",
            "sec_I__para_nn-1",
            "sec_I__para_nn-2",
            "sec_I__para_1__al_2",
            "sec_I__para_1__al_3",
            "preamble",
        ];
        assert_eq!(given, expected);
    }
}
