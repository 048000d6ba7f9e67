//! What stands on the page that a slip's code opens, in both languages at once.

use domain::text::Text;
use edge::token::SlipClaims;

use crate::Finding;

/// What a code is worth.
pub(crate) fn said(finding: Finding) -> (&'static str, &'static str) {
    match finding {
        Finding::Genuine => ("真实有效：离校手续已全部办结", "Genuine: the clearance is finished"),
        Finding::Revoked => (
            "已失效：本单开出后，有环节被撤销",
            "No longer valid: a step was revoked after this slip was printed",
        ),
        Finding::Forged => ("不是本校离校系统开出的离校单", "Not a slip of this system"),
    }
}

/// What the slip says, for whoever holds it to compare.
pub(crate) fn facts(claims: &SlipClaims, batch: &Text) -> [(&'static str, String); 4] {
    [
        ("批次 Batch", format!("{} {}", batch.zh, batch.en)),
        ("姓名 Name", claims.name.clone()),
        ("编号 Number", claims.number.to_string()),
        ("办结日期 Completed on", claims.on.to_string()),
    ]
}
