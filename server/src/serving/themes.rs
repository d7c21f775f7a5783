//! ThemeService.

use std::{collections::HashMap, sync::Arc};

use alinea_proto::v1::{self, theme_service_server::ThemeService};
use tonic::{Request, Response, Status};

use super::{Service, filter, pages};
use crate::theming::{Label, Theme};

/// ThemeService over a scheme.
#[derive(Debug, Clone)]
pub(super) struct Themes(pub(super) Arc<Service>);

#[tonic::async_trait]
impl ThemeService for Themes {
    async fn get_theme(
        &self,
        request: Request<v1::GetThemeRequest>,
    ) -> Result<Response<v1::GetThemeResponse>, Status> {
        let id = filter::find_theme(&self.0, &request.into_inner().name)?;
        let theme = self.0.scheme.get(id.as_str()).map(|theme| message(&self.0, theme));
        Ok(Response::new(v1::GetThemeResponse { theme }))
    }

    async fn list_themes(
        &self,
        request: Request<v1::ListThemesRequest>,
    ) -> Result<Response<v1::ListThemesResponse>, Status> {
        let v1::ListThemesRequest { page_size, page_token } = request.into_inner();
        let size = pages::size(page_size)?;
        let pages = pages::NamePages::new(self.0.store.seal(), &v1::ListThemesRequest::default());
        let after = pages.after(&page_token)?;
        let themes = self.0.scheme.themes().iter();
        let rest = themes.map(|theme| message(&self.0, theme)).filter(|theme| theme.name > after);
        let mut themes: Vec<v1::Theme> = rest.take(size + 1).collect();
        let next_page_token = pages.cut(&mut themes, size, |theme| &theme.name);
        Ok(Response::new(v1::ListThemesResponse { themes, next_page_token }))
    }
}

/// A theme as it is returned.
fn message(service: &Service, theme: &Theme) -> v1::Theme {
    let label =
        |label: &Label| v1::Label { language_code: label.language_code.clone(), text: label.text.clone() };
    let by_language = |texts: &std::collections::BTreeMap<String, String>| -> HashMap<String, String> {
        texts.iter().map(|(language, text)| (language.clone(), text.clone())).collect()
    };
    v1::Theme {
        name: format!("themes/{}", theme.id),
        uri: theme.uri.clone(),
        scheme: theme.scheme.clone(),
        display_names: by_language(&theme.display_names),
        descriptions: by_language(&theme.descriptions),
        broader_themes: theme.broader.iter().map(|broader| format!("themes/{broader}")).collect(),
        alternative_labels: theme.alternative_labels.iter().map(label).collect(),
        hidden_labels: theme.hidden_labels.iter().map(label).collect(),
        matches: theme.matches.clone(),
        // The scheme changes as a whole.
        etag: format!("{:x}", service.scheme.fingerprint()),
    }
}
