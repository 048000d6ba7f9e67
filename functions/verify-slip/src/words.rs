//! What stands on the page that a slip's code opens, in every language that the university speaks.

use domain::text::{Lang, Text};
use edge::token::SlipClaims;

use crate::Finding;

/// What a code is worth.
pub(crate) fn said(finding: Finding) -> Text {
    let (zh, en) = match finding {
        Finding::Genuine => ("真实有效：离校手续已全部办结", "Genuine: the clearance is finished"),
        Finding::Revoked => (
            "已失效：本单开出后，有环节被撤销",
            "No longer valid: a step was revoked after this slip was printed",
        ),
        Finding::Corrected => (
            "已失效：档案中的姓名已更正，请重新打印",
            "No longer valid: the name on record has been corrected; have the slip printed anew",
        ),
        Finding::Forged => ("不是本校离校系统开出的离校单", "Not a slip of this system"),
    };
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

/// What the slip says, for whoever holds it to compare; the name as long as the record has it.
pub(crate) fn facts(
    claims: &SlipClaims,
    batch: &Text,
    name: Option<&str>,
    spoken: &[Lang],
) -> Vec<(String, String)> {
    let in_each = |zh: &str, en: &str| {
        let each = spoken.iter().map(|lang| match lang {
            Lang::Zh => zh,
            Lang::En => en,
        });
        let mut words: Vec<&str> = each.collect();
        words.dedup();
        words.join(" ")
    };
    let name = name.map(|name| (in_each("姓名", "Name"), name.to_owned()));
    let batch = (in_each("批次", "Batch"), in_each(&batch.zh, &batch.en));
    let on = (in_each("办结日期", "Completed on"), claims.on.to_string());
    [batch].into_iter().chain(name).chain([on]).collect()
}
