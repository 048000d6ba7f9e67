//! What a university's file may say and where.

use crate::toml_file::keys::Kind::{Number, Table, Text, Texts, Words, YesNo};
use crate::toml_file::keys::{Form, Key, TableOf, many, one};

const TEXT: &str = "\"…\"";
const NAME: Key = ("name", Words, "{ zh = \"…\", en = \"…\" }");
const NUMBER: &str = "'\\d{8}'";

/// Every table. A test holds it to what is read.
#[rustfmt::skip]
const TABLES: [TableOf; 6] = [
    one("", &[
        NAME, ("languages", Texts, "[\"zh\", \"en\"]"), ("time_zone", Text, "\"Asia/Shanghai\""),
        ("currency", Table, "{ code = \"CNY\", digits = 2 }"), ("registrar", Words, "{ zh = \"研究生院\", en = \"Graduate School\" }"),
        ("numbers", Table, "[numbers]"), ("facts", Table, "[[facts]]"), ("people", Table, "[[people]]"),
    ]),
    one("currency", &[("code", Text, "\"CNY\""), ("digits", Number, "2")]),
    one("numbers", &[("student", Text, "'\\d{11}'"), ("staff", Text, NUMBER), ("external", Text, "'[A-Z]\\d{4}'")]),
    many("facts", &[
        ("id", Text, "\"campus\""), NAME, ("also", Texts, "[\"…\"]"), ("kind", Text, "\"yes-no\""), ("values", Table, "[facts.values]"),
        ("default", Text, TEXT), ("slip", YesNo, "true"), ("list", YesNo, "true"),
    ]),
    one("facts.values", &[]),
    many("people", &[("id", Text, "\"advisor\""), NAME]),
];

/// A university's file.
pub(crate) static UNIVERSITY: Form = Form {
    sample: "infra/batches/university.toml",
    of: ("学校", "university"),
    tables: &TABLES,
    open: &[("facts.values", Words, "{ zh = \"…\", en = \"…\" }")],
};
