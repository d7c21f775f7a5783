//! The program `alinea`. The commands stand in [`alinea_server::cli`].

fn main() -> std::process::ExitCode {
    alinea_server::cli::run()
}
