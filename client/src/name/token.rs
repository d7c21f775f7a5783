//! Texts that a server gave and that go back to it as they are.

use std::fmt;

macro_rules! token {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// ```
        #[doc = concat!("let kept = alinea_client::", stringify!($name), "::new(\"a text that was kept\");")]
        /// println!("going on from {kept}");
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(String);

        impl $name {
            /// A token that was kept as text.
            ///
            /// ```
            #[doc = concat!("let kept = alinea_client::", stringify!($name), "::new(\"a text that was kept\");")]
            /// ```
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The token as text, to be kept.
            ///
            /// ```
            #[doc = concat!("let token = alinea_client::", stringify!($name), "::new(\"a text\");")]
            /// assert_eq!(token.as_str(), "a text");
            /// ```
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The token that a message carries, if it carries one.
            #[allow(dead_code, reason = "not every token is read from a message that may lack it")]
            pub(crate) fn received(text: String) -> Option<Self> {
                (!text.is_empty()).then_some(Self(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

token! {
    /// Where a stream stands. It resumes a stream of the same filter, on the server that gave it or on another with
    /// the same store, for as long as the server keeps what the stream was reading.
    Cursor
}

token! {
    /// The state of a store: it changes with every commit, and all that one stream gives is of one.
    Revision
}
