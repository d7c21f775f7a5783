//! Methods of the clients and builders that block, each a line that says what it makes of the one that does not.

/// Gives a type the methods of the one inside it, each with an example in which the client is called `alinea`:
///
/// - `step` is a step of a builder, and `build` begins with one;
/// - `wait` waits for an answer, at the end of a builder, and `call` does of a client;
/// - `iter` has answers one after the other, at the end of a builder, and `each` does of a client.
macro_rules! wrap {
    ($type:ident { $(
        $(#[$attribute:meta])*
        $kind:ident $method:ident $([$($generic:tt)+])? ($($argument:ident: $of:ty),*) $([$($bound:tt)+])? $(-> $gives:ty)?
            => $example:literal;
    )+ }) => {
        impl $type {
            pub(super) fn new(inner: crate::$type, driver: Arc<Driver>) -> Self {
                Self { inner, driver }
            }
            $(
            wrap! { @$kind ($($gives)?)
                $(#[$attribute])*
                #[doc = concat!("As [`", stringify!($method), "`](crate::", stringify!($type), "::", stringify!($method), ") does.")]
                ///
                /// ```no_run
                /// # use alinea_client::{DocumentKind, ExportFormat, ParagraphKind, ThemeDraft, Update, Upload};
                /// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
                #[doc = $example]
                /// # Ok(())
                /// # }
                /// ```
                fn $method [$($($generic)+)?] ($($argument: $of),*) [$($($bound)+)?]
            }
            )+
        }
    };
    (@step () $(#[$attribute:meta])* fn $method:ident [$($generic:tt)*] ($($argument:ident: $of:ty),*) [$($bound:tt)*]) => {
        $(#[$attribute])*
        pub fn $method<$($generic)*>(self, $($argument: $of),*) -> Self where $($bound)* {
            Self::new(self.inner.$method($($argument),*), self.driver)
        }
    };
    (@build ($gives:ty) $(#[$attribute:meta])* fn $method:ident [$($generic:tt)*] ($($argument:ident: $of:ty),*) [$($bound:tt)*]) => {
        $(#[$attribute])*
        pub fn $method<$($generic)*>(&self, $($argument: $of),*) -> $gives where $($bound)* {
            <$gives>::new(self.inner.$method($($argument),*), self.driver.clone())
        }
    };
    (@wait ($gives:ty) $(#[$attribute:meta])* fn $method:ident [$($generic:tt)*] ($($argument:ident: $of:ty),*) [$($bound:tt)*]) => {
        $(#[$attribute])*
        pub fn $method<$($generic)*>(self, $($argument: $of),*) -> Result<$gives, Error> where $($bound)* {
            self.driver.wait(self.inner.$method($($argument),*))
        }
    };
    (@call ($gives:ty) $(#[$attribute:meta])* fn $method:ident [$($generic:tt)*] ($($argument:ident: $of:ty),*) [$($bound:tt)*]) => {
        $(#[$attribute])*
        pub fn $method<$($generic)*>(&self, $($argument: $of),*) -> Result<$gives, Error> where $($bound)* {
            self.driver.wait(self.inner.$method($($argument),*))
        }
    };
    (@iter ($gives:ty) $(#[$attribute:meta])* fn $method:ident [$($generic:tt)*] ($($argument:ident: $of:ty),*) [$($bound:tt)*]) => {
        $(#[$attribute])*
        pub fn $method<$($generic)*>(self, $($argument: $of),*) -> Iter<$gives> where $($bound)* {
            Iter::new(self.inner.$method($($argument),*), self.driver)
        }
    };
    (@each ($gives:ty) $(#[$attribute:meta])* fn $method:ident [$($generic:tt)*] ($($argument:ident: $of:ty),*) [$($bound:tt)*]) => {
        $(#[$attribute])*
        pub fn $method<$($generic)*>(&self, $($argument: $of),*) -> Iter<$gives> where $($bound)* {
            Iter::new(self.inner.$method($($argument),*), self.driver.clone())
        }
    };
}

pub(super) use wrap;
