//! What `lixiao check` says of each mistake: right words, on the right line, and as docs/batch-mistakes.md shows.

use std::fmt::Write as _;
use std::path::Path;

use domain::batch_file::{Fault, Weight, read};

use crate::deployable;
use crate::mistakes::{Mistake, Verdict, all};

/// What the parser says, in English, to whoever knows it.
const PARSERS: [&str; 9] = [
    "expected",
    "invalid type",
    "unknown field",
    "missing field",
    "unknown variant",
    "TOML",
    "u8",
    "u32",
    "struct",
];

/// The file with one mistake, and all that is said of it.
fn tried(mistake: &Mistake) -> (String, Vec<Fault>) {
    let right = deployable();
    assert!(right.contains(mistake.from), "{}: the file has no {:?}", mistake.name, mistake.from);
    let wrong = right.replacen(mistake.from, mistake.to, 1);
    let told = match read("2018-01", &wrong) {
        Ok(read) => read.noted,
        Err(faults) => faults,
    };
    (wrong, told)
}

fn verdict(told: &[Fault]) -> Verdict {
    match told.iter().map(|fault| fault.weight).max() {
        None => Verdict::Taken,
        Some(Weight::Odd) => Verdict::Said,
        Some(Weight::MadeUp) => Verdict::MadeUp,
        Some(Weight::Undeployable | Weight::Unsound) => Verdict::Refused,
    }
}

/// The fault that answers for a mistake.
fn answer<'a>(mistake: &Mistake, wrong: &str, told: &'a [Fault]) -> Option<&'a Fault> {
    told.iter().find(|fault| {
        let line = wrong.split('\n').nth(fault.line - 1).unwrap_or_default();
        line.contains(mistake.line)
            && fault.what.zh.contains(mistake.zh)
            && fault.what.en.contains(mistake.en)
    })
}

#[test]
fn every_mistake_is_answered_on_its_line_in_both_languages_and_not_in_the_parser_s() {
    let mut wrong_answers = Vec::new();
    for mistake in all() {
        let (wrong, told) = tried(&mistake);
        let answered = mistake.verdict == Verdict::Taken || answer(&mistake, &wrong, &told).is_some();
        let foreign = told.iter().any(|fault| {
            PARSERS.iter().any(|word| fault.what.zh.contains(word) || fault.what.en.contains(word))
        });
        if verdict(&told) != mistake.verdict || !answered || foreign {
            let told: Vec<String> = told.iter().map(|fault| format!("\n    {fault}")).collect();
            wrong_answers.push(format!("{} ({:?}):{}", mistake.name, mistake.verdict, told.concat()));
        }
    }
    assert!(
        wrong_answers.is_empty(),
        "{} of {}:\n{}",
        wrong_answers.len(),
        all().count(),
        wrong_answers.join("\n")
    );
}

#[test]
fn a_file_with_the_line_ends_of_windows_is_the_same_file() {
    assert_eq!(read("2018-01", &deployable().replace('\n', "\r\n")).unwrap().noted, []);
}

#[test]
fn a_file_in_another_encoding_is_called_that() {
    let gbk = Fault::not_utf8(b"id = \"2018-01\"\nname = \"\xd0\xd5\xc3\xfb\"", 23);
    assert_eq!(gbk.line, 2);
    assert!(
        gbk.what.zh.contains("GBK") && gbk.what.en.contains("save it again with the encoding UTF-8"),
        "{gbk}"
    );
    assert!(Fault::not_utf8(b"\xff\xfei\0d\0", 0).what.en.contains("UTF-16"));
}

/// The table of docs/batch-mistakes.md.
fn table() -> String {
    let cell = |text: &str| {
        let text: String =
            text.chars().map(|c| if c.is_control() || c == '\u{200b}' { ' ' } else { c }).collect();
        text.replace('|', "\\|").replace('<', "&lt;")
    };
    let mut table = String::from("| mistake | `lixiao check` | line | what it says |\n|---|---|---|---|\n");
    for mistake in all() {
        let (wrong, told) = tried(&mistake);
        let verdict = match mistake.verdict {
            Verdict::Refused => "refused",
            Verdict::MadeUp => "refused; `--sample`: said",
            Verdict::Said => "taken, said",
            Verdict::Taken => "taken",
        };
        let (line, said) = match answer(&mistake, &wrong, &told) {
            Some(fault) if mistake.verdict != Verdict::Taken => {
                (fault.line.to_string(), format!("{}<br>{}", cell(&fault.what.zh), cell(&fault.what.en)))
            }
            _ => (String::new(), String::new()),
        };
        writeln!(table, "| {} | {verdict} | {line} | {said} |", mistake.name).unwrap();
    }
    table
}

#[test]
fn the_page_of_mistakes_shows_what_is_said() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/batch-mistakes.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (intro, shown) = text.split_once("\n| mistake |").unwrap_or((&text, ""));
    let now = table();
    if std::env::var_os("LIXIAO_WRITE_DOCS").is_some() {
        std::fs::write(&page, format!("{}\n\n{now}", intro.trim_end())).unwrap();
        return;
    }
    assert!(
        now == format!("| mistake |{shown}"),
        "write docs/batch-mistakes.md anew: LIXIAO_WRITE_DOCS=1 cargo test -p domain --test batch_files"
    );
}
