//! The elements of a page, as a browser builds them, in one list: no depth of nesting can exhaust the stack.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, ns, parse_document};

/// How deep elements may stand in each other: as deep as browsers let them.
const DEEPEST: usize = 512;
/// How many bytes are given to the parser before its bounds are looked at.
const CHUNK: usize = 1 << 14;
/// How many elements and runs of words any page may have, however short it is.
const FEWEST: usize = 10_000;

/// How many bytes, and how many elements, are few.
const BRIEF: usize = 200;

/// The elements of a page. The first is the page itself.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) nodes: Vec<Node>,
}

/// An element or words.
#[derive(Debug)]
pub(super) struct Node {
    /// The name of the element; empty for words and what else there is.
    pub(super) name: LocalName,
    pub(super) attributes: Vec<Attribute>,
    pub(super) words: StrTendril,
    pub(super) children: Vec<usize>,
    pub(super) parent: Option<usize>,
    depth: usize,
}

impl Node {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let named = |attribute: &&Attribute| &*attribute.name.local == name;
        self.attributes.iter().find(named).map(|attribute| &*attribute.value)
    }

    /// Its style, without white space and capitals.
    pub(super) fn style(&self) -> String {
        let style = self.attribute("style").unwrap_or_default();
        style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
    }
}

impl Page {
    /// Builds the elements of a page; says what there is too much of.
    pub(super) fn of(html: &str) -> Result<Self, String> {
        let most = html.len().max(FEWEST);
        let sink = Sink { page: RefCell::default(), most, depth: Cell::new(0) };
        sink.make(LocalName::default(), Vec::new(), StrTendril::new());
        let mut parser = parse_document(sink, ParseOpts::default());
        let mut rest = html;
        while !rest.is_empty() {
            let (chunk, left) = rest
                .split_at((CHUNK..rest.len()).find(|&at| rest.is_char_boundary(at)).unwrap_or(rest.len()));
            parser.process(StrTendril::from(chunk));
            parser.tokenizer.sink.sink.bounds()?;
            rest = left;
        }
        Ok(parser.finish())
    }

    /// The words in an element, one after the other.
    pub(super) fn words(&self, at: usize) -> String {
        let mut words = String::new();
        let mut ahead = vec![at];
        while let Some(node) = ahead.pop().and_then(|at| self.nodes.get(at)) {
            words.push_str(&node.words);
            ahead.extend(node.children.iter().rev());
        }
        words
    }

    /// The words in an element without the space around them, if they are few.
    pub(super) fn brief(&self, at: usize) -> Option<String> {
        let (mut words, mut visits) = (String::new(), 0);
        let mut ahead = vec![at];
        while let Some(node) = ahead.pop().and_then(|at| self.nodes.get(at)) {
            visits += 1;
            match node.words.trim().is_empty() {
                true if node.words.is_empty() => {}
                true => words.push_str(if words.is_empty() { "" } else { " " }),
                false => words.push_str(&node.words),
            }
            if words.trim().len() > BRIEF || visits + node.children.len() > BRIEF {
                return None;
            }
            ahead.extend(node.children.iter().rev());
        }
        Some(words.trim().to_owned())
    }

    /// The elements in an element, in order, without what stands in the ones that `shuts` names.
    pub(super) fn within(&self, at: usize, shuts: impl Fn(&Node) -> bool) -> Vec<usize> {
        let mut found = Vec::new();
        let children = |at: usize| self.nodes.get(at).into_iter().flat_map(|node| node.children.iter().rev());
        let mut ahead: Vec<usize> = children(at).copied().collect();
        while let Some(at) = ahead.pop() {
            found.push(at);
            if self.nodes.get(at).is_some_and(|node| !shuts(node)) {
                ahead.extend(children(at));
            }
        }
        found
    }
}

/// What a parser builds a page with.
struct Sink {
    page: RefCell<Page>,
    most: usize,
    depth: Cell<usize>,
}

/// A place in the list, with the name that the parser asks for often.
#[derive(Clone)]
struct Handle {
    at: usize,
    name: Rc<QualName>,
}

impl Sink {
    fn bounds(&self) -> Result<(), String> {
        if self.depth.get() > DEEPEST {
            return Err(format!("elements stand in each other more than {DEEPEST} deep"));
        }
        let count = self.page.borrow().nodes.len();
        match count > self.most {
            true => Err(format!("it has more than {} elements, more than its bytes account for", self.most)),
            false => Ok(()),
        }
    }

    fn make(&self, name: LocalName, attributes: Vec<Attribute>, words: StrTendril) -> usize {
        let nodes = &mut self.page.borrow_mut().nodes;
        nodes.push(Node { name, attributes, words, children: Vec::new(), parent: None, depth: 0 });
        nodes.len() - 1
    }

    fn silent(&self) -> Handle {
        Handle { at: self.make(LocalName::default(), Vec::new(), StrTendril::new()), name: nameless() }
    }

    fn detach(&self, at: usize) {
        let nodes = &mut self.page.borrow_mut().nodes;
        let Some(parent) = nodes.get_mut(at).and_then(|node| node.parent.take()) else { return };
        let Some(parent) = nodes.get_mut(parent) else { return };
        if let Some(place) = parent.children.iter().rposition(|&child| child == at) {
            parent.children.remove(place);
        }
    }

    /// Puts a child into a parent, before one of its children or as the last.
    fn attach(&self, parent: usize, before: Option<usize>, child: NodeOrText<Handle>) {
        let child = match child {
            NodeOrText::AppendNode(handle) => handle.at,
            NodeOrText::AppendText(words) => {
                let nodes = &mut self.page.borrow_mut().nodes;
                let last = nodes.get(parent).and_then(|parent| parent.children.last().copied());
                let last = last.and_then(|last| nodes.get_mut(last)).filter(|_| before.is_none());
                if let Some(last) = last.filter(|last| !last.words.is_empty()) {
                    last.words.push_tendril(&words);
                    return;
                }
                nodes.push(Node {
                    name: LocalName::default(),
                    attributes: Vec::new(),
                    words,
                    children: Vec::new(),
                    parent: None,
                    depth: 0,
                });
                nodes.len() - 1
            }
        };
        self.detach(child);
        let nodes = &mut self.page.borrow_mut().nodes;
        let Some(holder) = nodes.get_mut(parent) else { return };
        let place = before.and_then(|before| holder.children.iter().rposition(|&other| other == before));
        holder.children.insert(place.unwrap_or(holder.children.len()), child);
        let depth = holder.depth + 1;
        if let Some(child) = nodes.get_mut(child) {
            (child.parent, child.depth) = (Some(parent), depth);
        }
        self.depth.set(self.depth.get().max(depth));
    }

    fn parent(&self, at: usize) -> Option<usize> {
        self.page.borrow().nodes.get(at).and_then(|node| node.parent)
    }
}

fn nameless() -> Rc<QualName> {
    Rc::new(QualName::new(None, ns!(), LocalName::default()))
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Page;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Page {
        self.page.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { at: 0, name: nameless() }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        Handle { at: self.make(name.local.clone(), attributes, StrTendril::new()), name: Rc::new(name) }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.silent()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.silent()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.attach(parent.at, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        match self.parent(element.at) {
            Some(parent) => self.attach(parent, Some(element.at), child),
            None => self.attach(previous.at, None, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// What stands in a template is no part of the page.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.at == other.at
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let Some(parent) = self.parent(sibling.at) {
            self.attach(parent, Some(sibling.at), child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        let nodes = &mut self.page.borrow_mut().nodes;
        let Some(node) = nodes.get_mut(target.at) else { return };
        for attribute in attributes {
            if node.attributes.iter().all(|known| known.name != attribute.name) {
                node.attributes.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.at);
    }

    fn reparent_children(&self, node: &Handle, parent: &Handle) {
        let nodes = &mut self.page.borrow_mut().nodes;
        let children =
            nodes.get_mut(node.at).map(|node| std::mem::take(&mut node.children)).unwrap_or_default();
        for &child in &children {
            if let Some(child) = nodes.get_mut(child) {
                child.parent = Some(parent.at);
            }
        }
        if let Some(parent) = nodes.get_mut(parent.at) {
            parent.children.extend(children);
        }
    }
}
