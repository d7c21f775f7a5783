//! What is counted: how often calls are made, again and how they end, and how often connections are. With the feature `metrics`
//! it is told to the recorder that the program has installed.

#[cfg(feature = "metrics")]
mod facade;
#[cfg(not(feature = "metrics"))]
mod none;

#[cfg(feature = "metrics")]
pub(crate) use facade::{Called, connected, resumed, retried, unreached};
#[cfg(not(feature = "metrics"))]
pub(crate) use none::{Called, connected, resumed, retried, unreached};
