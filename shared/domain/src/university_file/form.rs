//! What a university's file may say and where.

use crate::toml_file::keys::Kind::{Number, Table, Text, Texts, Words, YesNo};
use crate::toml_file::keys::{Form, Key, TableOf, many, one};

const TEXT: &str = "\"…\"";
const NAME: Key = ("name", Words, "{ zh = \"…\", en = \"…\" }");
const NUMBER: &str = "'\\d{8}'";

/// Every table. A test holds it to what is read.
#[rustfmt::skip]
const TABLES: [TableOf; 7] = [
    one("", &[
        NAME, ("languages", Texts, "[\"zh\", \"en\"]"), ("time_zone", Text, "\"Asia/Shanghai\""),
        ("currency", Table, "{ code = \"CNY\", digits = 2 }"), ("registrar", Words, "{ zh = \"教务处\", en = \"Registrar\" }"),
        ("college", Words, "{ zh = \"系\", en = \"Department\" }"), ("numbers", Table, "[numbers]"), ("facts", Table, "[[facts]]"), ("people", Table, "[[people]]"),
    ]),
    one("currency", &[("code", Text, "\"CNY\""), ("digits", Number, "2"), ("name", Words, "{ zh = \"元\", en = \"yuan\" }")]),
    one("numbers", &[("student", Text, "'\\d{11}'"), ("staff", Text, NUMBER), ("external", Text, "'[A-Z]\\d{4}'")]),
    many("facts", &[
        ("id", Text, "\"campus\""), NAME, ("also", Texts, "[\"…\"]"), ("kind", Text, "\"yes-no\""), ("values", Table, "[facts.values]"),
        ("when", Table, "{ party = [\"full\"] }"), ("default", Text, TEXT), ("slip", YesNo, "true"), ("list", YesNo, "true"),
    ]),
    one("facts.values", &[]), one("facts.when", &[]),
    many("people", &[("id", Text, "\"advisor\""), NAME, ("also", Texts, "[\"…\"]")]),
];

/// A university's file.
pub(crate) static UNIVERSITY: Form = Form {
    sample: "infra/batches/university.toml",
    of: ("学校", "university"),
    tables: &TABLES,
    open: &[("facts.values", Words, "{ zh = \"…\", en = \"…\" }"), ("facts.when", Texts, "[\"…\"]")],
    required: &[
        ("", &["name", "languages", "time_zone", "currency", "registrar"]),
        ("currency", &["code", "digits"]),
        ("facts", &["id", "name"]),
        ("people", &["id", "name"]),
    ],
    purposes: &[
        (
            "languages",
            "页面和文书用哪些语言，第一种是默认",
            "in which languages people are spoken to, the default first",
        ),
        (
            "time_zone",
            "时刻按哪个时区显示、零点按哪里算",
            "by which clocks instants are shown and midnights counted",
        ),
        ("currency", "欠款以什么货币、几位小数", "in which currency amounts are, with how many digits"),
        ("registrar", "页面上说“请联系”的主管部门", "whom pages name as the authority"),
        ("values", "这项信息可以是哪些值", "what the fact can be"),
    ],
};

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    /// What is read, is asked of the reader itself: it lists what it knows when it finds something else.
    #[test]
    fn every_table_has_the_keys_that_are_read() {
        let own = include_str!("../../../../infra/batches/university.toml");
        for table in TABLES.iter().filter(|table| !["facts.values", "facts.when"].contains(&table.name)) {
            let unknown = match table.name {
                "" => format!("zzzzzz = 1\n{own}"),
                "currency" => own.replacen("digits = 2", "digits = 2, zzzzzz = 1", 1),
                _ => {
                    let heading = format!("\n{}", table.heading());
                    let (before, after) = own.split_once(&heading).unwrap();
                    let (rest, after) = after.split_once('\n').unwrap();
                    format!("{before}{heading}{rest}\nzzzzzz = 1\n{after}")
                }
            };
            let faults = crate::university_file::read(&unknown).unwrap_err();
            let said = &faults.first().unwrap().what.en;
            let known = table.keys().collect::<Vec<_>>().join(", ");
            assert!(said.ends_with(&format!("has no key zzzzzz: here are known {known}")), "{said}");
        }
    }
}
