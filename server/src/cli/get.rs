//! `alinea get`: one paragraph, document or theme by its name.

use alinea_client::{Client, Document, Theme};

use super::output::{DIM, Format, FormatArgument, Output, STRONG, counted};
use super::paragraph::{self, Titles};
use super::remote::Remote;

/// What to print.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea get cica-almaty-2006-fr
  alinea get cica-almaty-2006-fr/para_15
  alinea get themes/terrorism --format jsonl")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// A document, a paragraph as `DOCUMENT/PARAGRAPH`, or a theme as `themes/THEME`.
    name: String,
    #[command(flatten)]
    format: FormatArgument,
}

/// What a name names, as its shape tells.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Document,
    Paragraph,
    Theme,
}

fn named(name: &str) -> Named {
    match name.strip_prefix("documents/").unwrap_or(name) {
        theme if theme.starts_with("themes/") => Named::Theme,
        part if part.contains('/') => Named::Paragraph,
        _ => Named::Document,
    }
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| get(arguments, client).await)
}

async fn get(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let (name, format) = (arguments.name.as_str(), arguments.format.format);
    let mut output = Output::new(format);
    match named(name) {
        Named::Paragraph => {
            let paragraph = client.get_paragraph(name).await?;
            match format {
                Format::Jsonl => output.json(&paragraph)?,
                Format::Text => {
                    let mut titles = Titles::new(client);
                    let title = titles.of(paragraph.name.document()).await;
                    paragraph::print(&mut output, title, &paragraph)?;
                }
            }
        }
        Named::Document => {
            let document = client.get_document(name).await?;
            match format {
                Format::Jsonl => output.json(&document)?,
                Format::Text => print_document(&mut output, &document)?,
            }
        }
        Named::Theme => {
            let theme = client.get_theme(name).await?;
            match format {
                Format::Jsonl => output.json(&theme)?,
                Format::Text => print_theme(&mut output, &theme)?,
            }
        }
    }
    Ok(output.flush()?)
}

fn print_document(output: &mut Output, document: &Document) -> anyhow::Result<()> {
    output.line(STRONG, if document.title.is_empty() { document.name.id() } else { &document.title })?;
    output.line(DIM, &document.name)?;
    let facts = [
        ("kind", document.kind.to_string()),
        ("language", document.language_code.clone()),
        ("work", document.work.clone()),
        ("issuer", document.issuer.clone()),
        ("symbols", document.symbols.join(", ")),
        ("adopted", document.adoption_date.clone()),
        ("from", document.source_uri.clone()),
    ];
    for (what, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty() && fact != "unspecified") {
        output.text(format_args!("{what}: {fact}"))?;
    }
    let sections = counted(document.section_count as usize, "section");
    output.text(format_args!("{sections}, {}", counted(document.paragraph_count as usize, "paragraph")))?;
    for finding in document.report.iter().flat_map(|report| &report.findings) {
        match finding.span {
            Some(span) => {
                output.text(format_args!("bytes {}..{}: {}", span.start, span.end, finding.message))?;
            }
            None => output.text(&finding.message)?,
        }
    }
    Ok(())
}

fn print_theme(output: &mut Output, theme: &Theme) -> anyhow::Result<()> {
    output.line(STRONG, theme.name.id())?;
    output.line(DIM, &theme.uri)?;
    for (language, words) in &theme.display_names {
        output.text(format_args!("{language}: {words}"))?;
    }
    for broader in &theme.broader_themes {
        output.text(format_args!("part of {}", broader.id()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_a_name_says_what_it_names() {
        for (name, what) in [
            ("cica-almaty-2006-fr", Named::Document),
            ("documents/cica-almaty-2006-fr", Named::Document),
            ("cica-almaty-2006-fr/para_15", Named::Paragraph),
            ("documents/d/paragraphs/para_15", Named::Paragraph),
            ("themes/terrorism", Named::Theme),
        ] {
            assert_eq!(named(name), what, "{name}");
        }
    }
}
