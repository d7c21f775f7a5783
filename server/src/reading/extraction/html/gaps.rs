//! Words and numbers that pages of official sites are apt to lose.

use proptest::prelude::*;

use super::tests::words;
use super::*;

#[test]
fn numbers_that_are_printed_are_never_lost() {
    for (html, expected) in [
        ("<table><tr><td>1.<td>(a) one</table>", &["1. (a) one"][..]),
        ("<table><tr><td>(a)<td><table><tr><td>(i)<td>two</table></table>", &["(a) (i) two"]),
        ("<table><tr><td>(a)<td><pre>one\n two</pre></table>", &["(a) one\n two"]),
        ("<table><tr><td>(a)<td><script>x</script></table><p>Next", &["(a)", "Next"]),
        ("<dl><dt>1.<dd></dl><p>Next", &["1.", "Next"]),
        ("<dl><dt>1.<dt>2.<dd>two</dl>", &["1.", "2. two"]),
        ("<ol><li>W. Nimitz shall<li>(b) two</ol>", &["1. W. Nimitz shall", "(b) two"]),
    ] {
        assert_eq!(words(html), expected, "{html}");
    }
}

#[test]
fn a_number_set_beside_its_words_stands_before_them() {
    for (html, expected) in [
        ("<div><div><span>(a)</span></div><div><p>one:</p><p>and</p></div></div>", &["(a) one:", "and"][..]),
        ("<p><span>(1)</span><span>A person</span>", &["(1) A person"]),
        ("<p><span>1</span><span>Citation</span>", &["1 Citation"]),
        ("<p><span>1</span><span>er</span> janvier", &["1er janvier"]),
        ("<div><p>Title</p><p>(a) one</p></div>", &["Title", "(a) one"]),
    ] {
        assert_eq!(words(html), expected, "{html}");
    }
}

#[test]
fn empty_lines_and_points_behind_line_ends_part_blocks() {
    for (html, expected) in [
        ("One.<br>&nbsp;<br>Two.", &["One.", "Two."][..]),
        (
            "Decides:<br>1. To act;<br>2. To wait<br>for<br>5. May.",
            &["Decides:", "1. To act;", "2. To wait\nfor\n5. May."],
        ),
        ("One.<br style='page-break-before: always'>Two.", &["One.", "Two."]),
        (
            "A<a href=#fn1>1</a> b<a href=#fn2>2</a>.<p><a name=fn1>1</a> OJ.<br><a name=fn2>2</a> HL.",
            &["A[^1] b[^2].", "[^1]: OJ.", "[^2]: HL."],
        ),
    ] {
        assert_eq!(words(html), expected, "{html}");
    }
}

#[test]
fn only_what_a_browser_shows_is_read() {
    for (html, expected) in [
        (
            "<p>a<title>b</title><p>c<datalist><option>d</datalist><video>e</video><canvas>f</canvas>",
            &["a", "c"][..],
        ),
        ("<p style='display:\nnone'>a<p>b", &["b"]),
        ("<p>x<span style='mso-list:\nIgnore'>·&nbsp; </span>", &["x•"]),
        ("<pre>a&#1;b</pre>", &["ab"]),
        ("<p>He said <q>no <q>such</q> thing</q>.", &["He said “no ‘such’ thing”."]),
    ] {
        assert_eq!(
            extract(html.as_bytes()).map(|found| found
                .text
                .split("\n\n")
                .map(str::to_owned)
                .collect::<Vec<_>>()),
            Ok(expected.iter().map(|&s| s.to_owned()).collect()),
            "{html}"
        );
    }
}

#[test]
fn a_title_in_the_language_of_the_page_is_its_title() {
    let html = "<html lang=fr><meta property=eli:title lang=bg content=Б><meta property=eli:title lang=fr content=F>\
        <meta property=eli:title lang=sv content=S><body><p>x";
    assert_eq!(extract(html.as_bytes()).unwrap_or_default().metadata.title, "F");
}

proptest! {
    #[test]
    fn no_place_loses_a_number_that_is_printed(
        parts in prop::collection::vec((0_usize..20, any::<bool>(), 0_usize..7), 0..40)
    ) {
        const TAGS: [&str; 20] = [
            "p", "div", "table", "tr", "td", "li", "ol", "ul", "h2", "br", "pre", "blockquote", "nav", "dl", "dt",
            "dd", "span", "q", "caption", "b",
        ];
        const NUMBERS: [&str; 7] = ["(a)", "1.", "(ii)", "12)", "IV.", "", "Article 3"];
        let mut html = String::new();
        for (tag, opens, number) in &parts {
            html.push_str(&format!("<{}{}>{}", if *opens { "" } else { "/" }, TAGS[*tag], NUMBERS[*number]));
        }
        html.push_str("end");
        let text = extract(html.as_bytes()).unwrap_or_default().text;
        for number in NUMBERS.iter().filter(|number| !number.is_empty()) {
            // What a browser counts comes on top of what is printed.
            let printed = html.matches(number).count();
            prop_assert!(text.matches(number).count() >= printed, "{number} {html}\n{text}");
        }
    }

    #[test]
    fn no_footnote_breaks_a_page(parts in prop::collection::vec((0_usize..14, 0_usize..4), 0..40)) {
        const TAGS: [&str; 14] = [
            "<p>", "</p>", "<br>", "<a href=#fn", "<a href=#fn", "<a name=fn", "<li id=fn", "<dt id=fn",
            "<tr><td id=fn", "<td>", "<sup>", "</sup>", "<table>", "</table>",
        ];
        let mut html = String::new();
        for (at, (tag, number)) in parts.iter().enumerate() {
            let tag = TAGS[*tag];
            html.push_str(tag);
            match (tag.starts_with("<a"), tag.ends_with("fn")) {
                (true, _) => html.push_str(&format!("{number}>{number}</a>")),
                (_, true) => html.push_str(&format!("{number}>")),
                _ => {}
            }
            html.push_str(&format!(" word{at} "));
        }
        html.push_str("end");
        let text = extract(html.as_bytes()).unwrap_or_default().text;
        for at in 0..parts.len() {
            prop_assert!(text.contains(&format!("word{at}")), "{html}\n{text}");
        }
    }
}
