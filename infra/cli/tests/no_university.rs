//! No university in code: what is one university's own stands in its file, and nowhere in a program or a page.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

/// The first customer's own words.
const OWN: [&str; 8] = ["莲华", "呈贡", "研究生院", "昆明", "硕士", "Lianhua", "Chenggong", "Kunming"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        if entry.is_dir() {
            if !["node_modules", "tests", "target"].contains(&name.as_str()) {
                sources(&entry, found);
            }
        } else if [".rs", ".js", ".html", ".css"].iter().any(|kind| name.ends_with(kind)) {
            found.push(entry);
        }
    }
}

/// A program without its tests, its comments and the examples in its documentation.
fn code(text: &str) -> String {
    let program = text.split("#[cfg(test)]").next().unwrap();
    let line = |line: &str| line.split("//").next().unwrap().to_owned();
    program.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_university_stands_in_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["shared", "functions", "infra/cli/src"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 150, "{}", files.len());
    let mut found = Vec::new();
    for file in files {
        let code = code(&std::fs::read_to_string(&file).unwrap());
        let named = OWN.iter().filter(|word| code.contains(**word));
        found.extend(named.map(|word| format!("{}: {word}", file.display())));
    }
    assert!(found.is_empty(), "{found:#?}");
}
