//! Ids of parts: those of the file where it has them, else made as reading makes them; none twice.

use crate::reading::structure::ids::join;
use std::collections::{HashMap, HashSet};

use super::xml::Element;
use crate::document::EId;
use crate::reading::structure::ids::clean;

/// The longest id that is taken over.
const LONGEST: usize = 400;

/// The ids that a document has given.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// The ids that stand in the file, whether they are given yet or not.
    reserved: HashSet<String>,
    given: HashSet<String>,
    /// How often an id was wanted by others than its first.
    again: HashMap<String, u32>,
    counts: HashMap<(String, &'static str), u32>,
}

impl Ids {
    /// The ids of a document whose own are kept free for the elements that have them.
    pub(super) fn of(root: &Element) -> Self {
        Self { reserved: root.all().filter_map(own).collect(), ..Self::default() }
    }

    /// The id of an element, or where it has none, one that is made: `parent` (empty at the top), the name of the level,
    /// the number as it is printed.
    pub(super) fn numbered(
        &mut self,
        element: Option<&Element>,
        parent: &str,
        name: &'static str,
        number: &str,
    ) -> EId {
        if let Some(id) = self.taken_over(element, parent) {
            return id;
        }
        let number = clean(number);
        match number.is_empty() {
            true => {
                let count = self.count(parent, name);
                self.made(join(parent, &format!("{name}_nn-{count}")))
            }
            false => self.made(join(parent, &format!("{name}_{number}"))),
        }
    }

    /// The same for parts that are known by their place among their like, counted from `first`.
    pub(super) fn counted(
        &mut self,
        element: Option<&Element>,
        parent: &str,
        name: &'static str,
        first: u32,
    ) -> EId {
        if let Some(id) = self.taken_over(element, parent) {
            return id;
        }
        let count = self.count(parent, name) + first - 1;
        self.made(join(parent, &format!("{name}_{count}")))
    }

    /// The same for parts of which there is one.
    pub(super) fn only(&mut self, element: Option<&Element>, parent: &str, name: &str) -> EId {
        match self.taken_over(element, parent) {
            Some(id) => id,
            None => self.made(join(parent, name)),
        }
    }

    /// The id of the element itself. Where another has it, as in a document that is attached to this one, it is put
    /// behind the parent's.
    fn taken_over(&mut self, element: Option<&Element>, parent: &str) -> Option<EId> {
        let id = element.and_then(own)?;
        if self.given.insert(id.clone()) {
            return Some(EId::new(id));
        }
        Some(self.made(join(parent, &id)))
    }

    /// The id, or with `_2`, `_3` and so on, if it stands in the file or was given.
    fn made(&mut self, id: String) -> EId {
        let mut unique = id.clone();
        while self.reserved.contains(&unique) || !self.given.insert(unique.clone()) {
            let times = self.again.entry(id.clone()).or_insert(1);
            *times += 1;
            unique = format!("{id}_{times}");
        }
        EId::new(unique)
    }

    fn count(&mut self, parent: &str, name: &'static str) -> u32 {
        let count = self.counts.entry((parent.to_owned(), name)).or_default();
        *count += 1;
        *count
    }
}

/// The id that an element has: its eId, in older versions its id. A stroke would end the name it becomes part of.
pub(super) fn own(element: &Element) -> Option<String> {
    let id = ["eId", "wId", "id"].iter().map(|name| element.get(name)).find(|id| !id.is_empty())?;
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '/';
    (id.len() <= LONGEST).then(|| id.replace(bad, "-"))
}

#[cfg(test)]
mod tests {
    use super::super::xml::parse;
    use super::*;

    #[test]
    fn ids_of_the_file_win_and_none_is_given_twice() {
        let root = parse("<a><b eId='x'/><b id='para_1'/><b wId='a b/c'/></a>").unwrap();
        let elements: Vec<_> = root.children().collect();
        let mut ids = Ids::of(&root);
        let given: Vec<_> = [
            ids.numbered(None, "", "para", "(1)"),
            ids.numbered(Some(elements[0]), "att_1", "para", "5"),
            ids.numbered(Some(elements[0]), "att_1", "para", "5"),
            ids.numbered(Some(elements[1]), "", "para", ""),
            ids.numbered(Some(elements[2]), "", "para", ""),
            ids.numbered(None, "sec_1", "para", ""),
            ids.counted(None, "para_1", "al", 2),
            ids.only(None, "", "body"),
        ]
        .iter()
        .map(EId::to_string)
        .collect();
        let expected =
            ["para_1_2", "x", "att_1__x", "para_1", "a-b-c", "sec_1__para_nn-1", "para_1__al_2", "body"];
        assert_eq!(given, expected);
    }
}
