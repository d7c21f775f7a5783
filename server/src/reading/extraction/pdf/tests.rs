//! What is guaranteed of PDFs as a whole, on files that are written here.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::extract;
use crate::reading::{MediaType, ReadError, read};

/// Bytes of a file of numbered objects.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        writeln!(file, "{} 0 obj", at + 1).unwrap();
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for offset in offsets {
        writeln!(file, "{offset:010} 00000 n ").unwrap();
    }
    write!(file, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    file
}

fn stream(keys: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {keys} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a character of the font `/U` is: two bytes, in UTF-16. All are half as wide as high.
const TO_UNICODE: &[u8] = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end";

/// A file whose pages have these contents, and the fonts `/F` (Helvetica), `/C` (Courier) and `/U`. `more` are objects from 8 on,
/// `x` what the pages call them as forms.
fn pages_with(contents: &[Vec<u8>], x: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let first = 8 + more.len();
    let kids: String = (0..contents.len()).map(|at| format!("{} 0 R ", first + 2 * at)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!(
            "<< /Type /Pages /Count {} /Kids [{kids}] /MediaBox [0 0 600 800] /Resources << /XObject << {x} >> \
             /Font << /F 3 0 R /C 4 0 R /U 5 0 R >> >> >>",
            contents.len()
        )
        .into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>".to_vec(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /U /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>"
            .to_vec(),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /DW 500 \
          /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
            .to_vec(),
        stream("", TO_UNICODE),
    ];
    objects.extend_from_slice(more);
    for (at, content) in contents.iter().enumerate() {
        objects.push(
            format!("<< /Type /Page /Parent 2 0 R /Contents {} 0 R >>", first + 2 * at + 1).into_bytes(),
        );
        objects.push(stream("/Filter /FlateDecode", &deflated(content)));
    }
    file(&objects)
}

fn pages(contents: &[String]) -> Vec<u8> {
    let contents: Vec<Vec<u8>> = contents.iter().map(|content| content.clone().into_bytes()).collect();
    pages_with(&contents, "", &[])
}

/// The operators that set words at a place: `x` from the left and `y` from the foot, both in points.
fn at(x: f32, y: f32, size: f32, words: &str) -> String {
    at_with(&format!("1 0 0 1 {x} {y}"), size, words)
}

fn at_with(matrix: &str, size: f32, words: &str) -> String {
    let codes: String = words.encode_utf16().fold(String::new(), |mut codes, unit| {
        write!(codes, "{unit:04X}").unwrap();
        codes
    });
    format!("BT /U {size} Tf {matrix} Tm <{codes}> Tj ET\n")
}

/// Words on lines one under the other, in a column that begins at `x`.
fn column(x: f32, top: f32, lines: &[&str]) -> String {
    lines.iter().enumerate().map(|(line, words)| at(x, top - 12.0 * line as f32, 10.0, words)).collect()
}

fn text(file: &[u8]) -> String {
    extract(file).unwrap().text.into_owned()
}

fn page(content: &str) -> String {
    text(&pages(&[content.to_owned()]))
}

const LEFT: [&str; 5] = [
    "The Parties to this Treaty,",
    "reaffirming their faith in",
    "the purposes of the Charter",
    "and their desire to live in",
    "peace with all peoples,",
];
const RIGHT: [&str; 5] = [
    "have agreed to settle any",
    "dispute in which they may",
    "be involved by such means",
    "that peace and justice are",
    "not endangered by it at all.",
];

#[test]
fn words_stand_in_the_order_in_which_they_are_read() {
    let both =
        |left: &[&str], right: &[&str], from: f32| column(50.0, 700.0, left) + &column(from, 700.0, right);
    let lines = |parts: &[&[&str]]| parts.iter().map(|lines| lines.join("\n") + "\n").collect::<Vec<_>>();
    let columns = lines(&[&LEFT, &RIGHT]);
    for (what, content, expected) in [
        ("lines from the top, however they are drawn", at(50.0, 600.0, 10.0, "b") + &at(50.0, 612.0, 10.0, "a"), "a\nb\n".to_owned()),
        ("a wide gap parts paragraphs", column(50.0, 700.0, &["one", "two", "", "three"]), "one\ntwo\n\nthree\n".into()),
        ("words are parted by gaps", at(50.0, 700.0, 10.0, "one") + &at(68.0, 700.0, 10.0, "two"), "one two\n".into()),
        ("letters that touch are one word", at(50.0, 700.0, 10.0, "one") + &at(65.0, 700.0, 10.0, "two"), "onetwo\n".into()),
        ("columns are read one after the other", both(&LEFT, &RIGHT, 250.0), columns.concat()),
        (
            "a title across columns stays above them",
            at(100.0, 740.0, 14.0, "Official Gazette of the Republic") + &both(&LEFT, &RIGHT, 250.0),
            format!("Official Gazette of the Republic\n\n{}", columns.concat()),
        ),
        (
            "a number in the margin stays with its words",
            both(&["1.", "", "2.", "", "3."], &RIGHT, 80.0),
            "1. have agreed to settle any\ndispute in which they may\n2. be involved by such means\nthat peace and justice are\n3. not endangered by it at all.\n".into(),
        ),
        (
            "the cells of a row stay together",
            both(&["Chad", "Chile", "China", "Cuba", "Cyprus"], &["3 May", "7 May", "9 May", "1 June", "2 June"], 250.0),
            "Chad 3 May\nChile 7 May\nChina 9 May\nCuba 1 June\nCyprus 2 June\n".into(),
        ),
        ("a raised figure is the mark of a footnote", at(50.0, 700.0, 10.0, "Charter") + &at(85.0, 704.0, 6.0, "12"), "Charter¹²\n".into()),
        ("raised letters are letters", at(50.0, 700.0, 10.0, "1") + &at(55.0, 704.0, 6.0, "er"), "1er\n".into()),
        ("a mark begins its footnote", at(50.0, 704.0, 6.0, "1") + &at(58.0, 700.0, 10.0, "See above."), "¹ See above.\n".into()),
        (
            "small print that begins with a mark of the page is its footnote",
            at(50.0, 700.0, 10.0, "By the Charter") + &at(120.0, 704.0, 6.0, "1") + &at(125.0, 700.0, 10.0, "and 2")
                + &at(50.0, 600.0, 8.0, "1 See above.") + &at(50.0, 580.0, 8.0, "2 Members"),
            "By the Charter¹ and 2\n\n¹ See above.\n\n2 Members\n".into(),
        ),
        ("what is printed twice to look bold is there once", at(50.0, 700.0, 10.0, "bold") + &at(50.4, 700.0, 10.0, "bold"), "bold\n".into()),
        ("ligatures are letters", at(50.0, 700.0, 10.0, "oﬃce"), "office\n".into()),
        ("hyphens at line ends are kept", column(50.0, 700.0, &["interna\u{ad}", "tional"]), "interna-\ntional\n".into()),
        ("invisible words are words", format!("3 Tr {}", at(50.0, 700.0, 10.0, "scanned")), "scanned\n".into()),
        (
            "what is printed across comes after the text",
            at_with("0.7 0.7 -0.7 0.7 200 300", 40.0, "DRAFT") + &column(50.0, 700.0, &["one two", "three"]),
            "one two\nthree\n\nDRAFT\n".into(),
        ),
        ("a script to the left is read from the right", at(50.0, 700.0, 10.0, "ב 12 א"), "א 12 ב\n".into()),
        ("characters of a script without spaces touch", at(50.0, 700.0, 10.0, "第") + &at(57.0, 700.0, 10.0, "一条"), "第一条\n".into()),
        ("spread letters are a word", format!("3 Tc {}", at(50.0, 700.0, 10.0, "DECISION")), "DECISION\n".into()),
    ] {
        let found = page(&content);
        let unspaced = |text: &str| text.replace("\n\n", "\n");
        match what.contains("columns") {
            true => assert_eq!(unspaced(&found), unspaced(&expected), "{what}"),
            false => assert_eq!(found, expected, "{what}"),
        }
    }
}

#[test]
fn footnotes_of_columns_come_after_the_text_of_the_page() {
    let note = |x: f32, words: &str| at(x, 620.0, 7.0, words);
    let content = column(50.0, 700.0, &LEFT)
        + &column(250.0, 700.0, &RIGHT)
        + &note(50.0, "1 The first note of all")
        + &note(250.0, "2 The second one of them");
    let found = page(&content);
    let place = |words: &str| found.find(words).unwrap();
    assert!(place("peace with all") < place("have agreed"));
    assert!(place("at all.") < place("first note") && place("first note") < place("second one"), "{found}");
}

#[test]
fn what_counts_the_pages_is_furniture_and_what_only_looks_like_it_is_text() {
    let contents: Vec<String> = [3, 9, 11]
        .iter()
        .enumerate()
        .map(|(page, cited)| {
            let number = at(280.0, 40.0, 10.0, &format!("– {} –", page + 1));
            let note = at(50.0, 60.0, 10.0, &format!("Ibid., p. {cited}."));
            at(50.0, 780.0, 10.0, "A/RES/80/3")
                + &at(50.0, 700.0, 10.0, ["One.", "Two.", "Three."][page])
                + &note
                + &number
        })
        .collect();
    let extract = extract(&pages(&contents)).unwrap();
    let furniture: Vec<&str> = extract.blocks.iter().map(|block| &extract.text[block.span.range()]).collect();
    assert_eq!(furniture, ["A/RES/80/3", "– 1 –", "A/RES/80/3", "– 2 –", "A/RES/80/3", "– 3 –"]);
}

#[test]
fn a_sentence_that_goes_on_on_the_next_page_is_not_cut_by_footnotes() {
    let one = column(50.0, 700.0, &["in a spirit of", "universal"])
        + &at(96.0, 692.0, 6.0, "1")
        + &at(50.0, 100.0, 8.0, "1 See above.");
    let two = column(50.0, 700.0, &["brotherhood.", "", "Article 2"]);
    assert_eq!(
        text(&pages(&[one, two])),
        "in a spirit of\nuniversal¹\n\u{c}brotherhood.\n\n¹ See above.\n\n\nArticle 2\n"
    );
}

#[test]
fn rotated_pages_are_read_as_they_are_looked_at() {
    for (rotate, matrix) in [
        (0, ["1 0 0 1 100 700", "1 0 0 1 100 688"]),
        (90, ["0 1 -1 0 100 100", "0 1 -1 0 112 100"]),
        (180, ["-1 0 0 -1 500 100", "-1 0 0 -1 500 112"]),
        (270, ["0 -1 1 0 500 700", "0 -1 1 0 488 700"]),
    ] {
        let content = at_with(matrix[1], 10.0, "two") + &at_with(matrix[0], 10.0, "one");
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            format!(
                "<< /Type /Pages /Count 1 /Kids [3 0 R] /Rotate {rotate} /MediaBox [0 0 600 800] \
                 /Resources << /Font << /U 5 0 R >> >> >>"
            )
            .into_bytes(),
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
            stream("", content.as_bytes()),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /U /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>".to_vec(),
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /DW 500 >>".to_vec(),
        ];
        objects.push(stream("", TO_UNICODE));
        assert_eq!(text(&file(&objects)), "one\ntwo\n", "{rotate}");
    }
}

#[test]
fn what_files_without_words_are_is_said() {
    let pdf = MediaType::Pdf;
    let no_page =
        file(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [] >>".to_vec()]);
    for (bytes, expected) in [
        (pages(&["0 0 100 100 re f".into()]), ReadError::NoText { format: pdf }),
        (no_page, ReadError::NoText { format: pdf }),
        (
            b"%PDF-1.7\nno objects at all".to_vec(),
            ReadError::Malformed {
                format: pdf,
                what: "it has no pages, and none can be found by searching".into(),
            },
        ),
    ] {
        assert_eq!(extract(&bytes).unwrap_err(), expected);
    }
}

#[test]
fn damage_is_undone() {
    let whole = pages(&[at(50.0, 700.0, 10.0, "one two")]);
    let mut no_table = whole.clone();
    no_table.truncate(whole.windows(5).position(|bytes| bytes == b"xref\n").unwrap());
    let mut shifted = b"junk in front\n".to_vec();
    shifted.extend_from_slice(&whole);
    for bytes in [no_table, shifted] {
        assert_eq!(text(&bytes), "one two\n");
    }
}

/// That a file asks for too much, and that this is found out soon.
fn assert_too_large(what: &str, file: &[u8]) {
    let start = std::time::Instant::now();
    let error = extract(file).unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { .. }), "{what}: {error}");
    assert!(start.elapsed().as_secs() < 60, "{what}: {:?}", start.elapsed());
}

#[test]
fn bombs_are_refused() {
    let zeros = |mib: usize| deflated(&vec![b' '; mib << 20]);
    let one = b"BT /F 10 Tf (one) Tj ET".to_vec();
    let flate = "/Type /XObject /Subtype /Form /Filter /FlateDecode";
    assert_too_large("a stream", &pages_with(std::slice::from_ref(&one), "", &[stream(flate, &zeros(300))]));
    let twice =
        stream("/Type /XObject /Subtype /Form /Filter [/FlateDecode /FlateDecode]", &deflated(&zeros(300)));
    assert_too_large("a stream in a stream", &pages_with(&[b"/X Do".to_vec()], "/X 8 0 R", &[twice]));
    let labelled = stream("/Subtype /Image /First 10 /N 2 /Filter /FlateDecode", &zeros(300));
    assert_too_large("a stream that says it is a picture", &pages_with(&[one], "", &[labelled]));
    let layered =
        stream("/Type /ObjStm /First 10 /N 2 /Filter [/FlateDecode /FlateDecode]", &deflated(&zeros(300)));
    assert_too_large("objects in layers", &pages_with(&[b"BT ET".to_vec()], "", &[layered]));
    let doubling: Vec<Vec<u8>> = (0..20)
        .map(|at| {
            let keys =
                format!("/Type /XObject /Subtype /Form /Resources << /XObject << /X {} 0 R >> >>", at + 9);
            stream(&keys, b"/X Do /X Do /X Do /X Do")
        })
        .chain([stream("/Type /XObject /Subtype /Form", b"BT /F 10 Tf (one) Tj ET")])
        .collect();
    assert_too_large("forms that double", &pages_with(&[b"/X Do".to_vec()], "/X 8 0 R", &doubling));
    let glyphs = format!("BT /F 10 Tf ({}) Tj ET", "a".repeat(1_100_000));
    assert_too_large("glyphs", &pages(&[glyphs]));
}

#[test]
fn pictures_may_be_large() {
    let picture = stream(
        "/Type /XObject /Subtype /Image /Width 20000 /Height 20000 /Filter /FlateDecode",
        &deflated(&vec![0; 300 << 20]),
    );
    let page = at(50.0, 700.0, 10.0, "one").into_bytes();
    assert_eq!(text(&pages_with(&[page], "/X 8 0 R", &[picture])), "one\n");
}

#[test]
fn circles_end() {
    let form = "/Type /XObject /Subtype /Form /Resources << /XObject << /X 8 0 R >> /Font << /F 3 0 R >> >>";
    let itself = stream(form, b"BT /F 10 Tf (one) Tj ET /X Do");
    assert_eq!(text(&pages_with(&[b"1 0 0 1 50 50 cm /X Do".to_vec()], "/X 8 0 R", &[itself])), "one\n");
    let tree = file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Count 2 /Kids [2 0 R 3 0 R 3 0 R] /Parent 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Count 2 /Kids [2 0 R 3 0 R] >>".to_vec(),
    ]);
    assert!(extract(&tree).is_err());
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(extract(&pages(&[format!("{deep} TJ")])).is_err());
    assert!(extract(&file(&[deep.into_bytes()])).is_err());
}

/// The sample, set line by line as a typewriter does it, with running headers, page numbers and raised marks.
fn typed(paragraphs: &[&str]) -> Vec<u8> {
    const WIDTH: usize = 80;
    let mut contents = vec![String::new()];
    let mut y = 740.0;
    let set = |y: f32, line: &str| {
        let (plain, marked) =
            line.split_once('¹').map_or((line, None), |(before, behind)| (before, Some(behind)));
        let x = |letters: usize| 60.0 + 5.0 * letters as f32;
        let before = plain.chars().count();
        let mark =
            marked.map(|behind| at(x(before), y + 4.0, 6.0, "1") + &at(x(before + 1), y, 10.0, behind));
        at(x(0), y, 10.0, plain) + &mark.unwrap_or_default()
    };
    for paragraph in paragraphs {
        for line in paragraph.lines().flat_map(|line| textwrap::wrap(line, WIDTH)) {
            if y < 80.0 {
                contents.push(String::new());
                y = 740.0;
            }
            let page = contents.last_mut().unwrap();
            page.push_str(&set(y, &line));
            y -= 12.0;
        }
        y -= 8.0;
    }
    for (number, page) in contents.iter_mut().enumerate() {
        page.push_str(&at(270.0, 780.0, 9.0, "CD/1780"));
        page.push_str(&at(280.0, 40.0, 9.0, &(number + 1).to_string()));
    }
    pages(&contents)
}

#[test]
fn the_sample_as_pdf_has_the_ids_of_the_sample_as_markdown() {
    let markdown = include_str!("../../../../../samples/cica-almaty-2006.fr.md");
    // In the sample, a page of the original ends in the middle of a sentence; here it does not.
    let printed = markdown.replace("**", "").replace("formes de\n\ncriminalité", "formes de criminalité");
    let paragraphs: Vec<&str> =
        printed.split("\n\n").map(str::trim).filter(|words| !words.is_empty()).collect();
    let ids = |bytes: &[u8], media_type| {
        let reading = read(bytes, Some(media_type)).unwrap();
        reading.tree.paragraphs.iter().map(|paragraph| paragraph.id.to_string()).collect::<Vec<_>>()
    };
    let (pdf, text) = (typed(&paragraphs), markdown.as_bytes());
    assert_eq!(ids(&pdf, MediaType::Pdf), ids(text, MediaType::Markdown));
}

fn some_file() -> Vec<u8> {
    let form = stream(
        "/Type /XObject /Subtype /Form /Filter /ASCIIHexDecode",
        b"42 54 20 2F 46 20 39 20 54 66 20 28 61 29 20 54 6A 20 45 54>",
    );
    let one = column(50.0, 700.0, &LEFT)
        + &column(250.0, 700.0, &RIGHT)
        + "/X Do BT /C 10 Tf 50 50 Td [(ab) -500 (c)] TJ ET";
    let two = at_with("0 1 -1 0 300 300", 12.0, "across")
        + "q 2 0 0 2 0 0 cm BT /F 9 Tf 14 TL 10 10 Td (x) ' (y) ' ET Q";
    pages_with(&[one.into_bytes(), two.into_bytes()], "/X 8 0 R", &[form])
}

const FORM_FEED: char = '\u{c}';

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_damage_makes_it_panic(
        cut in 0.0..1.2_f64,
        changes in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 0..24),
        inserts in prop::collection::vec((0.0..1.0_f64, prop::sample::select(vec![
            "<<", ">>", "[", "]", "(", "stream", "endobj", "4294967296", "-1", "/Kids", "/Prev 0", "/Filter /LZWDecode",
            "/Predictor 12 /Columns 2147483647", "0 R", "9 0 R", "BT", "TJ", "/Size 4000000000", "1e39",
        ])), 0..6),
    ) {
        let mut bytes = some_file();
        let place = |part: f64, len: usize| (part * len as f64) as usize;
        for (part, byte) in changes {
            let at = place(part, bytes.len());
            bytes[at] = byte;
        }
        for (part, words) in inserts {
            let at = place(part, bytes.len());
            bytes.splice(at..at, words.bytes());
        }
        bytes.truncate(place(cut, bytes.len()).min(bytes.len()));
        let read = super::read(&bytes);
        if let Ok(extract) = read {
            let is_text = |c: char| !c.is_control() || c == '\n' || c == FORM_FEED;
            prop_assert!(extract.text.chars().all(is_text));
        }
    }
}
