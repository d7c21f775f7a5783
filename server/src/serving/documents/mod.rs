//! DocumentService.

mod exports;
mod imports;
mod rereads;
mod updates;

use std::sync::Arc;

use alinea_proto::v1::{self, document_service_server::DocumentService};
use tonic::{Request, Response, Status, Streaming};

use self::{
    exports::{Exported, Form},
    imports::Imported,
    rereads::Reread,
};
use super::{
    CallError, Service,
    access::Bound,
    blocking::{blocking, blocking_in},
    caller,
    filter::few,
    limits::Held,
    names,
    observing::Audit,
    pages,
};
use crate::{
    document::{DocumentId, is_language},
    intake::{self, Offer},
    store::{Change, DocumentRecord, NewDocument, Outcome, StoreError},
};

/// DocumentService over a store.
#[derive(Debug, Clone)]
pub(super) struct Documents(pub(super) Arc<Service>);

impl Documents {
    /// What a request to create offers.
    fn offer(request: v1::CreateDocumentRequest) -> Result<Offer, CallError> {
        let document = request.document.unwrap_or_default();
        let content =
            request.content.ok_or_else(|| CallError::field("content", "is missing: send the text"))?;
        let id = match request.document_id.as_str() {
            "" => DocumentId::from_words(&document.title).ok_or_else(|| {
                CallError::field(
                    "document_id",
                    "is missing, and there is no title to make one from: give one of the two",
                )
            })?,
            id => {
                DocumentId::try_new(id).map_err(|error| CallError::field("document_id", error.to_string()))?
            }
        };
        Ok(Offer {
            id,
            said: intake::metadata(document),
            media_type: content.media_type,
            bytes: content.data,
        })
    }

    async fn create(&self, new: NewDocument, audit: Audit) -> Result<v1::CreateDocumentResponse, CallError> {
        let service = self.0.clone();
        let committed = blocking(move || {
            let outcome = service.commit(Change::Create(Box::new(new)))?;
            if let Outcome::Stored { document, revision } = &outcome {
                audit.changed([&document.name], revision);
            }
            Ok(outcome)
        });
        match committed.await? {
            Outcome::Stored { document, revision } | Outcome::Unchanged { document, revision } => {
                Ok(v1::CreateDocumentResponse { document: Some(*document), revision: revision.to_string() })
            }
            Outcome::Removed { .. } | Outcome::Tagged { .. } | Outcome::Unseen { .. } => {
                Err(CallError::Internal("a creation that did something else".to_owned()))
            }
        }
    }

    fn list(
        &self,
        request: v1::ListDocumentsRequest,
        bound: &Bound,
    ) -> Result<v1::ListDocumentsResponse, CallError> {
        let size = pages::size(request.page_size)?;
        few(&request.kinds, "kinds")?;
        few(&request.language_codes, "language_codes")?;
        let told = v1::ListDocumentsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let pages = pages::NamePages::new(self.0.store.seal(), &told, bound);
        let after = pages.after(&request.page_token)?;
        let pick = |document: &v1::Document| {
            let language = |wanted: &String| is_language(&document.language_code, wanted);
            bound.has_work(&document.work)
                && (request.kinds.is_empty() || request.kinds.contains(&document.kind))
                && (request.language_codes.is_empty() || request.language_codes.iter().any(language))
        };
        let mut documents = self.0.store.documents_after(&after, size + 1, pick)?;
        let next_page_token = pages.cut(&mut documents, size, |document| id(&document.name));
        Ok(v1::ListDocumentsResponse { documents, next_page_token })
    }

    /// A document within a bound.
    fn get(&self, id: &DocumentId, bound: &Bound) -> Result<DocumentRecord, CallError> {
        let record = self.0.store.document(id.as_str())?;
        match bound.has_work(&record.document.work) {
            true => Ok(record),
            false => Err(StoreError::NotFound { name: format!("documents/{id}") }.into()),
        }
    }

    fn sections(
        &self,
        request: v1::ListSectionsRequest,
        bound: &Bound,
    ) -> Result<v1::ListSectionsResponse, CallError> {
        let size = pages::size(request.page_size)?;
        let parent = names::document(&request.parent, "parent")?;
        let told = v1::ListSectionsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let record = self.get(&parent, bound)?;
        let pages = pages::NamePages::new(self.0.store.seal(), &told, bound);
        let after = pages.after(&request.page_token)?;
        let from = match after.as_str() {
            "" => 0,
            // A document that was replaced may have no such section any more: the token is of what was.
            name => match record.sections.iter().position(|section| section.name == name) {
                Some(at) => at + 1,
                None => return Err(StoreError::CursorInvalid { what: "page token" }.into()),
            },
        };
        let mut sections: Vec<v1::Section> = record.sections.into_iter().skip(from).take(size + 1).collect();
        let next_page_token = pages.cut(&mut sections, size, |section| &section.name);
        Ok(v1::ListSectionsResponse { sections, next_page_token })
    }
}

/// The last part of a document's name.
fn id(name: &str) -> &str {
    name.strip_prefix("documents/").unwrap_or(name)
}

#[tonic::async_trait]
impl DocumentService for Documents {
    type ExportDocumentStream = Exported;
    type ImportDocumentsStream = Imported;
    type RereadDocumentsStream = Reread;

    async fn create_document(
        &self,
        request: Request<v1::CreateDocumentRequest>,
    ) -> Result<Response<v1::CreateDocumentResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let request = request.into_inner();
        let validate_only = request.validate_only;
        let offer = Self::offer(request)?;
        let service = self.0.clone();
        let new = blocking_in(self.0.single_readers.clone(), move || Ok(service.intake.take(offer)?)).await?;
        if !validate_only {
            return Ok(Response::new(self.create(new, audit).await?));
        }
        let revision = self.0.store.revision().to_string();
        Ok(Response::new(v1::CreateDocumentResponse { document: Some(new.document), revision }))
    }

    async fn get_document(
        &self,
        request: Request<v1::GetDocumentRequest>,
    ) -> Result<Response<v1::GetDocumentResponse>, Status> {
        let (_, extensions, request) = request.into_parts();
        self.0.reach_least(&request.min_revision, &extensions).await?;
        let id = names::document(&request.name, "name")?;
        let bound = caller::bound(&extensions)?;
        let record = self.get(&id, &bound)?;
        let revision = record.revision.to_string();
        Ok(Response::new(v1::GetDocumentResponse { document: Some(record.document), revision }))
    }

    async fn list_documents(
        &self,
        request: Request<v1::ListDocumentsRequest>,
    ) -> Result<Response<v1::ListDocumentsResponse>, Status> {
        let (this, bound) = (self.clone(), caller::bound(request.extensions())?);
        let listed = blocking(move || this.list(request.into_inner(), &bound));
        Ok(Response::new(listed.await?))
    }

    async fn update_document(
        &self,
        request: Request<v1::UpdateDocumentRequest>,
    ) -> Result<Response<v1::UpdateDocumentResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let (service, request) = (self.0.clone(), request.into_inner());
        let updated = blocking_in(self.0.single_readers.clone(), move || {
            let outcome = updates::update(&service, &request)?;
            if let Outcome::Stored { document, revision } = &outcome {
                audit.changed([&document.name], revision);
            }
            updates::response(outcome)
        });
        Ok(Response::new(updated.await?))
    }

    async fn export_document(
        &self,
        request: Request<v1::ExportDocumentRequest>,
    ) -> Result<Response<Exported>, Status> {
        let bound = caller::bound(request.extensions())?;
        let held = Held::current();
        let v1::ExportDocumentRequest { name, media_type } = request.into_inner();
        let (id, form) = (names::document(&name, "name")?, Form::of(&media_type)?);
        let service = self.0.clone();
        let write = move || {
            let whole = service.store.whole(id.as_str())?;
            if !bound.has_work(&whole.document.work) {
                return Err(StoreError::NotFound { name: format!("documents/{id}") }.into());
            }
            let bytes = form.write(&id, whole)?;
            if let Some(held) = held {
                held.take(bytes.len())?;
            }
            Ok(bytes)
        };
        let bytes = blocking_in(self.0.single_readers.clone(), write).await?;
        Ok(Response::new(exports::pieces(bytes)))
    }

    async fn reread_documents(
        &self,
        request: Request<v1::RereadDocumentsRequest>,
    ) -> Result<Response<Reread>, Status> {
        let audit = Audit::of(request.extensions());
        Ok(Response::new(rereads::reread(self.0.clone(), &request.into_inner().name, audit)?))
    }

    async fn delete_document(
        &self,
        request: Request<v1::DeleteDocumentRequest>,
    ) -> Result<Response<v1::DeleteDocumentResponse>, Status> {
        let audit = Audit::of(request.extensions());
        let v1::DeleteDocumentRequest { name, etag, allow_missing } = request.into_inner();
        let id = names::document(&name, "name")?;
        let etag = (!etag.is_empty()).then_some(etag);
        let service = self.0.clone();
        let revision = blocking(move || {
            let mut outcomes = service.store.commit(vec![Change::Remove { id, etag }])?;
            match outcomes.pop() {
                Some(Ok(Outcome::Removed { revision })) => {
                    audit.changed([name], revision);
                    Ok(revision)
                }
                Some(Err(StoreError::NotFound { .. })) if allow_missing => Ok(service.store.revision()),
                Some(Err(error)) => Err(error.into()),
                _ => Err(CallError::Internal("a removal that did not remove".to_owned())),
            }
        })
        .await?;
        Ok(Response::new(v1::DeleteDocumentResponse { revision: revision.to_string() }))
    }

    async fn list_sections(
        &self,
        request: Request<v1::ListSectionsRequest>,
    ) -> Result<Response<v1::ListSectionsResponse>, Status> {
        let (this, bound) = (self.clone(), caller::bound(request.extensions())?);
        let listed = blocking(move || this.sections(request.into_inner(), &bound));
        Ok(Response::new(listed.await?))
    }

    async fn import_documents(
        &self,
        request: Request<Streaming<v1::ImportDocumentsRequest>>,
    ) -> Result<Response<Imported>, Status> {
        let audit = Audit::of(request.extensions());
        let share = request.extensions().get().cloned();
        Ok(Response::new(imports::import(self.0.clone(), audit, share, request.into_inner())))
    }
}
