#![no_main]

use alinea_server::theming::Model;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = Model::from_bytes(bytes) {
        assert_eq!(Model::from_bytes(&model.to_bytes()).as_ref(), Ok(&model));
    }
});
