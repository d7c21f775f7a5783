//! What reading promises: the sample as people read it, every byte of any text in one place, no panic on any bytes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;

use alinea_server::document::{DocumentKind, SectionKind, Span, Tree};
use alinea_server::reading::{MediaType, ReadError, read};
use proptest::prelude::*;
use serde::Deserialize;

const SAMPLE: &[u8] = include_bytes!("../../samples/cica-almaty-2006.fr.md");
const GOLD: &str = include_str!("gold/cica-almaty-2006.fr.json");

/// A block as people read it.
#[derive(Debug, Deserialize, PartialEq)]
struct Block {
    id: String,
    kind: String,
    number: String,
    owner: String,
    text: String,
    start: usize,
    end: usize,
}

/// The headings and paragraphs of a tree in the order of the source.
fn blocks(tree: &Tree) -> Vec<Block> {
    let ends = |spans: &[Span]| {
        (spans.first().map_or(0, |span| span.start), spans.last().map_or(0, |span| span.end))
    };
    let headings = tree.sections.iter().filter(|section| !section.spans.is_empty()).map(|section| {
        let (start, end) = ends(&section.spans);
        Block {
            id: section.id.to_string(),
            kind: "heading".to_owned(),
            number: section.number.clone(),
            owner: String::new(),
            text: section.heading.clone(),
            start,
            end,
        }
    });
    let paragraphs = tree.paragraphs.iter().map(|paragraph| {
        let (start, end) = ends(&paragraph.spans);
        Block {
            id: paragraph.id.to_string(),
            kind: paragraph.kind.as_str().to_owned(),
            number: paragraph.number.clone(),
            owner: paragraph.owner.map_or(String::new(), |owner| tree.paragraphs[owner].id.to_string()),
            text: paragraph.text.clone(),
            start,
            end,
        }
    });
    let mut blocks: Vec<Block> = headings.chain(paragraphs).collect();
    blocks.sort_by_key(|block| block.start);
    blocks
}

#[test]
fn the_sample_is_read_as_people_read_it() {
    let tree = read(SAMPLE, None).unwrap().tree;
    let gold: Vec<Block> = serde_json::from_str(GOLD).unwrap();
    assert_eq!(gold.len(), 61);
    let numerals = ["I", "II", "III", "IV", "V", "VI"];
    let (headings, found): (Vec<Block>, Vec<Block>) = blocks(&tree)
        .into_iter()
        .partition(|block| numerals.contains(&block.number.as_str()) && block.text.is_empty());
    let mut difference = String::new();
    for at in 0..gold.len().max(found.len()) {
        if gold.get(at) != found.get(at) {
            writeln!(difference, "- {:?}\n+ {:?}", gold.get(at), found.get(at)).unwrap();
        }
    }
    assert!(difference.is_empty(), "\n{difference}");
    let ids: Vec<_> = headings.iter().map(|heading| heading.id.clone()).collect();
    assert_eq!(ids, numerals.map(|numeral| format!("att_1__sec_{numeral}")));
}

#[test]
fn the_sample_says_what_it_is() {
    let tree = read(SAMPLE, Some(MediaType::Markdown)).unwrap().tree;
    let known = &tree.metadata;
    assert_eq!(known.kind, Some(DocumentKind::Declaration));
    assert!(known.title.starts_with("DÉCLARATION adoptée à l'issue"), "{}", known.title);
    assert_eq!((known.language_code.as_str(), known.adoption_date.as_str()), ("fr", "2006-06-17"));
    let cut =
        tree.paragraphs.iter().find(|paragraph| paragraph.id.as_str() == "att_1__sec_I__para_6").unwrap();
    assert_eq!(cut.spans.len(), 2);
    let cover = tree.sections.iter().find(|section| section.kind == SectionKind::Cover).unwrap();
    let note = cover.notes.first().unwrap();
    assert_eq!(tree.paragraphs[note.note].id.as_str(), "cover__fn_1");
    assert_eq!(note.offset, cover.heading.len());
}

#[test]
fn a_document_of_too_many_lines_or_paragraphs_is_refused() {
    for (text, what) in
        [("x\n".repeat((1 << 22) + 1), "lines"), ("x\n\n".repeat((1 << 20) + 1), "paragraphs")]
    {
        let error = read(text.as_bytes(), None).unwrap_err();
        assert!(matches!(&error, ReadError::TooLarge { .. }) && error.to_string().contains(what), "{error}");
    }
}

#[test]
fn traps_of_real_texts_are_read_as_people_read_them() {
    for (text, ids) in [
        // Years, resolution numbers and initials begin no paragraph.
        (
            "The General Assembly,\n\nRecalling its resolutions\n62/13 of 5 December 2007 and\n71/239,\n\n1. Calls upon W. Nimitz\nto act.",
            &["preamble__formula_1", "preamble__rec_1", "para_1"][..],
        ),
        // A letter after `h`, Roman under `(b)`.
        (
            "1. Requests:\n\n(g) g;\n\n(h) h;\n\n(i) i;\n\n2. Decides:\n\n(a) a;\n\n(b) b:\n\n(i) one;\n\n(ii) two.",
            &[
                "para_1",
                "para_1__point_g",
                "para_1__point_h",
                "para_1__point_i",
                "para_2",
                "para_2__point_a",
                "para_2__point_b",
                "para_2__point_b__point_i",
                "para_2__point_b__point_ii",
            ],
        ),
        // Two levels in one label.
        ("7 (1) The Minister may act.\n\n(2) No one else may.", &["para_7__subpara_1", "para_7__subpara_2"]),
        // Chinese numerals and articles beside their words.
        (
            "第一章 总则\n\n第一条 为了规范，制定本法。\n\n第二条 国家保护环境。",
            &["chp_1", "chp_1__art_1", "chp_1__art_2"],
        ),
        // Recitals in capitals, feminine, in Russian.
        (
            "ДЕКЛАРАЦИЯ\n\nМы, главы государств,\n\nУЧИТЫВАЯ важность,\n\nУбежденные в мире,\n\nзаявляем следующее:\n\n1. Мы за мир.",
            &[
                "cover",
                "preamble__formula_1",
                "preamble__rec_1",
                "preamble__rec_2",
                "preamble__formula_2",
                "para_1",
            ],
        ),
        // A number on a line of its own, and page furniture inside a sentence.
        (
            "1.\nWe, the Heads of State, commit ourselves to driving progress through\n\n2\n\u{c}A/RES/80/3\n\npartnerships.\n\n2. We commit to more.",
            &["para_1", "para_2"],
        ),
    ] {
        let tree = read(text.as_bytes(), None).unwrap().tree;
        let found: Vec<String> = blocks(&tree).into_iter().map(|block| block.id).collect();
        assert_eq!(found, ids, "{text}");
    }
}

#[test]
fn the_laws_of_many_countries_are_read_as_they_count() {
    for (text, ids) in [
        (
            "Gesetz\n\n§ 1\nZweck\n\n(1) Es gilt für\n1. die Vermeidung,\n2. die Verwertung:\na) eine,\nb) andere.\n\n(2) Es gilt nicht.\n\nBerlin, den 24. Februar 2012\n\nDer Bundespräsident",
            &[
                "para_1__para_1",
                "para_1__para_1__point_1",
                "para_1__para_1__point_2",
                "para_1__para_1__point_2__point_a",
                "para_1__para_1__point_2__point_b",
                "para_1__para_2",
                "conclusions__date_1",
                "conclusions__sig_1",
            ][..],
        ),
        (
            "LEGGE\n\nArt. 2-bis.\n(Risultati)\n\n1. Per gli anni:\na) il livello è:\n1) per il 2005;\n2) per il 2006;\nb) il ricorso.\n\n1-bis. I livelli.",
            &[
                "art_2-bis__para_1",
                "art_2-bis__para_1__point_a",
                "art_2-bis__para_1__point_a__point_1",
                "art_2-bis__para_1__point_a__point_2",
                "art_2-bis__para_1__point_b",
                "art_2-bis__para_1-bis",
            ],
        ),
        (
            "Laki\n\n1 luku\nSoveltamisala\n\n3 a §\nTarkoitus\n\nViranomaisten on.",
            &["chp_1__para_3-a__para_nn-1"],
        ),
        (
            "ΝΟΜΟΣ\n\nΆρθρο 1\nΑντικείμενο\n\n1. Οι κανόνες αφορούν:\n\nα) τις,\n\nβ) τους.",
            &["art_1__para_1", "art_1__para_1__point_α", "art_1__para_1__point_β"],
        ),
        (
            "REGULATION\n\nof 27 April 2016\n\nTHE COUNCIL OF THE EUROPEAN UNION,\n\nHaving regard to the Treaty,\n\nWhereas:\n\n(1) It is a right.\n\n(2) It should be.\n\nHAS ADOPTED THIS REGULATION:\n\nArticle 1\n\nAims\n\n1. This Regulation lays down rules.",
            &[
                "para_nn-1",
                "preamble__formula_1",
                "preamble__rec_1",
                "preamble__rec_2",
                "preamble__rec_3",
                "preamble__rec_4",
                "preamble__formula_2",
                "art_1__para_1",
            ],
        ),
        (
            "LEI\n\nArt. 1º Esta Lei tem como fundamentos:\n\nI - o respeito;\n\nII - a liberdade.",
            &["art_1", "art_1__point_I", "art_1__point_II"],
        ),
        (
            "LEY\n\nArtículo 1. Objeto.\n\n1. La ley regula.\n\nArtículo 2. Ámbito.\n\n1. La ley se aplica.",
            &["art_1__para_1", "art_2__para_1"],
        ),
        (
            "Regulations\n\nCitation\n\n1.—(1) These Regulations may be cited.\n\n(2) They come into force.",
            &["sec_nn-1__para_1__subpara_1", "sec_nn-1__para_1__subpara_2"],
        ),
    ] {
        let tree = read(text.as_bytes(), None).unwrap().tree;
        let found: Vec<String> = tree.paragraphs.iter().map(|paragraph| paragraph.id.to_string()).collect();
        assert_eq!(found, ids, "{text}");
    }
}

/// Every byte that is not white space lies in one span, and only what is no word lies in artefacts.
fn check_whole(bytes: &[u8]) {
    let tree = match read(bytes, None).map(|reading| reading.tree) {
        Ok(tree) => tree,
        Err(ReadError::Empty) => return,
        Err(error) => panic!("{error}"),
    };
    let mut covered = vec![0_u8; bytes.len()];
    let sections = tree.sections.iter().flat_map(|section| &section.spans);
    let paragraphs = tree.paragraphs.iter().flat_map(|paragraph| &paragraph.spans);
    for span in sections.chain(paragraphs).chain(&tree.artefacts) {
        assert!(!span.is_empty());
        covered[span.range()].iter_mut().for_each(|times| *times += 1);
    }
    for (at, times) in covered.iter().enumerate() {
        let space = bytes[at].is_ascii_whitespace() || bytes[at] == 0x0b;
        assert!(*times == 1 || (space && *times == 0), "byte {at} lies in {times} spans of {bytes:?}");
    }
    let mut ids: Vec<_> = blocks(&tree).into_iter().map(|block| block.id).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id was given twice");
    for paragraph in &tree.paragraphs {
        assert!(paragraph.section < tree.sections.len() && !paragraph.spans.is_empty());
    }
}

/// Lines that are traps for whoever reads line by line.
const TRAPS: &[&str] = &[
    "",
    "",
    "",
    " ",
    "\u{c}",
    "\u{feff}",
    "7",
    "- 8 -",
    "A/RES/80/3",
    "____",
    "1.",
    "1. Decides",
    "2. Requests the",
    "(a) the first;",
    "(i) within",
    "i) after h",
    "h) before",
    "a bis) (nouveau)",
    "7 (1) The Minister",
    "(2) No one",
    "3 to 9 [Repealed]",
    "I",
    "II",
    "Article 1er",
    "Art. 2-bis. Testo",
    "第一条",
    "一、总则",
    "المادة 1",
    "㈠ 人人",
    "62/13 of 5 December 2007, 64/22",
    "1990) of 6 August",
    "W. Nimitz shall be",
    "The General Assembly,",
    "Recalling its resolution,",
    "REAFFIRMANT leur attachement,",
    "Guidée par",
    "Decides:",
    "**LETTRE",
    "2006¹**",
    "¹ Le texte",
    "[^1]: Note",
    "word[^1]",
    "## Heading",
    "(Signé) Arkin **Akhmetov**",
    "Almaty, le 17 juin 2006",
    "DÉCLARATION",
    "ANNEX",
    "criminalité telles que le trafic.",
    "afin de lutter contre des formes de",
    "• a point",
    "\" Article 3 \" 1. La réalisation",
    "2014–20243 and",
    "**",
    "** **",
    "*24 Notice",
    "\u{a0}",
    "a\u{ad}b",
    "\r",
    "1/ S/25046.",
    "3 Resolution 70/1.",
    "at Geneva 3 and on 4",
    "1 Abc",
    "noting",
    "In witness whereof,",
    "that it affirms:",
    "is replaced by:",
    "“1. The Council",
    "shall decide”.",
];

proptest! {
    #[test]
    fn every_byte_of_any_text_lies_in_one_span(text in "(?s)[^\u{0}-\u{8}\u{e}-\u{1f}\u{7f}]{0,300}") {
        check_whole(text.as_bytes());
    }

    #[test]
    fn every_byte_of_a_text_of_traps_lies_in_one_span(lines in prop::collection::vec(prop::sample::select(TRAPS), 0..60)) {
        check_whole(lines.join("\n").as_bytes());
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, None);
    }
}
