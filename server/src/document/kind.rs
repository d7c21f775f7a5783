//! The sorts of documents, sections and paragraphs, named as Akoma Ntoso names them where it does.

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every kind, in the order of the wire format.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name where kinds are printed, such as `table_row`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

kinds! {
    /// The sort of a document.
    DocumentKind {
        /// A declaration.
        Declaration => "declaration",
        /// A resolution.
        Resolution => "resolution",
        /// A decision.
        Decision => "decision",
        /// A treaty, convention, covenant or protocol.
        Treaty => "treaty",
        /// An act of a parliament.
        Statute => "statute",
        /// A regulation, directive, decree or by-law.
        Regulation => "regulation",
        /// A letter or note, with or without a document that it transmits.
        Letter => "letter",
        /// A report.
        Report => "report",
        /// Anything else.
        Other => "other",
    }
}

kinds! {
    /// The sort of a section.
    SectionKind {
        /// A cover letter or title page.
        Cover => "cover",
        /// A document inside the document, in which numbers start anew.
        Attachment => "attachment",
        /// The recitals and the words that introduce them.
        Preamble => "preamble",
        /// A book, part, title, chapter, section or subsection.
        Division => "division",
        /// An article.
        Article => "article",
        /// What follows the last provision: place, date, signatures.
        Conclusions => "conclusions",
    }
}

kinds! {
    /// The sort of a paragraph.
    ParagraphKind {
        /// A numbered paragraph, or an unnumbered one that continues none.
        Paragraph => "paragraph",
        /// An unnumbered paragraph that continues its owner.
        Alinea => "alinea",
        /// A point of a list: `(a)`, `ii)`, a bullet.
        Point => "point",
        /// A reason in a preamble.
        Recital => "recital",
        /// Enacting words: `Nous, chefs d'État …`, `Déclarons ce qui suit:`.
        Formula => "formula",
        /// Words of another text that this one quotes or inserts.
        Quote => "quote",
        /// A footnote.
        Footnote => "footnote",
        /// A signature block.
        Signature => "signature",
        /// The place and the date.
        Dateline => "dateline",
        /// A row of a table, cells parted by tabs.
        TableRow => "table_row",
    }
}
