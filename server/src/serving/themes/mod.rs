//! ThemeService, and themes as messages.

mod changes;
mod hierarchies;
mod retags;
mod schemes;

use std::{collections::HashMap, pin::Pin, sync::Arc};

use alinea_proto::v1::{self, theme_service_server::ThemeService};
use futures_core::Stream;
use tonic::{Request, Response, Status, Streaming};

pub(super) use self::{
    hierarchies::Hierarchies,
    retags::{Retags, retag},
};
use super::{Service, access::Bound, filter, observing::Audit, pages};
use crate::{
    store::Seal,
    theming::{Label, Theme, ThemeId},
};

/// ThemeService over the themes in use.
#[derive(Debug, Clone)]
pub(super) struct Themes(pub(super) Arc<Service>);

#[tonic::async_trait]
impl ThemeService for Themes {
    type ImportSchemeStream = Pin<Box<dyn Stream<Item = Result<v1::ImportSchemeResponse, Status>> + Send>>;

    async fn get_theme(
        &self,
        request: Request<v1::GetThemeRequest>,
    ) -> Result<Response<v1::GetThemeResponse>, Status> {
        let id = filter::find_theme(&self.0, &request.into_inner().name)?;
        let theme = self.0.intake.themes().get(id.as_str()).map(message);
        Ok(Response::new(v1::GetThemeResponse { theme }))
    }

    async fn list_themes(
        &self,
        request: Request<v1::ListThemesRequest>,
    ) -> Result<Response<v1::ListThemesResponse>, Status> {
        let v1::ListThemesRequest { page_size, page_token, scheme } = request.into_inner();
        let size = pages::size(page_size)?;
        let asked = v1::ListThemesRequest { scheme: scheme.clone(), ..v1::ListThemesRequest::default() };
        let pages = pages::NamePages::new(self.0.store.seal(), &asked, &Bound::default());
        let after = pages.after(&page_token)?;
        let themes = self.0.intake.themes();
        let wanted = themes.iter().filter(|theme| scheme.is_empty() || theme.scheme == scheme);
        let mut rest: Vec<&Theme> = wanted.filter(|theme| name(&theme.id) > after).collect();
        rest.sort_by(|one, other| one.id.cmp(&other.id));
        let mut themes: Vec<v1::Theme> = rest.into_iter().take(size + 1).map(message).collect();
        let next_page_token = pages.cut(&mut themes, size, |theme| &theme.name);
        Ok(Response::new(v1::ListThemesResponse { themes, next_page_token }))
    }

    async fn create_theme(
        &self,
        request: Request<v1::CreateThemeRequest>,
    ) -> Result<Response<v1::CreateThemeResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let (theme, revision) = changes::create(self.0.clone(), audit, request.into_inner()).await?;
        Ok(Response::new(v1::CreateThemeResponse { theme: Some(theme), revision }))
    }

    async fn update_theme(
        &self,
        request: Request<v1::UpdateThemeRequest>,
    ) -> Result<Response<v1::UpdateThemeResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let (theme, revision) = changes::update(self.0.clone(), audit, request.into_inner()).await?;
        Ok(Response::new(v1::UpdateThemeResponse { theme: Some(theme), revision }))
    }

    async fn delete_theme(
        &self,
        request: Request<v1::DeleteThemeRequest>,
    ) -> Result<Response<v1::DeleteThemeResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let revision = changes::delete(self.0.clone(), audit, request.into_inner()).await?;
        Ok(Response::new(v1::DeleteThemeResponse { revision }))
    }

    async fn import_scheme(
        &self,
        request: Request<Streaming<v1::ImportSchemeRequest>>,
    ) -> Result<Response<Self::ImportSchemeStream>, Status> {
        let audit = Audit::of(request.extensions());
        let share = request.extensions().get().cloned();
        Ok(Response::new(schemes::import(self.0.clone(), audit, share, request.into_inner()).await?))
    }

    async fn delete_scheme(
        &self,
        request: Request<v1::DeleteSchemeRequest>,
    ) -> Result<Response<v1::DeleteSchemeResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let revision = schemes::delete(self.0.clone(), audit, request.into_inner()).await?;
        Ok(Response::new(v1::DeleteSchemeResponse { revision }))
    }
}

/// The resource name of a theme.
pub(super) fn name(id: &ThemeId) -> String {
    format!("themes/{id}")
}

/// A theme as it is returned.
pub(super) fn message(theme: &Theme) -> v1::Theme {
    let label =
        |label: &Label| v1::Label { language_code: label.language_code.clone(), text: label.text.clone() };
    let by_language = |texts: &std::collections::BTreeMap<String, String>| -> HashMap<String, String> {
        texts.iter().map(|(language, text)| (language.clone(), text.clone())).collect()
    };
    v1::Theme {
        name: name(&theme.id),
        uri: theme.uri.clone(),
        scheme: theme.scheme.clone(),
        display_names: by_language(&theme.display_names),
        descriptions: by_language(&theme.descriptions),
        broader_themes: theme.broader.iter().map(name).collect(),
        alternative_labels: theme.alternative_labels.iter().map(label).collect(),
        hidden_labels: theme.hidden_labels.iter().map(label).collect(),
        matches: theme.matches.clone(),
        // The debug form of a theme is stable, since all of it is ordered.
        etag: format!("{:x}", Seal::fingerprint(format!("{theme:?}").as_bytes())),
    }
}

/// The theme of a message.
pub(super) fn from_message(theme: v1::Theme) -> Theme {
    let label = |label: v1::Label| Label { language_code: label.language_code, text: label.text };
    let id = |name: &String| ThemeId::from_name(name.strip_prefix("themes/").unwrap_or(name));
    Theme {
        id: id(&theme.name),
        uri: theme.uri,
        scheme: theme.scheme,
        display_names: theme.display_names.into_iter().collect(),
        descriptions: theme.descriptions.into_iter().collect(),
        broader: theme.broader_themes.iter().map(id).collect(),
        alternative_labels: theme.alternative_labels.into_iter().map(label).collect(),
        hidden_labels: theme.hidden_labels.into_iter().map(label).collect(),
        matches: theme.matches,
    }
}
