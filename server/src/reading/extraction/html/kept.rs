//! Words and numbers that pages of official sites are apt to lose, and that are kept.

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

#[test]
fn pages_of_official_sites_are_read_paragraph_by_paragraph() {
    for (site, html, expected) in [
        (
            "EUR-Lex, consolidated",
            "<div class=norm><span class=no-parag>1.  </span><div class='norm inline-element'>This Regulation:</div></div>\
             <div class='grid-container grid-list'><div class='list grid-list-column-1'><span>(a) </span></div>\
             <div class=grid-list-column-2><p class=norm>protects;</p></div></div>",
            &["1. This Regulation:", "(a) protects;"][..],
        ),
        (
            "legislation.gov.uk",
            "<h3><span class='LegDS LegP1No'>1</span><span class='LegDS LegP1GroupTitle'>Citation</span></h3>\
             <p><span class='LegDS LegP2No'>(1)</span><span class='LegDS LegP2Text'>These Regulations apply\
             <a class=LegFootnoteRef href='#footnote-a' role=doc-noteref>(a)</a>.</span></p>\
             <div id=footnote-a><p><a href='#ref-a'>(a)</a> 1972 c. 68.</p></div>",
            &["1 Citation", "(1) These Regulations apply[^a].", "[^a]: 1972 c. 68."],
        ),
        (
            "gesetze-im-internet",
            "<h3><span class=jnenbez>§ 1</span>&#160;<span class=jnentitel>Zweck</span></h3><div class=jurAbsatz>(1) Es gilt\
             <dl><dt>1.</dt><dd><div>erstens,</div></dd><dt>2.</dt><dd><div>zweitens.</div></dd></dl></div>",
            &["§ 1\u{a0}Zweck", "(1) Es gilt", "1. erstens,", "2. zweitens."],
        ),
        (
            "Légifrance",
            "<article><h3>Article 1er</h3><div class=content><p>Sont abrogés :<br/>1° L'article 2 ;<br/>2° L'article 3.</p>\
             <p></p><p>Un décret<br/>précise.</p></div></article>",
            &["Article 1er", "Sont abrogés :", "1° L'article 2 ;", "2° L'article 3.", "Un décret\nprécise."],
        ),
        (
            "an old page of the United Nations",
            "<center><b>CHARTER</b><br>&nbsp;<br></center><font size=2>Article 1<br>\n<br>The Purposes are:\n<ol><li>Peace;\
             <li>Relations.</ol></font>",
            &["CHARTER", "Article 1", "The Purposes are:", "1. Peace;", "2. Relations."],
        ),
        (
            "Word",
            "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:\n\
             Ignore'>(a)<span style='font:7.0pt \"Times New Roman\"'> </span></span><![endif]>Decides<a style='mso-footnote-id:ftn1'\
             href='#_ftn1' name='_ftnref1'><span class=MsoFootnoteReference><![if !supportFootnotes]>[1]<![endif]></span></a><o:p></o:p></p>\
             <div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1' name='_ftn1'>[1]</a> See.</p></div>",
            &["(a) Decides[^1]", "[^1]: See."],
        ),
    ] {
        assert_eq!(words(html), expected, "{site}");
    }
}

#[test]
fn a_document_within_a_site_says_its_language_and_keeps_its_title() {
    for (html, language) in [
        ("<html lang=en><body><main lang=cy><header><h1>Deddf</h1></header></main>", "cy"),
        ("<html lang=en><body lang=cy><div role=main><header><h1>Deddf</h1></header></div>", "cy"),
        (
            "<html lang=en><body><article lang=cy><h1>Deddf</h1></article><article lang=fr><p>x</article>",
            "en",
        ),
    ] {
        let found = extract(html.as_bytes()).unwrap_or_default();
        assert_eq!(found.metadata.language_code, language, "{html}");
        assert_eq!(
            found.blocks.first().map(|block| block.sort),
            Some(crate::reading::extraction::Sort::Heading(1))
        );
    }
}

#[test]
fn a_day_of_adoption_is_taken_only_where_it_is_called_that() {
    for (meta, day) in [
        ("<meta property=eli:date_document content=2016-04-27>", "2016-04-27"),
        ("<meta property=eli:date_document content='27 April 2016'>", ""),
        ("<meta name=DC.date content=2016-04-27>", ""),
    ] {
        let html = format!("<html><head>{meta}<body><p>x");
        assert_eq!(extract(html.as_bytes()).unwrap_or_default().metadata.adoption_date, day, "{meta}");
    }
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
