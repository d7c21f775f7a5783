//! `--format html`: one page that needs nothing else, with the source at the left and the structure at the right. Each
//! paragraph leads to its words in the source, and these lead back; artefacts are grey, findings are marked.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};

use quick_xml::escape::escape;

use crate::cli::output::counted;
use crate::document::{Finding, Paragraph, Section, Span, Tree};
use crate::reading::Reading;

const STYLE: &str = include_str!("page.css");

/// Prints the page of a file.
pub(super) fn print(reading: &Reading<'_>, file: &str, out: &mut impl Write) -> io::Result<()> {
    let tree = &reading.tree;
    let language = match tree.metadata.language_code.as_str() {
        "" => "und",
        code => code,
    };
    writeln!(out, "<!doctype html>\n<html>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width\">")?;
    writeln!(out, "<title>{}</title>\n<style>\n{STYLE}</style>", escape(file))?;
    print_known(reading, file, out)?;
    writeln!(out, "<main lang=\"{}\" dir=\"auto\">", escape(language))?;
    print_source(&reading.text, tree, out)?;
    print_structure(tree, out)?;
    writeln!(out, "</main>\n</html>")
}

/// What the text says of itself, how many of each kind there are, and the findings.
fn print_known(reading: &Reading<'_>, file: &str, out: &mut impl Write) -> io::Result<()> {
    let tree = &reading.tree;
    let known = &tree.metadata;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for paragraph in &tree.paragraphs {
        *kinds.entry(paragraph.kind.as_str()).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let symbols = known.symbols.join(", ");
    let contents = format!("{}: {}", counted(tree.paragraphs.len(), "paragraph"), kinds.join(", "));
    writeln!(out, "<header>\n<h1>{}</h1>\n<dl>", escape(file))?;
    for (name, value) in [
        ("format", reading.media_type.as_str()),
        ("title", &known.title),
        ("kind", known.kind.map_or("", |kind| kind.as_str())),
        ("language", &known.language_code),
        ("adopted", &known.adoption_date),
        ("issuer", &known.issuer),
        ("symbols", &symbols),
        ("contents", &contents),
    ] {
        let value = if value.is_empty() { "not found" } else { value };
        writeln!(out, "<dt>{name}<dd dir=\"auto\">{}", escape(value))?;
    }
    writeln!(out, "</dl>")?;
    for (title, repairs) in [("worth a look", false), ("repaired", true)] {
        let findings =
            || tree.findings.iter().enumerate().filter(|(_, finding)| finding.code.is_repair() == repairs);
        if findings().next().is_some() {
            let open = if repairs { "" } else { " open" };
            writeln!(out, "<details{open}><summary>{title}: {}</summary>\n<ul>", findings().count())?;
            for (at, Finding { code, message, .. }) in findings() {
                writeln!(out, "<li><a href=\"#f{at}\">{}: {}</a>", code.as_str(), escape(message))?;
            }
            writeln!(out, "</ul></details>")?;
        }
    }
    writeln!(out, "</header>")
}

/// What a run of the source is.
#[derive(Clone, Copy)]
enum Run {
    Section(usize),
    Paragraph(usize),
    Artefact,
}

/// The whole text, each run a link to what it became.
fn print_source(text: &str, tree: &Tree, out: &mut impl Write) -> io::Result<()> {
    write!(out, "<div id=\"source\">")?;
    let mut findings = tree.findings.iter().enumerate().peekable();
    let mut last = 0;
    for (span, run, first) in runs(tree) {
        write!(out, "{}", escape(text.get(last..span.start).unwrap_or_default()))?;
        while let Some((at, finding)) = findings.next_if(|(_, finding)| finding.span.start < span.end) {
            write!(out, "<mark id=\"f{at}\" title=\"{}\">⚑</mark>", escape(&finding.message))?;
        }
        let words = escape(text.get(span.range()).unwrap_or_default());
        match run {
            Run::Artefact => write!(out, "<s>{words}</s>")?,
            Run::Section(at) => {
                write!(out, "<a class=\"heading\"{} href=\"#s{at}\">{words}</a>", Anchor("t", at, first))?;
            }
            Run::Paragraph(at) => write!(out, "<a{} href=\"#p{at}\">{words}</a>", Anchor("q", at, first))?,
        }
        last = span.end;
    }
    writeln!(out, "{}</div>", escape(text.get(last..).unwrap_or_default()))
}

/// All spans in the order of the source, with what they are and whether they are the first of it.
fn runs(tree: &Tree) -> Vec<(Span, Run, bool)> {
    let mut runs: Vec<(Span, Run, bool)> = Vec::new();
    let mut add = |spans: &[Span], run| {
        runs.extend(spans.iter().enumerate().map(|(at, &span)| (span, run, at == 0)));
    };
    for (at, section) in tree.sections.iter().enumerate() {
        add(&section.spans, Run::Section(at));
    }
    for (at, paragraph) in tree.paragraphs.iter().enumerate() {
        add(&paragraph.spans, Run::Paragraph(at));
    }
    for &span in &tree.artefacts {
        add(&[span], Run::Artefact);
    }
    runs.sort_by_key(|(span, ..)| *span);
    runs
}

/// The sections, one in the other, and their paragraphs, in the order of the source.
fn print_structure(tree: &Tree, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<div id=\"structure\">")?;
    let mut open: Vec<usize> = Vec::new();
    let mut announced = vec![false; tree.sections.len()];
    let mut last = None;
    for (_, run, first) in runs(tree) {
        let section = match run {
            Run::Section(at) => at,
            Run::Paragraph(at) if first => tree.paragraphs[at].section,
            Run::Paragraph(_) | Run::Artefact => continue,
        };
        if last != Some(section) {
            let mut path: Vec<usize> =
                std::iter::successors(Some(section), |&at| tree.sections[at].parent).collect();
            path.reverse();
            let shared = path.iter().zip(&open).take_while(|(new, old)| new == old).count();
            for _ in open.drain(shared..) {
                writeln!(out, "</section>")?;
            }
            for at in path.drain(shared..) {
                open.push(at);
                writeln!(out, "<section>")?;
                if !std::mem::replace(&mut announced[at], true) {
                    print_heading(at, &tree.sections[at], out)?;
                }
            }
            last = Some(section);
        }
        if let Run::Paragraph(at) = run {
            print_paragraph(at, &tree.paragraphs[at], out)?;
        }
    }
    for _ in open {
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</div>")
}

fn print_heading(at: usize, section: &Section, out: &mut impl Write) -> io::Result<()> {
    let (id, kind) = (escape(section.id.as_str()), section.kind.as_str());
    writeln!(out, "<h2 id=\"s{at}\" dir=\"auto\"><span class=\"id\">{id} · {kind}</span>")?;
    let words = [section.number.as_str(), section.heading.as_str()].join(" ");
    match section.spans.is_empty() {
        true => writeln!(out, "</h2>"),
        false => writeln!(out, "<a href=\"#t{at}\">{}</a></h2>", escape(words.trim())),
    }
}

fn print_paragraph(at: usize, paragraph: &Paragraph, out: &mut impl Write) -> io::Result<()> {
    let owned = if paragraph.owner.is_some() { " class=\"owned\"" } else { "" };
    let (id, kind) = (escape(paragraph.id.as_str()), paragraph.kind.as_str());
    writeln!(out, "<p id=\"p{at}\" dir=\"auto\"{owned}><span class=\"id\">{id} · {kind}</span>")?;
    let number = match paragraph.number.as_str() {
        "" => String::new(),
        number => format!("<b>{}</b> ", escape(number)),
    };
    writeln!(out, "<a href=\"#q{at}\">{number}{}</a></p>", escape(&paragraph.text))
}

/// The id of a run in the source, if it is the first of what it is part of.
struct Anchor(&'static str, usize, bool);

impl Display for Anchor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(sort, at, first) = self;
        if *first { write!(f, " id=\"{sort}{at}\"") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::read;

    /// The text of a page: what stands between tags.
    fn text_of(html: &str) -> String {
        let plain: String = html.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
        plain
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&")
    }

    #[test]
    fn the_page_holds_the_whole_source_and_every_link_has_its_end() {
        let text = "DECLARATION <of> \"A & B\"\n\n7\n\u{c}1. One:\n\n(a) point.\n\n5. Five.\n";
        let reading = read(text.as_bytes(), None).unwrap();
        let mut page = Vec::new();
        print(&reading, "a<b.md", &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        let source = page.split_once("<div id=\"source\">").unwrap().1.split_once("</div>").unwrap().0;
        assert_eq!(text_of(&format!(">{source}")).replace('⚑', ""), text);
        assert_eq!(page.matches("<section>").count(), page.matches("</section>").count());
        for link in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!("id=\"{link}\"")), "{link}");
        }
    }
}
