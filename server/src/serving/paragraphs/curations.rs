//! What curators say of paragraphs: names and themes are checked, and all is kept in one revision.

use alinea_proto::v1;

use super::{MAX_NAMES, MAX_RESPONSE};
use crate::{
    serving::{CallError, Service, filter::find_theme, names},
    store::{Change, Curation, Outcome},
};

/// How many bytes the rest of an answer may take beside the paragraphs.
const REST: usize = 1 << 10;

/// Keeps what curators say. It waits for the disk.
pub(super) fn tag(
    service: &Service,
    request: v1::BatchTagParagraphsRequest,
) -> Result<v1::BatchTagParagraphsResponse, CallError> {
    let requests = request.requests;
    if requests.len() > MAX_NAMES {
        let message =
            format!("has {} entries, more than the {MAX_NAMES} of one request: part it", requests.len());
        return Err(CallError::field("requests", message));
    }
    let curations =
        requests.iter().map(|request| curation(service, request)).collect::<Result<Vec<_>, _>>()?;
    match service.commit(Change::Tag { curations, most_bytes: MAX_RESPONSE - REST })? {
        Outcome::Tagged { paragraphs, revision } => {
            Ok(v1::BatchTagParagraphsResponse { paragraphs, revision: revision.to_string() })
        }
        _ => Err(CallError::Internal("a curation that did something else".to_owned())),
    }
}

fn curation(service: &Service, request: &v1::TagParagraphRequest) -> Result<Curation, CallError> {
    let (document, paragraph) = names::part(&request.name, "paragraphs", "requests.name")?;
    let mut seen: Vec<String> = Vec::new();
    let mut themes = |named: &[String], field: &str| {
        let mut found = Vec::with_capacity(named.len());
        for name in named {
            let theme = find_theme(service, name)?.to_string();
            if seen.contains(&theme) {
                let message =
                    format!("themes/{theme} is named twice for {}: say one thing of it", request.name);
                return Err(CallError::field(format!("requests.{field}"), message));
            }
            seen.push(theme.clone());
            found.push(theme);
        }
        Ok(found)
    };
    Ok(Curation {
        document,
        paragraph: paragraph.to_owned(),
        add: themes(&request.add_themes, "add_themes")?,
        remove: themes(&request.remove_themes, "remove_themes")?,
        reset: themes(&request.reset_themes, "reset_themes")?,
    })
}
