#![no_main]

use alinea_server::reading::MediaType;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alinea_fuzz::check(bytes, MediaType::Docx));
