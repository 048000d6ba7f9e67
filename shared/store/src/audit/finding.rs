//! What an audit finds, each by name and place.

use std::fmt;

use domain::ids::PersonId;
use ledger::BrokenChainError;

use crate::error::UnreadableError;

/// Something that isn't as it should be, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The item, by its key, or the subject of a chain.
    pub place: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is none of the kinds that there are.
    UnknownItem,
    /// It can't be read: broken, or of a newer format.
    Unreadable(String),
    /// It has other attributes, or others' values, than this program writes for what it says.
    Attributes(Vec<String>),
    /// It stands twice.
    Twice,
    /// It expires on another day than its batch, or never.
    Expiry,
    /// Its key says another number than it does itself.
    Misplaced,
    /// Events without a document.
    NoDocument,
    /// The chain is broken.
    Chain(String),
    /// An event after the last that the document knows.
    Beyond,
    /// The index doesn't find it, or finds it in another college.
    Index,
    /// What the index shows of it isn't what the document says.
    Outline,
    /// Its personal data is gone, and nobody has forgotten it.
    PersonalDataMissing,
    /// Its personal data is still there after it was forgotten.
    PersonalDataLeft,
    /// The link by which it is found is missing.
    LinkMissing,
    /// A link to somebody who isn't linked.
    LinkUnknown,
    /// An import that decided something isn't there.
    ImportMissing,
    /// An import isn't of whoever made it.
    ImportOfAnother,
    /// An import that has been undone reads as open.
    ImportOpen,
    /// A letter that was issued isn't in the register.
    LetterMissing,
    /// A letter in the register that nobody issued.
    LetterUnknown,
    /// A letter isn't what its events say.
    LetterDiffers,
    /// The counter doesn't say the number after the last letter's.
    Counter,
    /// A college isn't in the list of colleges.
    CollegeMissing,
    /// Granted by somebody who was no administrator.
    GrantedBy(PersonId),
    /// Decided by somebody who didn't have the role.
    RoleOf(PersonId),
    /// It was in the earlier checkpoint and is gone.
    Gone,
    /// Its chain is shorter than in the earlier checkpoint.
    Shortened,
    /// Its chain isn't the one of the earlier checkpoint.
    Recomputed,
}

impl From<UnreadableError> for Fault {
    fn from(error: UnreadableError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<BrokenChainError> for Fault {
    fn from(error: BrokenChainError) -> Self {
        Self::Chain(error.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Fault::UnknownItem => "不是本系统的记录 / no kind of item that there is",
            Fault::Unreadable(error) => return write!(f, "读不出来 / {error}"),
            Fault::Attributes(names) => {
                let names = names.join(", ");
                return write!(f, "属性与内容不符 / attributes that don't go with what it says: {names}");
            }
            Fault::Twice => "出现两次 / it stands twice",
            Fault::Expiry => "保存期限与批次不符 / it expires on another day than its batch",
            Fault::Misplaced => "编号与所在位置不符 / its key says another number than it does",
            Fault::NoDocument => "有经过而没有档案 / events without a document",
            Fault::Chain(error) => return write!(f, "经过链断裂 / {error}"),
            Fault::Beyond => "档案之后多出的经过 / an event after the last that the document knows",
            Fault::Index => "名单中找不到 / the index doesn't find it where the document says",
            Fault::Outline => "名单所示与档案不符 / what lists show isn't what the document says",
            Fault::PersonalDataMissing => {
                "个人信息缺失 / personal data is gone, and nobody has had it erased"
            }
            Fault::PersonalDataLeft => "个人信息应已删除 / personal data is there after it was erased",
            Fault::LinkMissing => "缺少关联 / the link by which it is found is missing",
            Fault::LinkUnknown => "多出的关联 / a link that nothing stands behind",
            Fault::ImportMissing => "缺少导入记录 / the import that decided it is missing",
            Fault::ImportOfAnother => "导入人不符 / the import isn't of whoever decided in its name",
            Fault::ImportOpen => "已撤回的导入显示为未撤回 / an import that has been undone reads as open",
            Fault::LetterMissing => "登记簿缺少此介绍信 / the letter isn't in the register",
            Fault::LetterUnknown => "登记簿多出的介绍信 / a letter that nobody issued",
            Fault::LetterDiffers => "介绍信与经过不符 / the letter isn't what its events say",
            Fault::Counter => "编号计数器不符 / the counter isn't the number after the last letter's",
            Fault::CollegeMissing => "学院不在学院名单中 / the college isn't in the list of colleges",
            Fault::GrantedBy(by) => {
                return write!(
                    f,
                    "授权人 {0} 当时不是系统管理员 / granted by {0}, who was no administrator",
                    by.number()
                );
            }
            Fault::RoleOf(by) => {
                return write!(
                    f,
                    "{0} 当时没有该角色 / decided by {0}, who didn't have that role then",
                    by.number()
                );
            }
            Fault::Gone => "存证中有而现在没有 / in the checkpoint, and gone",
            Fault::Shortened => "比存证时短 / shorter than in the checkpoint",
            Fault::Recomputed => "与存证不同 / not the chain of the checkpoint",
        };
        f.write_str(text)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}
