//! Slips and letters as real PDFs, in the hardest words there are.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use chrono::NaiveDate;
use domain::Timestamp;
use domain::party::form::{PartyForm, TransferKind};
use domain::party::letter::{Introduction, Issuer, Standing, TextContent};
use domain::student::Sex;
use domain::text::Lang;
use domain::university::University;
use print::{
    Copy, FontError, Fonts, LetterPage, Letterhead, PrintError, Slip, SlipContact, SlipStep, SlipWords,
    TextPage, letters, papers, slip,
};

/// Names that a printer fails on: rare characters, those beyond the first plane, a name of thirty.
const NAMES: [&str; 5] = [
    "王小明",
    "䶮㛃𬭎𫍯㠭彧𣲷𠮷",
    "迪丽热巴·买买提",
    "阿卜杜热西提·阿卜杜外力·买买提吐尔逊·艾则孜·伊敏·喀日吧",
    "吉克阿依莫·沙马拉哈·曲比阿乌",
];

fn fonts() -> Fonts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.fonts");
    Fonts::open(&folder).unwrap_or_else(|error| panic!("{error}: `make fonts` fetches them"))
}

fn noon() -> Timestamp {
    Timestamp::parse_from_rfc3339("2017-12-25T12:00:00+08:00").unwrap()
}

fn letter(name: &str, number: u32, heading: &str, destination: &str) -> LetterPage {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    LetterPage {
        number,
        content: Introduction {
            college: "信息学院".to_owned(),
            name: name.to_owned(),
            sex: Sex::Male,
            age: 24,
            ethnicity: "汉族".to_owned(),
            party: Standing::Full,
            id_number: "530102199305060027".to_owned(),
            form: PartyForm {
                heading: heading.to_owned(),
                destination: destination.to_owned(),
                transfer_kind: TransferKind::InProvince,
                receiver_contact: None,
                receiver_phone: None,
            },
            from: "××大学研究生院党委".to_owned(),
            dues_paid_up_to: day(2018, 1, 1),
            valid_days: 90,
            issued_on: day(2017, 12, 25),
            valid_until: day(2018, 3, 25),
            phone: Some("13900000027".to_owned()),
            issuer: Issuer {
                from: "××大学研究生院党委".to_owned(),
                address: "××省××市××路1号".to_owned(),
                phone: "0000-00000000".to_owned(),
                fax: "0000-00000001".to_owned(),
                postcode: "000000".to_owned(),
            },
        },
        copy: Copy::Original,
    }
}

/// The first customer.
fn university() -> Arc<University> {
    let text = include_str!("../../../infra/batches/university.toml");
    Arc::new(domain::university_file::read(text).unwrap().university)
}

fn a_slip(name: &str) -> Slip {
    let step = |number: u8| SlipStep {
        number,
        name: "确认是否欠绘图用品、仪器设备、化学试剂调拨款".to_owned(),
        office: "社区管理中心".to_owned(),
        state: "通过",
        by: "10000009".to_owned(),
        on: "2017-12-20".to_owned(),
    };
    Slip {
        words: SlipWords {
            language: "zh-CN",
            number: "编号",
            student: "学生信息",
            steps: "各环节办理结果",
            columns: ["序号", "环节", "办理部门", "结果", "办理人", "办理时间"],
            verify: "扫描右侧二维码可核验本单真伪；码中没有姓名和学号。",
            code: "核验本单的二维码",
            seal: "（盖章）",
            printed_at: "打印时间",
        },
        title: "研究生离校单".to_owned(),
        university: "××大学".to_owned(),
        sealed_by: "研究生院".to_owned(),
        note: Some("准予离校。".to_owned()),
        batch: "2018年1月毕业研究生".to_owned(),
        number: "2018-01-20151104027".to_owned(),
        student: vec![
            ("姓名".to_owned(), name.to_owned()),
            ("学号".to_owned(), "20151104027".to_owned()),
            ("学院".to_owned(), "民族学与社会学学院暨西南边疆少数民族研究中心联合培养基地".to_owned()),
            ("专业".to_owned(), "马克思主义民族理论与政策".to_owned()),
        ],
        steps: (1..=11).map(step).collect(),
        statement: "以上环节已于2017年12月25日全部办结。".to_owned(),
        checkpoint: "列入 2017-12-26 起的存证 lixiao/2018-01".to_owned(),
        address: format!(
            "https://lixiao.example.edu/verify/{}",
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSJ9".repeat(9)
        ),
        contacts: vec![SlipContact {
            about: "系统使用：网络中心".to_owned(),
            reach: "0871-65915868".to_owned(),
        }],
        printed_at: noon(),
    }
}

/// The slip and the letter of the README's pictures: the notice's own steps, made-up people.
#[test]
fn the_pictures_of_the_documents_are_made_of_these() {
    let notice = include_str!("../../../infra/batches/2018-01.toml");
    let batch = domain::batch_file::read(&university(), "2018-01", notice).unwrap().batch;
    let step = |step: &domain::batch::Step| SlipStep {
        number: step.number.0,
        name: step.name.zh.clone(),
        office: batch.offices_of(step).next().unwrap().name.zh.clone(),
        state: if step.number.0 == 10 { "免办" } else { "通过" },
        by: format!("100000{:02}", 3 + step.number.0),
        on: "2017-12-25".to_owned(),
    };
    let mut example = a_slip("王小明");
    example.steps = batch.steps().map(step).collect();
    example.student = [
        ("姓名", "王小明"),
        ("学号", "20151104027"),
        ("学院", "信息学院"),
        ("专业", "软件工程"),
        ("培养层次", "硕士"),
        ("学习形式", "全日制"),
        ("校区", "呈贡"),
    ]
    .map(|(what, value)| (what.to_owned(), value.to_owned()))
    .to_vec();
    example.contacts = batch
        .contacts()
        .iter()
        .map(|contact| SlipContact {
            about: format!("{}：{}", contact.topic.zh, contact.name.zh),
            reach: contact.phone.clone().unwrap_or_default(),
        })
        .collect();
    let text = text_of(&slip(&fonts(), &example).unwrap(), "example-slip");
    assert!(text.contains("退宿舍") && text.contains("免办") && text.contains("0871-65144174"), "{text}");
    let one = letter("王小明", 7, "中共昆明市委组织部", "昆明市第一中学党委");
    kept(&letters(&fonts(), "2018-01", &[one], noon()).unwrap(), "example-letter");
}

/// The text of a PDF as a reader copies it, without spaces and line ends.
fn text_of(pdf: &[u8], name: &str) -> String {
    let file = kept(pdf, name);
    let output = Command::new("pdftotext").args(["-raw", file.to_str().unwrap(), "-"]).output();
    let output = output.unwrap_or_else(|error| panic!("pdftotext: {error}; install poppler-utils"));
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect()
}

/// Keeps a PDF where somebody can look at it.
fn kept(pdf: &[u8], name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("{name}.pdf"));
    std::fs::write(&file, pdf).unwrap();
    file
}

#[test]
fn every_name_prints_on_a_letter_and_can_be_copied_from_it() {
    let fonts = fonts();
    for (i, name) in NAMES.iter().enumerate() {
        let pdf = letters(
            &fonts,
            "2018-01",
            &[letter(name, 7, "中共昆明市委组织部", "昆明市第一中学党委")],
            noon(),
        );
        let pdf = pdf.unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = text_of(&pdf, &format!("letter-{i}"));
        let bare: String = name.split_whitespace().collect();
        assert!(text.matches(&bare).count() >= 3, "{name} stands on all three parts: {text}");
    }
}

#[test]
fn a_letter_says_what_the_official_one_says() {
    let pdf = letters(
        &fonts(),
        "2018-01",
        &[letter("王小明", 7, "中共昆明市委组织部", "昆明市第一中学党委")],
        noon(),
    );
    let text = text_of(&pdf.unwrap(), "letter");
    assert_eq!(text.matches("第0007号").count(), 3, "one number on all three parts");
    for said in [
        "存根",
        "介绍信",
        "回执",
        "中共昆明市委组织部：",
        "同志（男），24岁，汉族，系中共正式党员",
        "身份证号码530102199305060027",
        "贰零壹捌年壹月",
        "有效期玖拾天",
        "2017年12月25日",
        "13900000027",
        "特此回复",
        "经办人：",
        "联系电话：",
        "邮编：000000",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let seal = text.split("有效期").nth(1).unwrap().split("党员联系电话").next().unwrap();
    assert!(!seal.contains("研究生院"), "the issuer's name is not printed at the seal: {seal}");
}

#[test]
fn long_texts_shrink_or_wrap_and_never_vanish() {
    let heading = "中共新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县委员会组织部党员教育管理科转交有关工作委员会办公室";
    let destination =
        "中国石油天然气集团有限公司西南油气田分公司川中油气矿龙岗采气作业区第一中心站联合党支部委员会筹备组";
    let pdf =
        letters(&fonts(), "2018-01", &[letter(NAMES[3], 123_456, heading, destination)], noon()).unwrap();
    let text = text_of(&pdf, "letter-long");
    assert!(text.contains(heading) && text.contains("123456"), "{text}");
    assert_eq!(
        text.matches("川中油气矿龙岗采气作业区").count() + text.matches("筹备组").count(),
        4,
        "{text}"
    );
    let pdf = slip(&fonts(), &a_slip(NAMES[3])).unwrap();
    let text = text_of(&pdf, "slip-long");
    assert!(text.contains(NAMES[3]), "{text}");
    assert!(text.contains("研究生离校单") && text.contains("准予离校"), "{text}");
}

#[test]
fn two_hundred_letters_print_as_one_document() {
    let many: Vec<LetterPage> =
        (1..=200).map(|n| letter(NAMES[n as usize % 5], n, "中共昆明市委组织部", "某单位党委")).collect();
    let pdf = letters(&fonts(), "2018-01", &many, noon()).unwrap();
    let file = kept(&pdf, "letters-200");
    let info = Command::new("pdfinfo").arg(&file).output().unwrap();
    let info = String::from_utf8(info.stdout).unwrap();
    assert!(info.contains("Pages:           200"), "{info}");
    println!("200 letters: {} kB", pdf.len() / 1024);
}

#[test]
fn a_character_that_no_font_has_stops_the_print_instead_of_leaving_a_box() {
    let pdf = letters(&fonts(), "2018-01", &[letter("王\u{10fffd}", 7, "某党委", "某党委")], noon());
    assert!(matches!(pdf, Err(PrintError::Font(FontError::NoGlyph(0x10fffd)))));
}

/// Everything that may stand in a name, a college, a heading: what is taken in can be printed.
#[test]
fn every_character_that_is_taken_in_can_be_printed() {
    let fonts = fonts();
    for (first, last) in domain::field::PRINTABLE {
        let all: String = (first..=last).collect();
        assert_eq!(fonts.missing(&all).unwrap(), "", "U+{:04X}–U+{:04X}", u32::from(first), u32::from(last));
    }
}

#[test]
fn fonts_are_cut_down_and_embedded() {
    let pdf = slip(&fonts(), &a_slip(NAMES[1])).unwrap();
    let file = kept(&pdf, "slip");
    let output = Command::new("pdffonts").arg(&file).output().unwrap();
    let fonts = String::from_utf8(output.stdout).unwrap();
    for line in fonts.lines().skip(2) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        assert!(
            line.contains('+') && columns.iter().filter(|c| **c == "yes").count() == 3,
            "embedded, subset, unicode: {line}"
        );
    }
    assert!(pdf.len() < 200_000, "{}", pdf.len());
    println!("a slip: {} kB\n{fonts}", pdf.len() / 1024);
}

/// What a paper of words says, in its language.
fn paper(title: &str, text: &str) -> TextPage {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    TextPage {
        number: 7,
        content: TextContent {
            title: title.to_owned(),
            text: text.to_owned(),
            name: "王小明".to_owned(),
            college: "信息学院".to_owned(),
            issued_on: day(2026, 6, 16),
            valid_until: day(2026, 7, 16),
            phone: None,
            issuer: Issuer { from: "学院研教办".to_owned(), ..Issuer::default() },
        },
        copy: Copy::Original,
    }
}

#[test]
fn a_paper_of_words_says_its_text_who_signs_it_and_until_when() {
    let chinese = Letterhead { university: "××大学", batch: "2026年6月", lang: Lang::Zh };
    let one = paper("应届毕业生证明", "兹证明王小明，学号20231104027，系我校信息学院研究生。\n特此证明。");
    let said = text_of(&papers(&fonts(), chinese, &[one], noon()).unwrap(), "paper");
    for words in [
        "××大学",
        "应届毕业生证明",
        "第0007号",
        "兹证明王小明",
        "特此证明",
        "学院研教办",
        "2026年6月16日",
        "有效期至2026年7月16日",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let english = Letterhead { university: "A University", batch: "June 2026", lang: Lang::En };
    let void = TextPage {
        copy: Copy::Void,
        ..paper("Certificate", "This is to certify that Wang Xiaoming is a student.")
    };
    let said = text_of(&papers(&fonts(), english, &[void], noon()).unwrap(), "paper-void");
    for words in ["(void)", "No.0007", "16June2026", "Validuntil16July2026"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// The longest text of a paper with the longest names in its blanks stays on its page, above its signature.
#[test]
fn the_longest_paper_fits_its_page() {
    let chinese = Letterhead { university: "××大学", batch: "2026年6月", lang: Lang::Zh };
    let long = paper("证明", &format!("{}终", "很长的一段话，".repeat(220)));
    let said = text_of(&papers(&fonts(), chinese, &[long], noon()).unwrap(), "paper-long");
    assert!(said.contains('终') && said.contains("学院研教办"));
}
