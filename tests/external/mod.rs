//! Programs that are not ours: what is said where one is missing, and Terraform.

#![allow(dead_code, reason = "each test program uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Says that something is missing; fails where it must not be.
pub(crate) fn skip(tool: &str, why: &str) {
    let required = std::env::var("FLEETWRIGHT_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|it| it == tool), "{tool}: {why}");
    println!("skipped: {tool} ({why})");
}

/// Terraform in a folder of its own below the build folder, offline.
pub(crate) struct Terraform {
    pub(crate) folder: PathBuf,
    /// The file that says where providers come from; none without a mirror.
    settings: Option<PathBuf>,
}

impl Terraform {
    /// `None`, said aloud, where Terraform is not installed and need not be.
    pub(crate) fn new(name: &str) -> Option<Terraform> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        let settings = mirror().map(|mirror| {
            let file = folder.join("terraformrc");
            let text = format!(
                "disable_checkpoint = true\nprovider_installation {{\n  filesystem_mirror {{\n    \
                 path = {:?}\n  }}\n  direct {{\n    exclude = [\"registry.terraform.io/*/*\"]\n  \
                 }}\n}}\n",
                mirror.display().to_string()
            );
            fs::write(&file, text).unwrap();
            file
        });
        let terraform = Terraform { folder, settings };
        let found = Command::new("terraform").arg("version").output();
        match found {
            Ok(_) => Some(terraform),
            Err(error) => {
                skip("terraform", &error.to_string());
                None
            }
        }
    }

    /// Whether there is a provider; said aloud where there is none and need not be.
    pub(crate) fn has_provider(&self) -> bool {
        if self.settings.is_none() {
            skip("provider", "no folder `registry.terraform.io` with it");
        }
        self.settings.is_some()
    }

    /// Runs a command in a folder.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, folder: &Path, arguments: &[A]) -> Output {
        let mut command = Command::new("terraform");
        command.current_dir(folder).args(arguments);
        command.env("CHECKPOINT_DISABLE", "1");
        if let Some(settings) = &self.settings {
            command.env("TF_CLI_CONFIG_FILE", settings);
        }
        command.output().unwrap()
    }
}

/// The folder that holds `registry.terraform.io`: as the environment says, or where systems keep
/// such things.
fn mirror() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("FLEETWRIGHT_TF_MIRROR") {
        return Some(named.into());
    }
    let usual = ["/opt", "/usr/share", "/usr/local/share", "/var/lib"];
    let deeper = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: Vec<_> = entries.map(|entry| entry.path()).collect();
        found.sort();
        found
    };
    let mut folders: Vec<PathBuf> = usual.iter().map(PathBuf::from).collect();
    for _ in 0..2 {
        if let Some(found) = folders
            .iter()
            .find(|folder| folder.join("registry.terraform.io").is_dir())
        {
            return Some(found.clone());
        }
        folders = folders.iter().flat_map(|folder| deeper(folder)).collect();
    }
    let found = folders.into_iter();
    found
        .into_iter()
        .find(|folder| folder.join("registry.terraform.io").is_dir())
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// All that a program printed.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}
