#![no_main]

use alinea_server::theming::{RdfFormat, Scheme, Tagger};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for format in RdfFormat::ALL {
        if let Ok(scheme) = Scheme::read("x", Some(*format), bytes) {
            Tagger::new(&[scheme]);
        }
    }
});
