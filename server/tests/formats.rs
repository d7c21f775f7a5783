//! What formats promise: the same resolution has the same parts, ids and words in whatever format it comes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::io::{Cursor, Write};

use alinea_server::reading::{MediaType, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TEXT: &str = "\
RESOLUTION ON THE PEACEFUL USE OF RIVERS

The General Assembly,

Recalling its resolution 70/1 of 25 September 2015,¹

Noting that rivers cross borders,

1. Decides to hold a conference on rivers in 2027;

2. Requests the Secretary-General:

(a) To prepare a report on the use of rivers;

(b) To invite all States that share a river;

3. Invites all States to take part in the conference.

¹ Adopted at the fourth plenary meeting.
";

const MARKDOWN: &str = "\
# RESOLUTION ON THE PEACEFUL USE OF RIVERS

*The General Assembly*,

*Recalling* its [resolution 70/1](https://example.org/70/1) of 25 September 2015,[^1]

*Noting* that rivers cross borders,

1. **Decides** to hold a conference on rivers in 2027;

2. Requests the Secretary-General:

(a) To prepare a report on the use of rivers;

(b) To invite all States that share a river;

| State | Date |
|-------|------|
| Chad | 1 May 2026 |

3. Invites all States to take part in the conference.

[^1]: Adopted at the fourth plenary meeting.
";

const HTML: &str = "\
<!DOCTYPE html><html lang=en><title>United Nations</title><body>
<nav><a href=/>Home</a></nav>
<main><h1>RESOLUTION ON THE PEACEFUL<br>USE OF RIVERS</h1>
<p><i>The General Assembly</i>,
<p><i>Recalling</i> its <a href=/70/1>resolution 70/1</a> of
25&nbsp;September 2015,<sup><a href='#fn1' id=ref1>1</a></sup>
<p>Noting that rivers cross borders,
<ol><li>Decides to hold a conference on rivers in 2027;
<li>Requests the Secretary-General:
<table><tr><td><p>(a)<td><p>To prepare a report on the use of rivers;</table>
<table><tr><td><p>(b)<td><p>To invite all States that share a river;</table></ol>
<table><tr><th>State<th>Date<tr><td>Chad<td>1 May 2026</table>
<ol start=3><li>Invites all States to take part in the conference.</ol>
<p id=fn1><a href='#ref1'>1</a> Adopted at the fourth plenary meeting.</main></html>";

const NUMBERING: &str = "\
<w:numbering><w:abstractNum w:abstractNumId='0'>
<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>
<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='(%2)'/></w:lvl>
</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>";

const NOTES: &str = "\
<w:footnotes><w:footnote w:type='separator' w:id='-1'><w:p/></w:footnote>
<w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> Adopted at the fourth plenary meeting.</w:t></w:r></w:p></w:footnote></w:footnotes>";

const STYLES: &str = "<w:styles><w:style w:type='paragraph' w:styleId='Berschrift1'><w:name w:val='heading 1'/></w:style></w:styles>";

fn docx() -> Vec<u8> {
    let p = |properties: &str, words: &str, behind: &str| {
        format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t>{behind}</w:r></w:p>")
    };
    let point = |level: u8, words: &str| {
        p(&format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='1'/></w:numPr>"), words, "")
    };
    let row = |cells: [&str; 2]| {
        format!("<w:tr>{}</w:tr>", cells.map(|cell| format!("<w:tc>{}</w:tc>", p("", cell, ""))).concat())
    };
    let body = [
        p("<w:pStyle w:val='Berschrift1'/>", "RESOLUTION ON THE PEACEFUL USE OF RIVERS", ""),
        p("", "The General Assembly,", ""),
        p("", "Recalling its resolution 70/1 of 25 September 2015,", "<w:footnoteReference w:id='2'/>"),
        p("", "Noting that rivers cross borders,", ""),
        point(0, "Decides to hold a conference on rivers in 2027;"),
        point(0, "Requests the Secretary-General:"),
        point(1, "To prepare a report on the use of rivers;"),
        point(1, "To invite all States that share a river;"),
        format!("<w:tbl>{}{}</w:tbl>", row(["State", "Date"]), row(["Chad", "1 May 2026"])),
        point(0, "Invites all States to take part in the conference."),
    ];
    let relation = |sort: &str, target: &str| {
        format!(
            "<Relationship Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{sort}' Target='{target}'/>"
        )
    };
    let relations = |of: &[(&str, &str)]| {
        format!(
            "<Relationships>{}</Relationships>",
            of.iter().map(|(sort, target)| relation(sort, target)).collect::<String>()
        )
    };
    let parts = [
        ("_rels/.rels", relations(&[("officeDocument", "word/document.xml")])),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                ("styles", "styles.xml"),
                ("numbering", "numbering.xml"),
                ("footnotes", "footnotes.xml"),
            ]),
        ),
        ("word/document.xml", format!("<w:document><w:body>{}</w:body></w:document>", body.concat())),
        ("word/styles.xml", STYLES.to_owned()),
        ("word/numbering.xml", NUMBERING.to_owned()),
        ("word/footnotes.xml", NOTES.to_owned()),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The ids and the words of all headings and paragraphs.
fn parts(bytes: &[u8], format: MediaType) -> Vec<(String, String)> {
    assert_eq!(MediaType::of(bytes), Ok(format));
    let tree = read(bytes, None).unwrap().tree;
    let headings = tree.sections.iter().map(|section| (section.id.to_string(), section.heading.clone()));
    let paragraphs = tree.paragraphs.iter().map(|paragraph| {
        let kind = paragraph.kind.as_str();
        (format!("{} {kind} {}", paragraph.id, paragraph.number), paragraph.text.clone())
    });
    headings.chain(paragraphs).collect()
}

#[test]
fn a_resolution_is_the_same_in_every_format() {
    let expected = parts(MARKDOWN.as_bytes(), MediaType::Markdown);
    let points = expected.iter().filter(|(id, _)| id.contains("point_")).count();
    assert!(points == 2 && expected.iter().any(|(_, words)| words == "Chad\t1 May 2026"), "{expected:#?}");
    // Nothing in a plain text says that lines are the rows of a table.
    let is_row = |(_, words): &(String, String)| words.contains('\t');
    let without_rows: Vec<_> = expected.iter().filter(|part| !is_row(part)).cloned().collect();
    assert_eq!(parts(TEXT.as_bytes(), MediaType::PlainText), without_rows);
    for (bytes, format) in [(HTML.as_bytes(), MediaType::Html), (&docx(), MediaType::Docx)] {
        assert_eq!(parts(bytes, format), expected, "{format}");
    }
}

#[test]
fn a_text_is_the_same_in_every_encoding() {
    let text = "RÉSOLUTION\n\nL'Assemblée générale,\n\nRappelant sa résolution du 3 août 2015,\n\n\
        1. Décide de créer un comité chargé de la coopération;\n\n2. Prie le Secrétaire général d'y veiller.\n";
    let expected = parts(text.as_bytes(), MediaType::PlainText);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let narrow: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    for bytes in [wide, narrow] {
        assert_eq!(parts(&bytes, MediaType::PlainText), expected);
    }
}
