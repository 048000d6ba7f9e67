//! 中文。

use std::borrow::Cow;

use chrono::{Duration, NaiveTime};
use domain::Timestamp;
use domain::field::{FieldFault, FieldRule, Format, IdentityFlaw};
use domain::ids::StepNumber;
use domain::party::form::Warning;
use domain::refusal::{Barrier, Lack, Refusal, What};
use domain::roster::heading;
use domain::sheet::{OtherFile, TableError};
use domain::text::{Lang, Named};

use super::{MOST_SAID, characters, list};
use crate::problem::{BodyFault, Problem, Unit};

pub(super) fn title(problem: &Problem) -> &'static str {
    match problem {
        Problem::NotSignedIn => "请先登录",
        Problem::ForeignOrigin => "请求来自其他网站",
        Problem::PastProxy { .. } => "请换一个网址",
        Problem::InvalidBody(_) => "提交的内容无法识别",
        Problem::TooLarge { .. } => "提交的内容过大",
        Problem::MethodNotAllowed => "此地址不支持该操作",
        Problem::Unavailable => "系统繁忙",
        Problem::Unreadable => "记录无法读取",
        Problem::CannotPrint => "服务器不能打印",
        Problem::OverBudget { .. } => "操作过于频繁",
        Problem::Refused(refusal) => match refusal {
            Refusal::OffCampus { .. } => "请在校园网内使用",
            Refusal::BatchNotOpen { .. } => "批次尚未开放",
            Refusal::BatchClosed { .. } => "批次已经关闭",
            Refusal::BatchOpen { .. } => "批次尚未关闭",
            Refusal::NotAllowed(_) => "没有权限",
            Refusal::NotFound(_) => "未找到",
            Refusal::PrerequisiteOpen { .. } => "前置环节未完成",
            Refusal::DependentsPassed { .. } => "后续环节已通过",
            Refusal::RosterReopens { .. } => "名册与已通过的环节冲突",
            Refusal::MoveReopens { .. } => "更改与已通过的环节冲突",
            Refusal::TakenOut { .. } => "该生已移出本批次",
            Refusal::StudentExists => "本批次已有这个学号",
            Refusal::RosterClears { .. } => "名册不能免去未通过的环节",
            Refusal::PartsMissing { .. } => "有事项未勾选",
            Refusal::LetterNotIssued { lack: Lack::Paper(_), .. } => "文书还没有开出",
            Refusal::LetterNotIssued { .. } => "介绍信还没有开出",
            Refusal::StepNotRequired => "该生无需办理此环节",
            Refusal::DeadlinePassed { .. } => "已过截止时间",
            Refusal::FormMissing => "尚未提交党员信息采集表",
            Refusal::FormNotNeeded => "该生无需提交党员信息采集表",
            Refusal::PaperNotNeeded => "不给该生开具这种文书",
            Refusal::LetterExists { .. } => "介绍信已经开出",
            Refusal::LetterReturned { .. } => "回执已经收到",
            Refusal::LetterVoid { .. } => "文书已作废",
            Refusal::NotCleared { .. } => "离校手续尚未办完",
            Refusal::InvalidFields(_) => "有内容填写不符合要求",
            Refusal::DecidedSince { .. } => "导入之后已另行办理",
            Refusal::ImportUndone => "这次批量办理已被撤回",
            Refusal::ChangedMeanwhile => "数据刚被他人修改",
        },
    }
}

pub(super) fn detail(problem: &Problem, registrar: &str) -> String {
    match problem {
        Problem::NotSignedIn => "登录已失效或尚未登录，请从学校门户重新登录。".to_owned(),
        Problem::PastProxy { address } => format!("离校系统的网址是 {address}，请从那里打开。"),
        Problem::ForeignOrigin => "修改只能在离校系统自己的页面上进行，请打开离校系统后重试。".to_owned(),
        Problem::InvalidBody(fault) => body(fault),
        Problem::TooLarge { most, unit: Unit::Bytes } => {
            format!("一次最多提交 {} KB，请分几次提交。", most / 1024)
        }
        Problem::TooLarge { most, unit: Unit::Rows } => format!("一个文件最多 {most} 行，请拆成几个文件。"),
        Problem::TooLarge { most, unit: Unit::Words } => {
            format!("一次最多指明 {most} 个词：其余的请写进 university.toml。")
        }
        Problem::TooLarge { most, unit: Unit::Letters } => format!("一次最多打印 {most} 份，请分几次打印。"),
        Problem::TooLarge { most, unit: Unit::Unpacked } => format!(
            "工作簿解开后超过 {} KB，不像一份名单：请只留下名单所在的工作表，另存后再上传（图片不计在内）。",
            most / 1024
        ),
        Problem::TooLarge { unit: Unit::Elements, .. } => {
            "工作簿里的单元格太多，不像一份名单：请删去名单以外的行、列和格式，另存后再上传。".to_owned()
        }
        Problem::MethodNotAllowed => "请检查请求方法是否与接口文档一致。".to_owned(),
        Problem::Unavailable => {
            "数据暂时无法读写。改动要么完整保存，要么完全没有保存；请稍候几秒重试，重复提交不会重复记录。"
                .to_owned()
        }
        Problem::Unreadable => {
            "这条记录已损坏，或由更新版本的系统写入，稍后重试也没有用：请联系系统管理员。没有做任何改动。"
                .to_owned()
        }
        Problem::CannotPrint => {
            "服务器上缺少打印所需的字体或签名密钥，稍后重试也没有用：请联系系统管理员。办理的进度不受影响。"
                .to_owned()
        }
        Problem::OverBudget { seconds } => {
            format!("您这一分钟内的操作已达上限，没有做任何改动；请在 {seconds} 秒后重试。")
        }
        Problem::Refused(refusal) => refused(refusal, registrar),
    }
}

fn body(fault: &BodyFault) -> String {
    match fault {
        BodyFault::ContentType { expected } => format!("请以 {expected} 格式提交。"),
        BodyFault::NotJson { line, column } => {
            format!("内容不是合法的 JSON：请检查第 {line} 行第 {column} 列。")
        }
        BodyFault::Shape { path, expected } => format!("{path} 处的内容不符合接口要求：{expected}。"),
        BodyFault::Table(error) => table(error),
        BodyFault::NotAForm => "请以 multipart/form-data 提交：table 为文件，reading 为 JSON。".to_owned(),
        BodyFault::Incomplete => "内容没有传完，请重新提交。".to_owned(),
    }
}

fn table(error: &TableError) -> String {
    match error {
        TableError::Is(other) => {
            let is = match other {
                OtherFile::Word => "这是 Word 文档",
                OtherFile::Slides => "这是幻灯片",
                OtherFile::Pdf => "这是 PDF",
                OtherFile::Picture => "这是图片",
                OtherFile::Numbers => "这是苹果 Numbers 表格",
                OtherFile::Archive => "这是压缩包",
                OtherFile::Frames => "这个网页的表格存放在另外的文件里",
                OtherFile::Page => "这个网页里没有表格，可能导出时登录已失效",
                OtherFile::Data => "这是供程序使用的数据（XML、JSON 或 DBF）",
            };
            format!("{is}，读不出名单：请上传表格本身，如 XLSX、XLS、ODS 或 CSV。")
        }
        TableError::Password => {
            "工作簿设有打开密码，无法读取：请在 Excel 中打开，取消密码后另存，再上传。".to_owned()
        }
        TableError::NotText { row, cell, read } => format!(
            "第 {row} 行第 {cell} 格有无法识别的字符（读到“{read}”为止）：文件里混有两种编码。请在 Excel 中改正该格，另存为 XLSX 后上传。"
        ),
        TableError::NoSuchCell { sheet, reference } => {
            let sheet = sheet.as_ref().map(|sheet| format!("工作表“{sheet}”的")).unwrap_or_default();
            format!("表格文件有误：{sheet}单元格位置“{reference}”不存在。请在 Excel 中打开后另存，再上传。")
        }
        TableError::NoSuchSheet { name } => format!("文件里没有工作表“{name}”：请从列出的工作表中选择。"),
        TableError::NotATable
        | TableError::TooManyRows { .. }
        | TableError::TooLarge { .. }
        | TableError::TooManyElements { .. } => {
            "无法读出表格：文件是空的或已损坏。请在 Excel 中打开后另存为 XLSX，再上传。".to_owned()
        }
    }
}

fn refused(refusal: &Refusal, registrar: &str) -> String {
    match refusal {
        Refusal::OffCampus { help: Some(help) } => help.zh.clone(),
        Refusal::OffCampus { help: None } => {
            "本批次只能在校园网内使用，请连接校园网或学校 VPN 后重试。".to_owned()
        }
        Refusal::BatchNotOpen { opens } => {
            format!("本批次于 {} 开放，届时再来。", opens.format("%Y-%m-%d %H:%M"))
        }
        Refusal::BatchClosed { closes } => {
            format!("本批次已于 {} 关闭，不能再改动；如有问题请联系{registrar}。", last_moment(closes))
        }
        Refusal::BatchOpen { closes } => {
            format!("个人信息在办理期间还要用；请在 {} 批次关闭后再删除。", last_moment(closes))
        }
        Refusal::NotAllowed(barrier) => match barrier {
            Barrier::Role => "您的身份不能进行此操作；如需权限请联系系统管理员。",
            Barrier::OtherOffice => "该环节由其他部门办理；如需权限请联系系统管理员。",
            Barrier::OtherCollege => "该学生不在您负责的范围内（学院、校区或片区等）。",
            Barrier::NotTheirAdvisor => "该环节只能由名册里该生自己的办理人（如导师）办理。",
            Barrier::OwnEntry => "不能取消自己的管理员权限；请由另一位管理员操作。",
            Barrier::Student => "学生不能担任操作人员；请核对工号。",
            Barrier::Portal => "门户里的登录只能查看本人的离校进度；其他操作请在离校系统登录。",
            Barrier::OthersImport => {
                return format!(
                    "这次批量办理是别人开始的，只有其本人或{registrar}能接着办或撤回；请另起一次。"
                );
            }
            Barrier::Excused => return format!("该环节已由{registrar}免办，只有{registrar}能撤销。"),
        }
        .to_owned(),
        Refusal::NotFound(what) => match what {
            What::Batch => "没有这个批次，请从列表中选择。",
            What::Student => "本批次中没有这名学生，或您无权查看；请核对学号。",
            What::Step => "本批次没有这个环节，请核对环节编号。",
            What::Operator => "没有这名操作人员，请核对工号。",
            What::Letter => "没有这个编号的文书，请核对编号。",
            What::Paper => "本批次不开具文书。",
            What::Import => "这个环节没有这次导入，请核对环节和导入编号。",
            What::Page => "没有这个地址，请核对网址。",
        }
        .to_owned(),
        Refusal::PrerequisiteOpen { open } => format!("请先完成环节 {}。", steps(open)),
        Refusal::DependentsPassed { dependents } => {
            format!(
                "环节 {} 已经通过并依赖于此，请先撤销它们（撤销本环节时可选择一并撤销）。",
                steps(dependents)
            )
        }
        Refusal::RosterReopens { steps: passed } => format!(
            "按新的名册，已通过的环节 {} 将不再成立（前置环节、事项或办理部门变了）；请先由{registrar}撤销该环节，再重新导入这一行。",
            steps(passed)
        ),
        Refusal::MoveReopens { steps: passed } => format!(
            "按更改后的信息，已通过的环节 {} 将不再成立（前置环节或事项变了）；请选择“一并重新办理”后再确认，原来的办理记录会保留。",
            steps(passed)
        ),
        Refusal::TakenOut { at } => format!(
            "该生已于 {} 移出本批次，不再办理；如需继续办理，请{registrar}的管理员先在“学生”页恢复。",
            at.format("%Y-%m-%d %H:%M")
        ),
        Refusal::StudentExists => {
            "同一学号的学生已在本批次，没有重复加入；要更正他的信息，请在该生页面更改。".to_owned()
        }
        Refusal::PartsMissing { parts } => format!("请逐项办理并勾选：{}。", names(parts)),
        Refusal::LetterNotIssued { parts, lack: lacked } => {
            format!("“{}”现在不能勾选：{}其余事项可以先勾选保存。", names(parts), lack(lacked))
        }
        Refusal::RosterClears { steps: rejected } => format!(
            "环节 {} 未通过（有欠款或未办结），按新的名册它将不再需要办理或改由别的部门办理。名册不能免去它：请先由该部门办结，再导入这一行。",
            steps(rejected)
        ),
        Refusal::StepNotRequired => {
            format!("按批次设置和学生名册，该生不必办理此环节；如有误请联系{registrar}更正。")
        }
        Refusal::DeadlinePassed { deadline } => {
            format!("截止时间为 {}，之后不能再改；如有特殊情况请联系{registrar}。", last_moment(deadline))
        }
        Refusal::FormMissing => "请先由本人或辅导员提交《毕业生党员信息采集表》。".to_owned(),
        Refusal::PaperNotNeeded => {
            format!("按批次规定，这种文书不开给该生；如名册有误请联系{registrar}更正。")
        }
        Refusal::FormNotNeeded => {
            format!("按批次规定，该生不需要提交；如名册有误请联系{registrar}更正。")
        }
        Refusal::LetterExists { number } => {
            format!("第 {number} 号介绍信已经开出，采集表不能再改；如需更改请到开具部门办理补办。")
        }
        Refusal::LetterReturned { number } => {
            format!("第 {number} 号的回执已经收到，已经办结，不能补办。")
        }
        Refusal::LetterVoid { replaced_by: Some(number) } => {
            format!("该文书已由第 {number} 号取代，请办理新的一份。")
        }
        Refusal::LetterVoid { replaced_by: None } => "该文书已作废。".to_owned(),
        Refusal::NotCleared { remaining } => {
            format!("还有 {remaining} 个环节未完成，全部完成后即可打印离校单。")
        }
        Refusal::InvalidFields(faults) => {
            let one = |fault: &FieldFault| {
                format!("{}：{}", super::field(fault, Lang::Zh), super::fault(fault, Lang::Zh))
            };
            let said: Vec<_> = faults.iter().take(MOST_SAID).map(one).collect();
            let more = if faults.len() > said.len() { "；等" } else { "" };
            format!("{}{more}。", list(&said, "；"))
        }
        Refusal::DecidedSince { by, at } => format!(
            "该环节现在的结果不是这次导入写入的（{}，{}），保持不变；如需更改请单独办理。",
            by.number(),
            at.format("%Y-%m-%d %H:%M")
        ),
        Refusal::ImportUndone => "这次批量办理已经撤回，不再写入；如仍要办理，请重新预览后执行。".to_owned(),
        Refusal::ChangedMeanwhile => {
            "其他人刚刚改过同一条记录，您的操作没有保存；请看清现在的内容后再办理。".to_owned()
        }
    }
}

/// A field by its Chinese name; the code name stays in `fields[].field`.
pub(super) fn field(name: &str) -> Cow<'_, str> {
    let part = name.strip_prefix("grants[").and_then(|rest| rest.split_once("]."));
    if let Some((Ok(i), part)) = part.map(|(i, part)| (i.parse::<usize>(), part)) {
        let part = match part {
            "role" => "角色",
            "from" => "开始日",
            "until" => "结束日",
            other => return format!("第 {} 项权限的{}", i + 1, field(other)).into(),
        };
        return format!("第 {} 项权限的{part}", i + 1).into();
    }
    let column = heading(name);
    let stem = name.split('[').next().unwrap_or(name);
    let word = column.unwrap_or(match stem {
        "row" => "整行",
        "id" => "工号",
        "office" => "部门",
        "grants" => "权限",
        "people" => "人员",
        "decision" => "办理结果",
        "reason" => "原因",
        "amount_due" => "欠款金额",
        "as_of" => "事实时间",
        "students" => "学号",
        "parts" => "事项",
        "roles" => "角色",
        "offices" => "部门",
        "colleges" => "学院",
        "heading" => "抬头",
        "destination" => "去向",
        "transfer_kind" => "转往类别",
        "receiver_contact" => "接收单位联系人",
        "receiver_phone" => "接收单位电话",
        "confirmed" => "接收单位已同意",
        "import" => "导入编号",
        "papers" | "papers.statement" | "papers.application" | "papers.original" => "补办材料",
        "received_on" => "接收日期",
        "from" => "回执签收单位",
        _ => name,
    });
    word.into()
}

/// A value by its Chinese name, where people choose it from a list.
fn value(word: &str) -> &str {
    match word {
        "in-province" => "省内",
        "out-of-province" => "省外",
        "on-campus" => "校内",
        "statement" => "学院盖章的情况说明",
        "application" => "补办申请",
        "original" => "原介绍信",
        _ => word,
    }
}

/// The last moment inside, of something given by its first instant outside: midnight is the day before, 24:00.
fn last_moment(end: &Timestamp) -> String {
    if end.time() == NaiveTime::MIN {
        format!("{} 24:00", (*end - Duration::milliseconds(1)).format("%Y-%m-%d"))
    } else {
        end.format("%Y-%m-%d %H:%M").to_string()
    }
}

fn steps(steps: &[Named<StepNumber>]) -> String {
    let said: Vec<_> = steps.iter().map(|step| format!("{}（{}）", step.id, step.name.zh)).collect();
    list(&said, "、")
}

fn names<T>(things: &[Named<T>]) -> String {
    let said: Vec<_> = things.iter().map(|thing| &thing.name.zh).collect();
    list(&said, "、")
}

pub(super) fn rule(rule: &FieldRule) -> String {
    match rule {
        FieldRule::Required => "不能为空".to_owned(),
        FieldRule::TooLong { most } => format!("过长，最多 {most} 个"),
        FieldRule::ControlCharacters => "含有不允许的字符，请删去".to_owned(),
        FieldRule::Unexpected => "此处不能填写".to_owned(),
        FieldRule::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|word| value(word)).collect();
            format!("请选择其中之一：{}", list(&words, "、"))
        }
        FieldRule::Format(format) => match format {
            Format::StudentId => "不是学号：只能有字母、数字和 . _ / -，最多 32 个",
            Format::PersonId => "不是工号：只能有字母、数字和 . _ / -，最多 32 个",
            Format::Date => "不是日期：写成 1993-05-06 的样子",
            Format::Timestamp => "不是时刻：写成 2017-12-20T09:00:00+08:00 的样子",
            Format::IdNumber => "不是证件号码：请把该列设为文本格式后重填",
            Format::Phone => "不是电话号码",
            Format::Email => "不是电子邮箱",
            Format::ImportId => "不是导入编号：只能有小写字母、数字和连字符",
            Format::Amount => "不是金额：只写数字，如 12.50",
        }
        .to_owned(),
        FieldRule::Unlike(_, pattern) => {
            format!("不像本校的号码：university.toml 写的是 {pattern}；请核对号码，或改该文件")
        }
        FieldRule::OneScope => "所选部门的办理范围不按同一项划分（如学院、片区）：请分成几项权限".to_owned(),
        FieldRule::Duplicate => "重复，请只保留一个".to_owned(),
        FieldRule::InTheFuture => "不能晚于现在".to_owned(),
        FieldRule::Between(least, most) => format!("应在 {least} 与 {most} 之间"),
        FieldRule::NotBefore(day) => format!("不能早于 {day}"),
        FieldRule::AfterFrom => "须晚于开始时间".to_owned(),
        FieldRule::MissingColumn => "没有找到这一列：请指明哪一列是它，或在表头补上列名".to_owned(),
        FieldRule::Without(characters) => format!("不能含有 {characters} 中的字符"),
        FieldRule::Torn => {
            "单元格中有换行：请检查这一行是否有未闭合的引号，其后的行可能被并入了这一行".to_owned()
        }
        FieldRule::TooManyCells { columns } => {
            format!(
                "这一行比表头的 {columns} 列多出了格子：很可能某一格里有未加引号的逗号，使后面的内容都错了位"
            )
        }
        FieldRule::ErrorValue => "是 Excel 算不出的错误值：请改成实际内容".to_owned(),
        FieldRule::AsAbove => "不能代替内容：请把每一行写全".to_owned(),
        FieldRule::OddName => "像是丢了字，或不是姓名：请核对".to_owned(),
        FieldRule::WhichOf(names) => {
            format!("有几列都可能是：{}。请指定哪一列是，或都不读", names.join("、"))
        }
        FieldRule::AddedUp(rows) => format!("与第 {} 行是同一学号：金额已相加，原因已合并", list(rows, "、")),
        FieldRule::Uncalculated => {
            "是没有算过的公式：请在 Excel 中打开、保存一次再上传，或改成实际内容".to_owned()
        }
        FieldRule::DigitsLost => "末尾的数字已被 Excel 舍去：请把该列设为文本格式后重填".to_owned(),
        FieldRule::TakenOut(taken) => format!("去掉了 {}", characters(taken, "、", "空格", "千位分隔符")),
        FieldRule::LeftOut => "不能识别，这一格按空白处理".to_owned(),
        FieldRule::FirstTaken(first) => format!("取了第一个：{first}"),
        FieldRule::TakenFromWords(number) => format!("取了其中的 {number}"),
        FieldRule::Identity(IdentityFlaw::Length) => {
            "证件号码的位数不对（身份证号应为 18 位）：请核对".to_owned()
        }
        FieldRule::Identity(IdentityFlaw::CheckDigit) => {
            "证件号码的校验位不对：可能输错了一位，或被 Excel 舍去了末尾，请核对".to_owned()
        }
        FieldRule::Contradicts => "证件号码与出生日期或性别不一致：请核对".to_owned(),
        FieldRule::NobodyDecides(step) => {
            format!("为空：“{}”没有人办理，要由操作人员代办，或补上后再导入", step.of(Lang::Zh))
        }
        FieldRule::AnotherName(name) => format!("名册中这个学号是“{name}”：请核对学号"),
        FieldRule::CalledOtherwise(name) => format!("这个工号在别的行是“{name}”：请核对工号"),
        FieldRule::StudentAsAdvisor => "导师工号不能是学号".to_owned(),
        FieldRule::SelfAsAdvisor => {
            "是您自己的工号：这里填的人要为学生审核，请由另一位管理员填写这一行".to_owned()
        }
        FieldRule::NotACursor => "不是有效的翻页位置，请使用上一页返回的 next".to_owned(),
        FieldRule::Unprintable(c) => {
            format!("含有打印字体里没有的字符“{c}”（U+{:04X}）", u32::from(*c))
        }
        FieldRule::NoSuchCollege(near) if near.is_empty() => {
            "本批次没有这个学院：请核对名称；若其学生还没有导入，请先导入名册".to_owned()
        }
        FieldRule::NoSuchCollege(near) => format!("本批次没有这个学院，是否应为“{}”？", list(near, "”或“")),
        FieldRule::Branch => "介绍信不能开给党支部或党总支，请填写县级以上党委或组织部".to_owned(),
        FieldRule::OnlyWith(decision) => format!("只能与 decision = {decision} 同用"),
    }
}

pub(super) fn warning(warning: Warning) -> &'static str {
    match warning {
        Warning::IdentityContradicts => {
            "名册中的身份证号与出生日期或性别不一致，介绍信会因此被退回；请核对名册"
        }
        Warning::IdentityFlaw => "名册中的身份证号校验位或位数不对，介绍信会因此被退回；请核对名册",
        Warning::NoCommittee => "抬头中没有“党委”“工委”“委员会”或“组织部”，请向接收单位核实后再确认",
        Warning::BelowCounty => "抬头似乎在县级以下；介绍信应开给县级以上党委或组织部，请核实",
        Warning::ProvinceContradicts => "抬头或去向所在的省份与转往类别不一致，请核实",
        Warning::HeadingIsDestination => "抬头与去向相同；去向应写具体接收的单位或支部，请核实",
        Warning::OnlyAPlace => {
            "去向只写了地名：请写到具体接收的单位；转往户口所在地的，写到街道、乡镇或社区的党组织"
        }
    }
}

/// Why the letter can't be handed out, and who issues it.
pub(super) fn lack(lack: &Lack) -> String {
    match lack {
        Lack::Letter => "介绍信还没有开出，请等开具部门开具。".to_owned(),
        Lack::Form => "介绍信还没有开出：学生先交《毕业生党员信息采集表》，再由开具部门开具。".to_owned(),
        Lack::Paper(paper) => format!("“{}”还没有开出，请等开具部门开具。", paper.name.zh),
    }
}
