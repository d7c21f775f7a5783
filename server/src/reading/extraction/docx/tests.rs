use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// A package of a body and other parts, each with its file name, what it is to the body, and what is in it.
fn package(body: &str, parts: &[(&str, &str, &str)]) -> Vec<u8> {
    const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| {
        let done = zip.start_file(name, SimpleFileOptions::default()).is_ok()
            && zip.write_all(text.as_bytes()).is_ok();
        assert!(done);
    };
    put(
        "_rels/.rels",
        &format!(
            "<Relationships><Relationship Type='{TYPES}/officeDocument' Target='word/main.xml'/></Relationships>"
        ),
    );
    let relations: String = parts
        .iter()
        .map(|(file, sort, _)| format!("<Relationship Type='{TYPES}/{sort}' Target='{file}'/>"))
        .collect();
    put("word/_rels/main.xml.rels", &format!("<Relationships>{relations}</Relationships>"));
    put("word/main.xml", &format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>"));
    for (file, _, text) in parts {
        put(&format!("word/{file}"), text);
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn p(words: &str) -> String {
    format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
}

fn numbered(list: u8, level: u8, words: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list}'/></w:numPr></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"
    )
}

fn found(body: &str, parts: &[(&str, &str, &str)]) -> Vec<(String, Sort)> {
    let found = extract(&package(body, parts));
    assert!(found.is_ok(), "{found:?}");
    let found = found.unwrap_or_default();
    found.blocks.iter().map(|block| (found.text[block.span.range()].to_owned(), block.sort)).collect()
}

fn words(body: &str, parts: &[(&str, &str, &str)]) -> Vec<String> {
    found(body, parts).into_iter().map(|(words, _)| words).collect()
}

#[test]
fn what_is_printed_is_read() {
    for (body, expected) in [
        ("<w:p><w:r><w:t>a &amp; </w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a & \tb\nc"),
        (
            "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>",
            "new",
        ),
        ("<w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r></w:p>", "7"),
        ("<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>", "link"),
        (
            "<w:sdt><w:sdtPr><w:t>x</w:t></w:sdtPr><w:sdtContent><w:p><w:r><w:t>in</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "in",
        ),
        (
            "<w:p><w:r><w:t>m</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r></w:p>",
            "m²",
        ),
        ("<w:p><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>er</w:t></w:r></w:p>", "er"),
        (
            "<w:p><w:r><w:t>m</w:t></w:r><w:r><w:rPr><w:position w:val='8'/></w:rPr><w:t>3</w:t></w:r></w:p>",
            "m³",
        ),
        (
            "<w:p><w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:sym w:char='F0B7'/></w:r></w:p>",
            "A\u{2011}B•",
        ),
        (
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            "box",
        ),
    ] {
        assert_eq!(words(body, &[]), [expected], "{body}");
    }
}

#[test]
fn numbers_are_those_that_word_prints() {
    let level = |at: u8, format: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{text}'/></w:lvl>"
        )
    };
    let numbering = format!(
        "<w:numbering><w:abstractNum w:abstractNumId='5'>{}{}{}</w:abstractNum>\
         <w:num w:numId='1'><w:abstractNumId w:val='5'/></w:num>\
         <w:num w:numId='2'><w:abstractNumId w:val='5'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride></w:num>\
         </w:numbering>",
        level(0, "decimal", "%1."),
        level(1, "lowerLetter", "(%2)"),
        level(2, "lowerRoman", "%1.%2.%3"),
    );
    let body: String = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (2, 0), (1, 0), (0, 0)]
        .iter()
        .map(|&(list, level)| numbered(list, level, "x"))
        .collect();
    let labels = ["1. x", "(a) x", "(b) x", "1.b.i x", "2. x", "(a) x", "7. x", "8. x", "x"];
    assert_eq!(words(&body, &[("numbering.xml", "numbering", &numbering)]), labels);
}

#[test]
fn styles_say_what_headings_are() {
    let styles = "<w:styles><w:style w:styleId='a'><w:name w:val='heading 2'/></w:style>\
        <w:style w:styleId='b'><w:name w:val='Mine'/><w:basedOn w:val='a'/></w:style>\
        <w:style w:styleId='c'><w:basedOn w:val='c'/></w:style>\
        <w:style w:styleId='d'><w:name w:val='Clause'/><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:style></w:styles>";
    let body: String = ["a", "b", "c", "d"]
        .map(|style| format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>"))
        .concat();
    let sorts: Vec<Sort> =
        found(&body, &[("s.xml", "styles", styles)]).into_iter().map(|(_, sort)| sort).collect();
    assert_eq!(sorts, [Sort::Heading(2), Sort::Heading(2), Sort::Text, Sort::Heading(1)]);
}

#[test]
fn styles_say_what_is_raised() {
    let styles = "<w:styles><w:style w:styleId='a'><w:rPr><w:vertAlign w:val='superscript'/></w:rPr></w:style>\
        <w:style w:styleId='b'><w:basedOn w:val='a'/></w:style></w:styles>";
    let body =
        "<w:p><w:r><w:t>m</w:t></w:r><w:r><w:rPr><w:rStyle w:val='b'/></w:rPr><w:t>2</w:t></w:r></w:p>";
    assert_eq!(words(body, &[("s.xml", "styles", styles)]), ["m²"]);
}

#[test]
fn notes_stand_at_the_end_with_headers_behind_them() {
    let body = "<w:p><w:r><w:t>Act</w:t><w:footnoteReference w:id='4'/><w:t>.</w:t></w:r></w:p>";
    let note = format!(
        "<w:footnotes><w:footnote w:type='separator' w:id='-1'>{}</w:footnote><w:footnote w:id='4'>{}{}</w:footnote></w:footnotes>",
        p("---"),
        p(" See."),
        p("More.")
    );
    let header = format!("<w:hdr>{}</w:hdr>", p("A/RES/1"));
    let parts =
        [("f.xml", "footnotes", note.as_str()), ("h1.xml", "header", &header), ("h2.xml", "header", &header)];
    assert_eq!(
        found(body, &parts),
        [
            ("Act[^1].".to_owned(), Sort::Text),
            ("[^1]: See.".to_owned(), Sort::Text),
            ("More.".to_owned(), Sort::Text),
            ("A/RES/1".to_owned(), Sort::Furniture)
        ]
    );
}

#[test]
fn tables_are_rows_unless_they_only_place_words() {
    let table = |rows: &[&[&str]]| {
        let row = |cells: &&[&str]| {
            let cells: String = cells.iter().map(|words| format!("<w:tc>{}</w:tc>", p(words))).collect();
            format!("<w:tr>{cells}</w:tr>")
        };
        format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
    };
    for (rows, expected) in [
        (
            &[&["State", "Date"][..], &["Chad", "1 May"]][..],
            vec![("State\tDate", Sort::Row), ("Chad\t1 May", Sort::Row)],
        ),
        (&[&["One."], &["Two."]], vec![("One.", Sort::Text), ("Two.", Sort::Text)]),
        (&[&["(a)", "the first;"]], vec![("(a) the first;", Sort::Text)]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(words, sort)| (words.to_owned(), sort)).collect();
        assert_eq!(found(&table(rows), &[]), expected);
    }
}

#[test]
fn what_is_no_document_is_named() {
    let mut office = b"\xD0\xCF\x11\xE0 ".to_vec();
    assert_eq!(
        extract(&office).err(),
        Some(ReadError::Unsupported { what: "a document of Word before 2007" })
    );
    office.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(extract(&office).err(), Some(ReadError::Encrypted { format: MediaType::Docx }));
    let good = package(&p("x"), &[]);
    let cut = good.get(..good.len() / 2).unwrap_or_default();
    assert!(matches!(extract(cut), Err(ReadError::Malformed { .. })));
    assert!(matches!(extract(&package("<w:p>", &[])), Err(ReadError::Malformed { .. })));
    assert_eq!(extract(&package("", &[])).err(), Some(ReadError::Empty));
    let deep = "<w:sdt>".repeat(100_000);
    assert!(matches!(extract(&package(&deep, &[])), Err(ReadError::TooLarge { .. })));
}

#[test]
fn entities_of_a_file_are_not_followed() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        (
            "_rels/.rels",
            "<Relationships><Relationship Type='x/officeDocument' Target='d.xml'/></Relationships>",
        ),
        ("d.xml", "<!DOCTYPE d [<!ENTITY e 'boom'>]><d><p><t>a&e;b</t></p></d>"),
    ];
    for (name, text) in parts {
        assert!(
            zip.start_file(name, SimpleFileOptions::default()).is_ok()
                && zip.write_all(text.as_bytes()).is_ok()
        );
    }
    let bytes = zip.finish().map(Cursor::into_inner).unwrap_or_default();
    assert_eq!(extract(&bytes).map(|found| found.text.into_owned()), Ok("ab".to_owned()));
}

#[test]
fn a_part_that_unpacks_without_end_is_refused() {
    let body = p(&" ".repeat(257 << 20));
    assert!(matches!(extract(&package(&body, &[])), Err(ReadError::TooLarge { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_damage_makes_reading_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>()) {
        let note = format!("<w:footnotes><w:footnote w:id='1'>{}</w:footnote></w:footnotes>", p("See."));
        let mut bytes = package(&(p("One.") + &numbered(1, 0, "Two.")), &[("f.xml", "footnotes", &note)]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        drop(extract(&bytes));
        let cut = cut.index(bytes.len());
        drop(extract(bytes.get(..cut).unwrap_or_default()));
    }
}
