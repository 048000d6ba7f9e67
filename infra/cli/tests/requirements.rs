//! Requirements and what cites them hold one another: no number without a row, no row without a place that keeps it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const REQUIREMENTS: &str = include_str!("../../../docs/REQUIREMENTS.md");

/// The numbers that a text cites: `N7`, as a word of its own.
fn cited(text: &str) -> BTreeSet<u32> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let number = |word: &str| word.strip_prefix('N').filter(|digits| digits.len() <= 2)?.parse().ok();
    words.filter_map(number).collect()
}

/// The files that git keeps, but those that only hold data.
fn kept_files() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files"]).current_dir(ROOT).output().unwrap();
    let names = String::from_utf8(listed.stdout).unwrap();
    let data = ["docs/REQUIREMENTS.md", "Cargo.lock", "docs/samples/", "docs/screens/"];
    let is_text = |name: &&str| {
        let extension =
            Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["rs", "js", "ts", "md", "toml", "yaml", "py", "json", "html"].contains(&extension)
    };
    let kept =
        names.lines().filter(is_text).filter(|name| !data.iter().any(|prefix| name.starts_with(prefix)));
    kept.map(str::to_owned).collect()
}

#[test]
fn every_cited_requirement_exists_and_every_requirement_is_cited() {
    let rows =
        REQUIREMENTS.lines().filter_map(|line| line.strip_prefix("| N")?.split(' ').next()?.parse().ok());
    let rows: BTreeSet<u32> = rows.collect();
    assert_eq!(rows, (1..=22).collect(), "a row for each, and no other");
    let mut all = BTreeSet::new();
    for name in kept_files() {
        let Ok(text) = std::fs::read_to_string(Path::new(ROOT).join(&name)) else { continue };
        let cited = cited(&text);
        let unknown: Vec<_> = cited.difference(&rows).collect();
        assert!(unknown.is_empty(), "{name} cites {unknown:?}, which docs/REQUIREMENTS.md hasn't");
        if !name.ends_with(".md") {
            all.extend(cited);
        }
    }
    let nowhere: Vec<_> = rows.difference(&all).collect();
    assert!(nowhere.is_empty(), "no code and no test says that it keeps {nowhere:?}");
}
