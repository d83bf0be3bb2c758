//! The process: run, exit. Everything else is in the library.

fn main() -> std::process::ExitCode {
    fleetwright::cli::run()
}
