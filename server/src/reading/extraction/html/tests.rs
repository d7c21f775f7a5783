use proptest::prelude::*;

use super::super::Sort;
use super::*;

fn blocks(html: &str) -> Vec<(String, Sort)> {
    let found = extract(html.as_bytes()).unwrap_or_default();
    found.blocks.iter().map(|block| (found.text[block.span.range()].to_owned(), block.sort)).collect()
}

pub(super) fn words(html: &str) -> Vec<String> {
    blocks(html).into_iter().map(|(words, _)| words).collect()
}

#[test]
fn blocks_are_as_a_browser_shows_them() {
    for (html, expected) in [
        ("<p>The  <b>General</b>\nAssembly<i>,</i><p>Recalling", &["The General Assembly,", "Recalling"][..]),
        ("<p>TITLE<br>OF THE ACT</p>", &["TITLE\nOF THE ACT"]),
        ("One.<br><br>\nTwo.<br />Three.", &["One.", "Two.\nThree."]),
        ("<ol><li>One<li><p>Two</p><p>Two b</p></ol>", &["1. One", "2. Two", "Two b"]),
        ("<ol start=3 type=a><li>c<li value=9>i</ol>", &["c. c", "i. i"]),
        ("<ol reversed><li>x<li>y</ol>", &["2. x", "1. y"]),
        ("<ol><li>One:<ol type=i><li>x</ol><li>Two</ol>", &["1. One:", "i. x", "2. Two"]),
        ("<ol style='list-style: none'><li>(a) one</ol><ol><li>(b) two</ol>", &["(a) one", "(b) two"]),
        ("<ul><li>one<li>two</ul>", &["• one", "• two"]),
        ("<dl><dt>1.</dt><dd>one</dd><dt>Word</dt><dd>what</dd></dl>", &["1. one", "Word", "what"]),
        ("<p>a<sup>2</sup>, 1<sup>er</sup> x<del>y</del><ins>z</ins>", &["a², 1er xz"]),
        ("<p hidden>a<p style='display: none'>b<script>c</script><p>d&nbsp;&eacute;", &["d\u{a0}é"]),
    ] {
        assert_eq!(words(html), expected, "{html}");
    }
}

#[test]
fn headings_quotations_and_menus_are_told_apart() {
    let html =
        "<nav><h2>Menu</h2></nav><main><header><h1>Act</h1></header><blockquote><p>q</p></blockquote></main>";
    let expected = [("Menu", Sort::Furniture), ("Act", Sort::Heading(1)), ("q", Sort::Quote)];
    assert_eq!(blocks(html), expected.map(|(words, sort)| (words.to_owned(), sort)));
}

#[test]
fn tables_are_rows_unless_they_only_place_words() {
    for (html, expected) in [
        (
            "<table><tr><th>State<th>Date<tr><td><p>Chad</p><td>1 May</table>",
            &[("State\tDate", Sort::Row), ("Chad\t1 May", Sort::Row)][..],
        ),
        (
            "<table><tr><td><p>(a)</p></td><td><p>the first;</p></td></tr></table>",
            &[("(a) the first;", Sort::Text)],
        ),
        (
            "<table><tr><td><p>(a)</p><td><p>one:</p><table><tr><td>(i)<td>two</table></table>",
            &[("(a) one:", Sort::Text), ("(i) two", Sort::Text)],
        ),
        (
            "<table><tr><td><h1>Act</h1><p>One.</p></table>",
            &[("Act", Sort::Heading(1)), ("One.", Sort::Text)],
        ),
    ] {
        let expected: Vec<_> = expected.iter().map(|&(words, sort)| (words.to_owned(), sort)).collect();
        assert_eq!(blocks(html), expected, "{html}");
    }
}

#[test]
fn footnotes_are_found_by_their_links() {
    for (html, expected) in [
        (
            "<p>Act<sup><a href='#fn1' id='r1'>1</a></sup>.</p><ol><li id='fn1'><p>See. <a href='#r1'>↩</a></p></ol>",
            ["Act[^1].", "[^1]: See."],
        ),
        (
            "<p>Act<a id='ntc1' href='#ntr1'>(<span>1</span>)</a>.</p><p><a id='ntr1' href='#ntc1'>(<span>1</span>)</a> OJ.</p>",
            ["Act[^1].", "[^1]: OJ."],
        ),
        (
            "<p>Act<a href='#_ftn1' name='_ftnref1'><span>[1]</span></a>.<div id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1' name='_ftn1'>[1]</a> OJ.</div>",
            ["Act[^1].", "[^1]: OJ."],
        ),
    ] {
        assert_eq!(words(html), expected, "{html}");
    }
}

#[test]
fn lists_that_word_printed_keep_their_numbers() {
    let html = "<p class=MsoListParagraph><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp; </span></span>One\
        <p class=MsoListParagraph><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span>Two";
    assert_eq!(words(html), ["1.\u{a0}\u{a0} One", "• Two"]);
}

#[test]
fn the_head_says_language_and_title() {
    let html = "<html lang=fr><title>Loi 5</title><meta name=DC.title content='Loi no 5'><body><p>x";
    let metadata = extract(html.as_bytes()).unwrap_or_default().metadata;
    assert_eq!((metadata.language_code.as_str(), metadata.title.as_str()), ("fr", "Loi no 5"));
}

#[test]
fn the_encoding_that_a_page_says_is_its_encoding() {
    let html = b"<meta charset=\"iso-8859-2\"><p>Pa\xF1stwo, \xBFe";
    assert_eq!(extract(html).map(|found| found.text.into_owned()), Ok("Państwo, że".to_owned()));
}

#[test]
fn nesting_without_end_is_refused() {
    for html in ["<div>".repeat(100_000), "<table><tr><td>".repeat(30_000)] {
        assert!(matches!(extract((html + "x").as_bytes()), Err(ReadError::TooLarge { .. })));
    }
}

#[test]
fn elements_that_nobody_closes_are_read() {
    for html in ["<b><p>".repeat(20_000), "<li>".repeat(100_000), "<table>".repeat(400)] {
        assert_eq!(words(&(html + "word")).len(), 1);
    }
}

proptest! {
    #[test]
    fn no_tags_lose_a_word(parts in prop::collection::vec((0_usize..24, any::<bool>()), 0..60)) {
        const TAGS: [&str; 24] = [
            "p", "div", "b", "table", "tr", "td", "li", "ol", "ul", "h1", "sup", "a", "br", "pre", "blockquote",
            "nav", "dl", "dt", "dd", "span", "form", "center", "caption", "i",
        ];
        let mut html = String::from("<html><body>");
        for (at, (tag, opens)) in parts.iter().enumerate() {
            let slash = if *opens { "" } else { "/" };
            html.push_str(&format!("<{slash}{}>word{at} ", TAGS[*tag]));
        }
        html.push_str("end");
        let found = extract(html.as_bytes());
        prop_assert!(found.is_ok());
        let text = found.unwrap_or_default().text;
        for at in 0..parts.len() {
            prop_assert!(text.contains(&format!("word{at}")), "{html}\n{text}");
        }
    }
}
