//! Akoma Ntoso (OASIS LegalDocML), of version 3.0 and before, whatever the type of document: its mark-up has the whole
//! structure, so the tree is read from it.
//!
//! [`xml`] gives elements; [`sort`] says what each is among sections and paragraphs; [`walk`] goes through them; what it
//! finds becomes text and tree in [`builder`], with [`words`] in one line and [`ids`]; [`identity`] reads what is known of
//! the document as a whole.

mod builder;
mod identity;
mod ids;
mod sort;
mod walk;
mod words;
mod xml;

use super::{Extract, text};
use crate::reading::{MediaType, ReadError};
use builder::Builder;

/// The text of an Akoma Ntoso document, with its tree.
pub(super) fn extract(bytes: &[u8]) -> Result<Extract<'_>, ReadError> {
    let text = text::decode(bytes)?;
    let root = xml::parse(&text)?;
    if root.name != "akomaNtoso" {
        return Err(ReadError::Unsupported { what: "XML that is not Akoma Ntoso" });
    }
    let mut builder = Builder::new(&root);
    walk::documents(&mut builder, &root);
    let (text, tree) = builder.finish();
    if text.is_empty() {
        let what = "there are no words in it".to_owned();
        return Err(ReadError::Malformed { format: MediaType::AkomaNtoso, what });
    }
    let metadata = identity::metadata(&root);
    Ok(Extract { text: text.into(), metadata, tree: Some(Box::new(tree)), ..Extract::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{DocumentKind, Tree};

    fn tree(document: &str) -> Tree {
        let text = format!("<akomaNtoso>{document}</akomaNtoso>");
        *extract(text.as_bytes()).unwrap().tree.unwrap()
    }

    /// Sections and paragraphs in the order of the text: id, kind, number, words, owner.
    fn parts(document: &str) -> Vec<String> {
        let tree = tree(document);
        let sections = tree.sections.iter().map(|section| {
            let start = section.spans.first().map_or(0, |span| span.start);
            (
                start,
                format!("{} {} {}|{}", section.id, section.kind.as_str(), section.number, section.heading),
            )
        });
        let paragraphs = tree.paragraphs.iter().map(|part| {
            let owner = part.owner.map_or("", |owner| tree.paragraphs[owner].id.as_str());
            let line = format!("{} {} {}|{}|{owner}", part.id, part.kind.as_str(), part.number, part.text);
            (part.spans[0].start, line)
        });
        let mut parts: Vec<_> = sections.chain(paragraphs).collect();
        parts.sort_by_key(|(start, _)| *start);
        parts.into_iter().map(|(_, line)| line).collect()
    }

    fn assert_parts(body: &str, expected: &[&str]) {
        assert_eq!(parts(&format!("<act><body>{body}</body></act>")), expected, "{body}");
    }

    #[test]
    fn articles_hold_paragraphs_and_paragraphs_points() {
        // As the Italian Normattiva and the European AKN4EU write them.
        assert_parts(
            "<article eId='art_2-bis'><num>Art. 2-bis.</num><heading>Oggetto</heading>\
             <paragraph eId='art_2-bis__para_1'><num>1.</num><list><intro><p>La legge:</p></intro>\
             <point eId='p_a'><num>a)</num><content><p>uno;</p></content></point></list></paragraph>\
             <paragraph><num>2.</num><content><p>Due.</p><p>Continua.</p></content></paragraph></article>",
            &[
                "art_2-bis article 2-bis|Oggetto",
                "art_2-bis__para_1 paragraph 1|La legge:|",
                "p_a point a|uno;|art_2-bis__para_1",
                "art_2-bis__para_2 paragraph 2|Due.|",
                "art_2-bis__para_2__al_2 alinea |Continua.|art_2-bis__para_2",
            ],
        );
    }

    #[test]
    fn sections_hold_subsections_and_what_is_lettered_is_a_point() {
        // As the United Kingdom and South Africa write them.
        assert_parts(
            "<part eId='part-1'><num>Part 1</num><heading>General</heading>\
             <hcontainer name='crossheading' eId='x'><heading>Aims</heading>\
             <section eId='section-1'><num>1</num><heading>Aim</heading>\
             <subsection eId='section-1-1'><num>(1)</num><intro><p>It is—</p></intro>\
             <paragraph eId='section-1-1-a'><num>(a)</num><content><p>one, or</p></content></paragraph>\
             <wrapUp><p>as it is.</p></wrapUp></subsection></section></hcontainer></part>",
            &[
                "part-1 division 1|General",
                "x division |Aims",
                "section-1 division 1|Aim",
                "section-1-1 paragraph 1|It is—|",
                "section-1-1-a point a|one, or|section-1-1",
                "section-1-1__al_2 alinea |as it is.|section-1-1",
            ],
        );
    }

    #[test]
    fn words_introduce_the_points_after_them() {
        assert_parts(
            "<section><num>5.</num><content><p>Parties shall</p><blockList><item><num>(a)</num><p>act</p>\
             <p>now</p></item></blockList><p>and</p></content></section>",
            &[
                "sec_5 division 5|",
                "sec_5__para_nn-1 paragraph |Parties shall|",
                "sec_5__para_nn-1__point_a point a|act|sec_5__para_nn-1",
                "sec_5__para_nn-1__point_a__al_2 alinea |now|sec_5__para_nn-1__point_a",
                "sec_5__para_nn-2 paragraph |and|",
            ],
        );
    }

    #[test]
    fn what_is_quoted_keeps_its_numbers_among_its_words() {
        assert_parts(
            "<paragraph eId='para_1'><num>1</num><content><p>After 3 insert: <mod><quotedStructure startQuote='“' \
             endQuote='”'><article eId='q'><num>3A</num><heading>New</heading><paragraph><num>1.</num><content>\
             <p>Act.</p></content></paragraph></article></quotedStructure></mod>.</p></content></paragraph>",
            &[
                "body division |",
                "para_1 paragraph 1|After 3 insert: .|",
                "para_1__qstr_1 quote |“3A New|para_1",
                "para_1__qstr_2 quote |1. Act.”|para_1",
            ],
        );
    }

    #[test]
    fn rows_of_tables_and_headings_across_are_read() {
        assert_parts(
            "<crossHeading>Fees</crossHeading><hcontainer name='x'><content><table><caption>Fees</caption>\
             <tr><th><p>State</p></th><th>Fee</th></tr><tr eId='r'><td><p>A</p></td><td/><td><p>1</p></td></tr></table>\
             </content></hcontainer>",
            &[
                "body division |",
                "sec_nn-1 division |Fees",
                "sec_nn-1__para_nn-1 paragraph |Fees|",
                "sec_nn-1__tr_1 table_row |State\tFee|",
                "r table_row |A\t1|",
            ],
        );
    }

    #[test]
    fn a_resolution_has_its_preamble_its_conclusions_and_its_annex() {
        let found = parts(
            "<statement><preface><p><docTitle>Resolution 5</docTitle></p></preface>\
             <preamble><formula name='enacting'><p>The Assembly,</p></formula><recitals><intro><p>Whereas:</p></intro>\
             <recital eId='rec_1'><num>(1)</num><p>Peace,</p></recital></recitals></preamble>\
             <mainBody><paragraph><num>1.</num><content><p>Decides.</p></content></paragraph></mainBody>\
             <conclusions><p><location>Paris</location>, <date date='1948-12-10'>10 December 1948</date></p>\
             <p><signature>A. B.</signature></p></conclusions>\
             <attachments><attachment><num>Annex I</num><heading>List</heading><doc><mainBody><p>One</p></mainBody></doc>\
             </attachment></attachments></statement>",
        );
        let expected = [
            "body division |",
            "cover cover |Resolution 5",
            "preamble preamble |",
            "conclusions conclusions |",
            "preamble__formula_1 formula |The Assembly,|",
            "preamble__formula_2 formula |Whereas:|",
            "rec_1 recital 1|Peace,|",
            "para_1 paragraph 1|Decides.|",
            "conclusions__date_1 dateline |Paris, 10 December 1948|",
            "conclusions__sig_1 signature |A. B.|",
            "att_1 attachment I|List",
            "att_1__para_nn-1 paragraph |One|",
        ];
        let mut found = found;
        found.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn footnotes_are_linked_wherever_they_stand() {
        let tree = tree(
            "<act><meta><notes><note id='n2'><p>Far.</p></note></notes></meta><body id='b'>\
             <paragraph><num>1</num><content><p>One<authorialNote marker='1' id='n1'><p>Near.</p></authorialNote> two\
             <noteRef href='#n1'/><noteRef href='#n2' marker='2'/><noteRef href='#none'/></p></content></paragraph></body></act>",
        );
        let [paragraph, near, far] = &tree.paragraphs[..] else { panic!("{tree:?}") };
        assert_eq!((near.text.as_str(), near.number.as_str()), ("Near.", "1"));
        assert_eq!((far.text.as_str(), far.number.as_str()), ("Far.", "2"));
        assert_eq!(paragraph.text, "One two");
        let notes: Vec<_> = paragraph.notes.iter().map(|note| (note.note, note.offset)).collect();
        assert_eq!(notes, [(1, 3), (1, 7), (2, 7)]);
    }

    #[test]
    fn the_document_is_known_by_its_meta() {
        let text = "<akomaNtoso><act name='act'><meta><identification source='#x'><FRBRWork><FRBRuri value='/akn/za/act/1998/5'/>\
             <FRBRalias name='title' value='Water Act'/><FRBRdate date='1998-08-20' name='assent'/><FRBRauthor href='#parl'/>\
             <FRBRnumber value='5'/></FRBRWork><FRBRExpression><FRBRlanguage language='eng'/></FRBRExpression></identification>\
             <references><TLCOrganization eId='parl' showAs='Parliament'/></references></meta><body><p>a</p></body></act></akomaNtoso>";
        let known = extract(text.as_bytes()).unwrap().metadata;
        assert_eq!((known.title.as_str(), known.kind), ("Water Act", Some(DocumentKind::Statute)));
        assert_eq!((known.language_code.as_str(), known.issuer.as_str()), ("en", "Parliament"));
        assert_eq!((known.adoption_date.as_str(), known.work.as_str()), ("1998-08-20", "/akn/za/act/1998/5"));
        assert!(known.symbols.is_empty());
    }

    #[test]
    fn what_is_no_akoma_ntoso_is_refused() {
        let error = |text: &str| extract(text.as_bytes()).unwrap_err().to_string();
        assert!(error("<html><p>akomaNtoso</p></html>").contains("XML that is not Akoma Ntoso"));
        assert!(error("<akomaNtoso><act><body/></act></akomaNtoso>").contains("no words"));
        assert!(error("<akomaNtoso><act>").contains("line 1"));
    }

    #[test]
    fn no_nesting_that_is_read_takes_the_stack() {
        for element in [
            "paragraph",
            "section",
            "hcontainer",
            "blockList",
            "item",
            "quotedStructure",
            "authorialNote",
            "b",
            "td",
            "doc",
        ] {
            let deep =
                format!("{}words{}", format!("<{element}>").repeat(190), format!("</{element}>").repeat(190));
            let text = format!("<akomaNtoso><act><body><p>a</p>{deep}</body></act></akomaNtoso>");
            assert!(extract(text.as_bytes()).is_ok(), "{element}");
            let text = format!("<akomaNtoso>{deep}</akomaNtoso>");
            assert!(extract(text.as_bytes()).is_ok(), "{element}");
        }
    }
}
