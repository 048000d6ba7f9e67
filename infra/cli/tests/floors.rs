//! The plan of the house: no circle of files in any crate, and no crate that imports one above it.
//! `cargo test --test floors -- --nocapture` prints how many files and imports each crate has.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "with --nocapture it shows the plan")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The crates in order of their floors: each may import those before it.
const FLOORS: [&str; 6] = ["ledger", "domain", "store", "edge", "functions", "lixiao"];

/// A module's place: `decide::case` is `["decide", "case"]`, a crate's root is empty.
type Module = Vec<String>;

/// The crates of a folder.
fn crates(folder: &str) -> Vec<PathBuf> {
    let found = std::fs::read_dir(Path::new(ROOT).join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = found.filter(|path| path.join("Cargo.toml").exists()).collect();
    found.sort();
    found
}

/// The files of a crate's library, by module.
fn modules(src: &Path) -> BTreeMap<Module, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![src.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(src).unwrap().with_extension("");
            if path.is_dir() {
                if !path.ends_with("bin") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("main.rs")
            {
                let parts = name.iter().map(|part| part.to_str().unwrap().to_owned());
                let module = parts.filter(|part| !matches!(part.as_str(), "lib" | "mod")).collect();
                found.insert(module, code(&std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// A file without its comments, and without the tests that it ends with.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The paths that a file imports or writes out: `use` trees laid flat, and `crate::…` anywhere else.
fn paths(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = String::new();
    for statement in text.split_inclusive(';') {
        let begin = statement.rmatch_indices("use ").find(|(at, _)| {
            let before = statement[..*at].trim_end();
            let line = before.rsplit('\n').next().unwrap_or_default().trim();
            line.is_empty() || line == "pub" || line == "pub(crate)" || line == "pub(super)"
        });
        match begin {
            Some((at, _)) if !statement[at..].contains("fn ") => {
                rest.push_str(&statement[..at]);
                lay_flat(&statement[at + 4..statement.len() - 1], &mut Vec::new(), &mut found);
            }
            _ => rest.push_str(statement),
        }
    }
    for word in rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':' || c == '$')) {
        let parts: Vec<String> = word.split("::").map(str::to_owned).collect();
        if matches!(parts[0].as_str(), "crate" | "super" | "self") && parts.len() > 1 {
            found.push(parts);
        }
    }
    found
}

fn lay_flat(tree: &str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let (mut depth, mut part) = (0_i32, String::new());
    for c in tree.chars().chain([',']) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if c != ',' || depth > 0 {
            part.push(c);
            continue;
        }
        let one = std::mem::take(&mut part);
        let one = one.trim().split(" as ").next().unwrap().trim();
        if let Some((head, inner)) = one.split_once("::{") {
            // What has no end here is a text that only looks like an import.
            let Some(inner) = inner.trim_end().strip_suffix('}') else { continue };
            let length = before.len();
            before.extend(head.split("::").map(|part| part.trim().to_owned()));
            lay_flat(inner, before, found);
            before.truncate(length);
        } else if !one.is_empty() {
            let parts = one.split("::").map(|part| part.trim().to_owned());
            found.push(before.iter().cloned().chain(parts).collect());
        }
    }
}

/// The file of the same crate that a path leads to.
fn leads_to(path: &[String], from: &Module, files: &BTreeMap<Module, String>) -> Option<Module> {
    let mut full: Module = match path[0].as_str() {
        "crate" => path[1..].to_vec(),
        "self" => from.iter().chain(&path[1..]).cloned().collect(),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            from[..from.len().saturating_sub(up)].iter().chain(&path[up..]).cloned().collect()
        }
        first => {
            let own: Module = from.iter().cloned().chain([first.to_owned()]).collect();
            files.contains_key(&own).then_some(own)?
        }
    };
    while !files.contains_key(&full) {
        full.pop()?;
    }
    (full != *from).then_some(full)
}

/// The files that reach each other and themselves.
fn circle(edges: &BTreeMap<&Module, BTreeSet<Module>>) -> Vec<String> {
    let reach = |from: &Module| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(one) = next.pop() {
            for to in edges.get(&one).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    edges.keys().filter(|from| reach(from).contains(**from)).map(|from| name(from)).collect()
}

fn name(module: &Module) -> String {
    if module.is_empty() { "lib".to_owned() } else { module.join("::") }
}

#[test]
fn no_file_imports_in_a_circle() {
    let mut circles = BTreeMap::new();
    for krate in ["shared", "functions", "infra", "tests"].into_iter().flat_map(crates) {
        let files = modules(&krate.join("src"));
        let edges: BTreeMap<&Module, BTreeSet<Module>> = files
            .iter()
            .map(|(from, text)| {
                (from, paths(text).iter().filter_map(|path| leads_to(path, from, &files)).collect())
            })
            .collect();
        let title = krate.strip_prefix(Path::new(ROOT)).unwrap().display().to_string();
        let imports: usize = edges.values().map(BTreeSet::len).sum();
        println!("{title}: {} files, {imports} imports", files.len());
        let found = circle(&edges);
        if !found.is_empty() {
            circles.insert(title, found);
        }
    }
    assert_eq!(circles, BTreeMap::new());
}

#[test]
fn no_crate_imports_one_above_it() {
    let floor = |name: &str| FLOORS.iter().position(|floor| *floor == name);
    for krate in ["shared", "functions", "infra", "tests"].into_iter().flat_map(crates) {
        let manifest = std::fs::read_to_string(krate.join("Cargo.toml")).unwrap();
        let title = krate.file_name().unwrap().to_str().unwrap();
        let own = match krate.parent().unwrap().file_name().unwrap().to_str().unwrap() {
            "functions" => floor("functions"),
            "infra" => floor("lixiao"),
            _ => floor(title),
        };
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap().lines();
        for dependency in dependencies.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name) {
            if let (Some(own), Some(other)) = (own, floor(dependency)) {
                assert!(other < own, "{title} imports {dependency}, which stands above it");
            }
        }
    }
}

#[test]
fn a_circle_would_be_found() {
    let file = |name: &str, text: &str| (name.split("::").map(str::to_owned).collect::<Module>(), code(text));
    let files = BTreeMap::from([
        file("a", "use crate::b::{\n    c::X, Y,\n};\n"),
        file("b", "// use crate::a;\npub(crate) mod c;\n"),
        file("b::c", "fn f() -> super::super::a::Z { todo() }\n"),
        file("d", "use crate::a::X;\n#[cfg(test)]\nmod tests { use crate::d; }\n"),
    ]);
    let edges: BTreeMap<&Module, BTreeSet<Module>> = files
        .iter()
        .map(|(from, text)| {
            (from, paths(text).iter().filter_map(|path| leads_to(path, from, &files)).collect())
        })
        .collect();
    assert_eq!(circle(&edges), ["a", "b::c"]);
}
