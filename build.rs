//! Compiles `proto/alinea` into `proto/generated` with the feature `generate`, without protoc. What comes out stands in the
//! repository and in the package, so that nobody else compiles a code generator; `.ci/run` checks that it is of these files.

#[cfg(not(feature = "generate"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "generate")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    generate::generate()
}

#[cfg(feature = "generate")]
mod generate {
    use std::{env, error::Error, fs, path::Path};

    use protox::prost::Message;

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

    pub(crate) fn generate() -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-changed=proto");
        let descriptors = protox::compile(FILES.map(|file| format!("alinea/v1/{file}")), ["proto"])?;
        let encoded = descriptors.encode_to_vec();
        tonic_prost_build::configure()
            .build_transport(false)
            .client_mod_attribute(".", "#[cfg(feature = \"client\")]")
            .server_mod_attribute(".", "#[cfg(feature = \"server\")]")
            .compile_fds(descriptors)?;
        let code = fs::read(Path::new(&env::var("OUT_DIR")?).join("alinea.v1.rs"))?;
        let generated = Path::new("proto/generated");
        fs::create_dir_all(generated)?;
        write(&generated.join("alinea.v1.rs"), &code)?;
        write(&generated.join("alinea.v1.bin"), &encoded)
    }

    /// Leaves a file alone that is right: cargo would take it for changed.
    fn write(path: &Path, contents: &[u8]) -> Result<(), Box<dyn Error>> {
        if fs::read(path).is_ok_and(|found| found == contents) {
            return Ok(());
        }
        Ok(fs::write(path, contents)?)
    }
}
