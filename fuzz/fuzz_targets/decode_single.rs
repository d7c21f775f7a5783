#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alinea_client::agreement::single(bytes));
