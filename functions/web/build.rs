//! Bundles the pages' modules with esbuild: one script and one style for students, one of each for staff,
//! and the loader that stands in the page itself. What is served as it is gets a copy with gzip.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

/// What is made of the folder `pages`, each file with all that it imports.
const ENTRIES: [&str; 5] = ["student.js", "staff.js", "loader.js", "app.css", "staff.css"];

/// What is served as it is built.
const SERVED: [&str; 5] = ["app.css", "icon.svg", "staff.css", "staff.js", "student.js"];

fn main() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=pages");
    println!("cargo::rerun-if-changed=node_modules/.package-lock.json");
    let esbuild = here.join("node_modules/.bin/esbuild");
    if !esbuild.exists() {
        println!("cargo::error=esbuild, which bundles the pages, is missing: run `make pages` once");
        return;
    }
    let pages = here.join("pages");
    let built = bundle(&esbuild, &pages, &out)
        .and_then(|()| compress(&pages, &out).map_err(|error| error.to_string()));
    if let Err(error) = built {
        println!("cargo::error=the pages can't be bundled: {error}");
    }
}

fn compress(pages: &Path, out: &Path) -> std::io::Result<()> {
    std::fs::copy(pages.join("icon.svg"), out.join("icon.svg"))?;
    for name in SERVED {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&std::fs::read(out.join(name))?)?;
        std::fs::write(out.join(format!("{name}.gz")), encoder.finish()?)?;
    }
    Ok(())
}

fn bundle(esbuild: &Path, pages: &Path, out: &Path) -> Result<(), String> {
    let mut command = Command::new(esbuild);
    command.current_dir(pages).args(ENTRIES).arg(format!("--outdir={}", out.display()));
    // A classic script can be asked for again when it didn't arrive; a module that failed stays failed.
    command.args([
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2022",
        "--charset=utf8",
        "--log-level=warning",
    ]);
    let done = command.output().map_err(|error| error.to_string())?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}
