//! Browsers: what pages may call by gRPC-Web, on the port of gRPC. A browser speaks HTTP/1.1 or HTTP/2, reads no trailers, and asks
//! first whether the page it shows may call at all (CORS).

mod layer;
mod origin;

pub(super) use layer::Web;
pub use origin::{NoOrigin, Origin};
