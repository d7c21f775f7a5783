//! Compiles `proto/` to Rust, without protoc: the machine needs a Rust toolchain and nothing else.

use protox::prost::Message;
use std::{env, error::Error, fs, path::PathBuf};

const FILES: [&str; 8] = [
    "admin_service.proto",
    "document.proto",
    "document_service.proto",
    "error_reason.proto",
    "filter.proto",
    "paragraph_service.proto",
    "theme.proto",
    "theme_service.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let files = FILES.map(|file| format!("alinea/v1/{file}"));
    let descriptors = protox::compile(files, ["proto"])?;
    let encoded = descriptors.encode_to_vec();
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("alinea.bin"), encoded)?;
    tonic_prost_build::configure()
        .build_transport(false)
        .build_client(env::var_os("CARGO_FEATURE_CLIENT").is_some())
        .build_server(env::var_os("CARGO_FEATURE_SERVER").is_some())
        .compile_fds(descriptors)?;
    Ok(())
}
