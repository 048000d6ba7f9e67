//! What a batch file may say and where.

use crate::toml_file::keys::Kind::{Date, Number, Numbers, Table, Text, Texts, Timestamp, Words, YesNo};
use crate::toml_file::keys::{Form, Key, TableOf, many, one};

const EACH: &str = "{ zh = \"…\", en = \"…\" }";
const TEXT: &str = "\"…\"";
/// An instant, as an example.
pub(super) const AT: &str = "2018-01-11T00:00:00+08:00";
/// The text of a paper, as an example.
pub(super) const EXAMPLE_TEXT: &str =
    "{ zh = \"兹证明{name}……\", en = \"This is to certify that {name} …\" }";
/// A day, as an example.
pub(super) const DAY: &str = "2018-01-01";
const WHEN: &str = "{ level = [\"doctor\"] }";
const NAME: Key = ("name", Words, EACH);
const ID: Key = ("id", Text, "\"library\"");
const OFFICE: Key = ("office", Text, "\"library\"");
const WHO: Key = ("when", Table, WHEN);
const PLACE: Key = ("place", Words, EACH);
const PHONE: Key = ("phone", Text, "\"0000-00000000\"");
const HOURS: Key = ("hours", Words, EACH);

/// Every table. A test holds it to what is read.
#[rustfmt::skip]
const TABLES: [TableOf; 13] = [
    one("", &[
        ("id", Text, "\"2018-01\""), NAME,
        ("window", Table, "[window]"), ("network", Table, "[network]"), ("contacts", Table, "[[contacts]]"),
        ("offices", Table, "[[offices]]"), ("steps", Table, "[[steps]]"), ("papers", Table, "[[papers]]"),
        ("reminders", Table, "[reminders]"), ("slip", Table, "[slip]"),
    ]),
    one("window", &[
        ("opens", Timestamp, AT), ("closes", Timestamp, AT), ("readable_until", Timestamp, AT), ("retained_until", Timestamp, AT),
    ]),
    one("network", &[("campus", Texts, "[\"192.0.2.0/24\"]"), ("help", Words, EACH)]),
    one("reminders", &[("window_days", Number, "5"), ("letter_days", Number, "14")]),
    one("slip", &[("title", Words, EACH), ("note", Words, EACH)]),
    many("contacts", &[
        ("topic", Words, EACH), NAME, WHO, PLACE, PHONE, HOURS,
    ]),
    many("offices", &[
        ID, NAME, ("decided_by", Text, "\"advisors\""), ("scope", Text, "\"campus\""), PLACE, PHONE, HOURS,
        ("at", Table, "[[offices.at]]"),
    ]),
    many("offices.at", &[WHO, PLACE, PHONE, HOURS]),
    many("steps", &[
        ("number", Number, "3"), NAME, OFFICE, ("office_for", Table, "[[steps.office_for]]"),
        ("required", YesNo, "false"), ("after", Numbers, "[1, 2]"), WHO, ("parts", Table, "[[steps.parts]]"),
        ("help", Words, "\"把书还到一楼服务台\""), ("link", Text, "\"https://lib.example.edu.cn\""),
    ]),
    many("steps.office_for", &[OFFICE, WHO]),
    many("steps.parts", &[
        ("id", Text, "\"student-card\""), NAME, WHO, ("needs", Text, "\"letter\""),
    ]),
    many("papers", &[
        ("id", Text, "\"party-letter\""), NAME, ("layout", Text, "\"text\""), ("keeper", Text, "\"college\""), WHO,
        ("probationary", Table, "{ party = [\"probationary\"] }"),
        ("form_due", Timestamp, AT), ("editable_until", Timestamp, AT), ("reissue_until", Timestamp, AT),
        ("letter_valid_days", Number, "90"), ("dues_paid_up_to", Date, DAY), ("receipts_until", Timestamp, AT),
        ("home", Texts, "[\"…\", \"…\"]"), ("issuer", Table, "[papers.issuer]"),
        ("title", Words, EACH), ("text", Words, EXAMPLE_TEXT), ("issue_until", Timestamp, AT),
    ]),
    one("papers.issuer", &[
        ("from", Text, TEXT), ("address", Text, TEXT), PHONE, ("fax", Text, TEXT), ("postcode", Text, TEXT),
    ]),
];

/// A batch file.
pub(crate) static BATCH: Form = Form {
    sample: "2018-01.toml",
    of: ("批次", "batch"),
    tables: &TABLES,
    open: &[("papers.editable_until", Timestamp, AT), ("papers.issue_until", Timestamp, AT)],
    required: &[
        ("", &["id", "name", "window", "offices", "steps"]),
        ("window", &["opens", "closes", "readable_until", "retained_until"]),
        ("reminders", &["window_days"]),
        ("contacts", &["topic", "name"]),
        ("offices", &["id", "name"]),
        ("steps", &["number", "name", "office"]),
        ("steps.office_for", &["office", "when"]),
        ("steps.parts", &["id", "name"]),
        ("papers", &["id", "name", "layout"]),
        ("papers.issuer", &["from"]),
    ],
    purposes: &[
        (
            "window",
            "批次哪天开放、哪天截止、资料保留到哪天",
            "when the batch opens, when it closes, and how long its data is kept",
        ),
        ("offices", "哪些部门办理、在哪里、电话", "which offices there are, where, with which telephone"),
        ("steps", "学生要办哪些环节、由谁办、先后次序", "what students have to do, by whom, in which order"),
        ("opens", "第一个可以办理的时刻", "the first instant at which anything may be done"),
        ("closes", "第一个不能再办理的时刻", "the first instant at which nothing may be done any more"),
        ("readable_until", "此后只有管理员能看", "from when on administrators alone may look at it"),
        ("retained_until", "此后个人资料可以删除", "from when on personal data may go"),
    ],
};

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// What is read, is asked of the reader itself: it lists what it knows when it finds something else.
    #[test]
    fn every_table_has_the_keys_that_are_read() {
        let university = include_str!("../../../../infra/batches/university.toml");
        let university = Arc::new(crate::university_file::read(university).unwrap().university);
        let notice = include_str!("../../../../infra/batches/2018-01.toml");
        let first = "[[steps]]\nnumber = 1\n";
        let notice = notice.replace(first, &format!("[[offices.at]]\nplace = \"1\"\n\n{first}"));
        for table in &TABLES {
            let unknown = match table.name {
                "" => format!("zzzzzz = 1\n{notice}"),
                _ => {
                    let heading = format!("\n{}", table.heading());
                    let (before, after) = notice.split_once(&heading).unwrap();
                    let (rest, after) = after.split_once('\n').unwrap();
                    format!("{before}{heading}{rest}\nzzzzzz = 1\n{after}")
                }
            };
            let faults = crate::batch_file::read(&university, "2018-01", &unknown).unwrap_err();
            let said = &faults.first().unwrap().what.en;
            let known = table.keys().collect::<Vec<_>>().join(", ");
            assert!(said.ends_with(&format!("has no key zzzzzz: here are known {known}")), "{said}");
        }
    }
}
