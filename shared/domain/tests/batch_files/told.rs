//! What `lixiao check` says of each mistake: right words, on the right line, and as docs/batch-mistakes.md shows.

use std::fmt::Write as _;
use std::path::Path;

use domain::batch_file::{overlaps, read, read_sound};
use domain::fault::{Fault, Weight};
use domain::text::Text;

use crate::mistakes::{Expected, Mistake, all};
use crate::{deployable, university};

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

/// One character in so many is tried.
const STEP: usize = 7;

/// The file with one mistake, and all that is said of it.
fn tried(mistake: &Mistake) -> (String, Vec<Fault>) {
    let right = deployable();
    assert!(right.contains(mistake.from), "{}: the file has no {:?}", mistake.name, mistake.from);
    let wrong = right.replacen(mistake.from, mistake.to, 1);
    let told = match read(&university(), "2018-01", &wrong) {
        Ok(read) => read.noted,
        Err(faults) => faults,
    };
    (wrong, told)
}

fn outcome(told: &[Fault]) -> Expected {
    match told.iter().map(|fault| fault.weight).max() {
        None => Expected::Taken,
        Some(Weight::Odd) => Expected::Said,
        Some(Weight::MadeUp) => Expected::MadeUp,
        Some(Weight::Undeployable | Weight::Unsound) => Expected::Refused,
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
        let answered = mistake.expected == Expected::Taken || answer(&mistake, &wrong, &told).is_some();
        let foreign = told.iter().any(|fault| {
            PARSERS.iter().any(|word| fault.what.zh.contains(word) || fault.what.en.contains(word))
        });
        if outcome(&told) != mistake.expected || !answered || foreign {
            let told: Vec<String> = told.iter().map(|fault| format!("\n    {fault}")).collect();
            wrong_answers.push(format!("{} ({:?}):{}", mistake.name, mistake.expected, told.concat()));
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
    let right = deployable().replace('\n', "\r\n");
    assert_eq!(read(&university(), "2018-01", &right).unwrap().noted, []);
    let wrong = right.replace("number = 3\r", "number = ３\r");
    let faults = read(&university(), "2018-01", &wrong).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(wrong.lines().nth(faults[0].line - 1), Some("number = ３"));
    assert!(faults[0].what.en.ends_with("number = 3"), "{}", faults[0]);
}

#[test]
fn an_empty_file_and_one_in_another_encoding_are_called_that() {
    for empty in ["", "\n\n", "\u{feff}", "# nothing yet\n"] {
        let faults = read(&university(), "2018-01", empty).unwrap_err();
        assert!(faults[0].what.zh.contains("文件是空的") && faults[0].what.en.contains("the file is empty"));
    }
    let gbk = Fault::not_utf8(b"id = \"2018-01\"\nname = \"\xd0\xd5\xc3\xfb\"", 23);
    assert_eq!(gbk.line, 2);
    assert!(
        gbk.what.zh.contains("GBK") && gbk.what.en.contains("save it again with the encoding UTF-8"),
        "{gbk}"
    );
    assert!(Fault::not_utf8(b"\xff\xfei\0d\0", 0).what.en.contains("UTF-16"));
}

#[test]
fn a_file_saved_by_a_word_processor_has_each_of_its_lines_named() {
    let wrong = deployable().replace(" = \"", " = “");
    let faults = read(&university(), "2018-01", &wrong).unwrap_err();
    assert_eq!(faults.len(), 20, "as many as one can read");
    assert!(faults.iter().all(|fault| fault.what.en.contains("U+201C")), "{faults:?}");
}

#[test]
fn no_cut_and_no_lost_character_leaves_anybody_without_words() {
    let right = deployable();
    let odd =
        ["", "\"", "“", "，", "[", "]", "{", "=", "\n", "\t", "\u{3000}", "\u{0}", "\\", "#", "中", "0"];
    for (n, (at, c)) in right.char_indices().enumerate().filter(|(n, _)| n % STEP == 0) {
        let put = odd[n / STEP % odd.len()];
        let wrong = [&right[..at], put, &right[at + c.len_utf8()..]].concat();
        for text in [wrong.as_str(), &right[..at]] {
            if let Err(faults) = read_sound(&university(), "2018-01", text) {
                assert!(!faults.is_empty());
                let lines = text.split('\n').count();
                let said = |fault: &Fault| {
                    (1..=lines).contains(&fault.line)
                        && !fault.what.zh.is_ascii()
                        && !fault.what.en.is_empty()
                };
                assert!(faults.iter().all(said), "{put:?} at {at}: {faults:?}");
            }
        }
    }
}

/// A cell of a table: nothing unseen, nothing that Markdown takes for its own.
fn cell(text: &Text) -> String {
    let plain = |text: &str| {
        let text: String =
            text.chars().map(|c| if c.is_control() || c == '\u{200b}' { ' ' } else { c }).collect();
        text.replace('|', "\\|").replace('<', "&lt;")
    };
    format!("{}<br>{}", plain(&text.zh), plain(&text.en))
}

/// The table of docs/batch-mistakes.md.
fn table() -> String {
    let mut table = String::from("| mistake | `lixiao check` | line | what it says |\n|---|---|---|---|\n");
    for mistake in all() {
        let (wrong, told) = tried(&mistake);
        let verdict = match mistake.expected {
            Expected::Refused => "refused",
            Expected::MadeUp => "refused; `--sample`: said",
            Expected::Said => "taken, said",
            Expected::Taken => "taken",
        };
        let (line, said) = match answer(&mistake, &wrong, &told) {
            Some(fault) if mistake.expected != Expected::Taken => (fault.line.to_string(), cell(&fault.what)),
            _ => (String::new(), String::new()),
        };
        writeln!(table, "| {} | {verdict} | {line} | {said} |", mistake.name).unwrap();
    }
    for (name, verdict, said) in whole_files() {
        writeln!(table, "| {name} | {verdict} | {said} |").unwrap();
    }
    table
}

/// Mistakes of whole files and of their names; those of names alone are held by the command line's tests.
fn whole_files() -> Vec<(&'static str, &'static str, String)> {
    let said = |fault: &Fault| format!("{} | {}", fault.line, cell(&fault.what));
    let refused = |stem: &str, text: &str| said(&read(&university(), stem, text).unwrap_err()[0]);
    let right = deployable();
    let other = right.replace("id = \"2018-01\"", "id = \"2018-02\"");
    let batches = [
        read(&university(), "2018-01", &right).unwrap().batch,
        read(&university(), "2018-02", &other).unwrap().batch,
    ];
    let overlap = overlaps(&batches).remove(0).1;
    let gbk = Fault::not_utf8(b"id = \"2018-01\"\nname = \"\xd0\xd5\xc3\xfb\"", 23);
    vec![
        ("line ends of Windows (CRLF)", "taken", " | ".to_owned()),
        ("GBK", "refused", said(&gbk)),
        ("UTF-16", "refused", said(&Fault::not_utf8(b"\xff\xfei\0d\0", 0))),
        ("empty file", "refused", refused("2018-01", "")),
        ("two files of one id: a copy whose id stayed", "refused", refused("2018-01-copy", &right)),
        ("open at the same time as another batch", "taken, said", format!("15 | {}", cell(&overlap))),
        ("2018-01.toml.bak, 2018-01.toml~", "taken: no batch files", " | ".to_owned()),
    ]
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
