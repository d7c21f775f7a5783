//! The program `alinea`. The commands stand in [`alinea_server::cli`].

/// Reading makes and lets go of many small strings, which this allocator does faster than that of the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    alinea_server::cli::run()
}
