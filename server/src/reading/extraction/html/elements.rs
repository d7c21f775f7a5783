//! What a browser does with elements, by their names and styles.

use super::page::Node;

/// Whether a span holds the number or the bullet that Word printed before a paragraph.
pub(super) fn is_printed_bullet(node: &Node) -> bool {
    node.style().contains("mso-list:ignore")
}

/// Whether a browser shows nothing of an element.
pub(super) fn is_hidden(node: &Node) -> bool {
    let styled = || {
        let style = node.style();
        ["display:none", "visibility:hidden", "mso-hide:all"].iter().any(|hides| style.contains(hides))
    };
    matches!(
        &*node.name,
        "head"
            | "script"
            | "style"
            | "template"
            | "noscript"
            | "noframes"
            | "noembed"
            | "iframe"
            | "svg"
            | "select"
            | "button"
            | "textarea"
            | "object"
            | "del"
            | "title"
            | "datalist"
            | "canvas"
            | "audio"
            | "video"
            | "rp"
    ) || node.attribute("hidden").is_some()
        || node.attribute("aria-hidden") == Some("true")
        || styled()
}

/// Whether an element begins on a line of its own, and ends one.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Whether an element holds the document and not the site around it.
pub(super) fn is_article(node: &Node) -> bool {
    matches!(&*node.name, "main" | "article") || node.attribute("role") == Some("main")
}

/// Whether a page ends before an element when it is printed.
pub(super) fn ends_page(node: &Node) -> bool {
    let style = node.style();
    ["page-break-before:always", "break-before:page"].iter().any(|ends| style.contains(ends))
}
