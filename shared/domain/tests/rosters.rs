//! Rows of rosters: what is taken, what is refused, and what is said of either.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::NaiveDate;
use ledger::Salt;

use domain::field::{FieldFault, FieldRule};
use domain::header::ByHand;
use domain::ids::PersonId;
use domain::roster::{ByWord, Columns, MOST_ADVISORS, ReadRow, read_row};
use domain::student::{Sex, Student};
use domain::university::University;

/// The columns of the first customer's roster.
const COLUMNS: [(&str, &str); 17] = [
    ("student_id", "学号"),
    ("name", "姓名"),
    ("sex", "性别"),
    ("ethnicity", "民族"),
    ("birth_date", "出生日期"),
    ("id_number", "身份证号"),
    ("level", "培养层次"),
    ("mode", "学习形式"),
    ("campus", "校区"),
    ("college", "学院"),
    ("major", "专业"),
    ("advisors", "导师工号"),
    ("resident", "住宿"),
    ("party", "政治面貌"),
    ("party_here", "组织关系在校"),
    ("phone", "电话"),
    ("email", "电子邮箱"),
];

fn university() -> University {
    domain::university_file::read(include_str!("../../../infra/batches/university.toml")).unwrap().university
}

fn row() -> Vec<String> {
    let cells = [
        "20151104027",
        "王小明",
        "男",
        "汉族",
        "1993-05-06",
        "530102199305060016",
        "硕士",
        "全日制",
        "呈贡",
        "信息学院",
        "软件工程",
        "20080123;W0001",
        "是",
        "中共党员",
        "是",
        "13800000000",
        "a@example.edu",
    ];
    cells.map(str::to_owned).to_vec()
}

fn read(column: &str, text: &str) -> Result<ReadRow, Vec<FieldFault>> {
    let mut cells = row();
    cells[COLUMNS.iter().position(|(en, _)| *en == column).unwrap()] = text.to_owned();
    let today = NaiveDate::from_ymd_opt(2017, 12, 1).unwrap();
    let university = university();
    let columns = Columns::find(&university, COLUMNS.map(|(en, _)| en), &ByHand::new()).unwrap();
    read_row(&columns.of_width(Some(COLUMNS.len())), &cells, today, Salt::new([7; 16]))
        .map_err(|(_, faults)| faults)
}

fn read_with(column: &str, text: &str) -> Result<Student, Vec<FieldFault>> {
    read(column, text).map(|read| read.student)
}

#[test]
fn a_header_in_chinese_and_in_any_order_is_understood() {
    let mut names = COLUMNS.map(|(_, zh)| zh);
    names.reverse();
    assert!(Columns::find(&university(), names, &ByHand::new()).is_ok());
}

#[test]
fn a_missing_and_a_doubled_column_are_each_named() {
    let names = COLUMNS.map(|(en, _)| if en == "college" { "name" } else { en });
    let university = university();
    let faults =
        Columns::find(&university, names.into_iter().chain(["shoe_size"]), &ByHand::new()).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|f| (f.field.as_str(), f.rule.code())).collect();
    let expected = [("name", "duplicate"), ("college", "missing-column")];
    assert_eq!(fields, expected, "a column of one's own is left alone");
}

#[test]
fn a_sound_row_is_a_student() {
    let student = read_with("name", "迪丽热巴·买买提").unwrap();
    assert_eq!(student.personal().name, "迪丽热巴·买买提");
    assert_eq!(student.advisors.len(), 2);
    assert_eq!(student.advisor_names.len(), 0);
    assert_eq!(student.facts.len(), 6);
}

#[test]
fn an_advisor_s_name_may_stand_behind_their_number() {
    for cell in
        ["20080123 李老师;W0001", "20080123（李老师）；W0001", "W0001; 20080123\u{3000}李老师 ;20080123"]
    {
        let student = read_with("advisors", cell).unwrap();
        let named = ["20080123", "W0001"].map(|number| number.parse::<PersonId>().unwrap());
        let names = named.map(|advisor| student.advisor_names.get(&advisor).map(String::as_str));
        assert_eq!((student.advisors.len(), names), (2, [Some("李老师"), None]), "{cell}");
    }
}

#[test]
fn every_kind_of_wrong_cell_is_named_with_its_rule() {
    for (column, text, code) in [
        ("student_id", "", "required"),
        ("student_id", "20080123", "not-a-student-number"),
        ("name", "", "required"),
        ("name", "王\u{7}", "control-characters"),
        ("sex", "x", "one-of"),
        ("birth_date", "1993-13-06", "not-a-date"),
        ("birth_date", "2018-01-01", "in-the-future"),
        ("level", "本科", "one-of"),
        ("college", "a#b", "forbidden-characters"),
        ("name", "\u{200b}", "required"),
        ("major", "软件\n工,程,", "torn-row"),
        ("advisors", "20151104027", "student-as-advisor"),
        ("advisors", "20080123;王", "not-a-user-name"),
        ("resident", "x", "one-of"),
        ("party_here", "", "required"),
        ("name", "#N/A", "error-value"),
        ("college", "=A2&B2", "uncalculated"),
        ("id_number", "5.3E+17", "digits-lost"),
    ] {
        let faults = read_with(column, text).unwrap_err();
        let found: Vec<_> = faults.iter().map(|f| (f.field.as_str(), f.rule.code())).collect();
        let field = if code == "torn-row" { "row" } else { column };
        assert_eq!(found, [(field, code)], "{column} = {text:?}");
    }
}

#[test]
fn eight_advisors_are_taken_and_nine_are_not() {
    let many = |count: usize| (0..count).map(|i| format!("2008000{i}")).collect::<Vec<_>>().join("；");
    let read = |count| read_with("advisors", &many(count));
    assert_eq!(read(MOST_ADVISORS).map(|student| student.advisors.len()), Ok(8));
    let faults = read(MOST_ADVISORS + 1).unwrap_err();
    assert_eq!(faults[0].rule, FieldRule::TooLong { most: 8 });
}

/// The words of papers and sheets, and that a roster's cells read them, in either language and any case.
#[test]
fn every_word_of_a_cell_is_this() {
    use domain::party::form::TransferKind;
    use domain::party::letter::Standing;
    use domain::student::YesNo;
    macro_rules! words {
        ($($kind:ident: $($value:ident = $english:literal $chinese:literal),+;)+) => {$($(
            assert_eq!($kind::$value.chinese(), $chinese);
            for cell in [$english, $chinese, &$english.to_uppercase(), concat!(" ", $chinese, " ")] {
                assert_eq!($kind::read_cell(cell), Some($kind::$value), "{cell}");
            }
            assert!($kind::CELLS.contains(&$english) && $kind::CELLS.contains(&$chinese));
        )+
        assert_eq!($kind::read_cell("学士"), None);)+};
    }
    words! {
        TransferKind: InProvince = "in-province" "省内", OutOfProvince = "out-of-province" "省外", OnCampus = "on-campus" "校内";
        Standing: Full = "full" "正式", Probationary = "probationary" "预备";
        Sex: Male = "male" "男", Female = "female" "女";
        YesNo: Yes = "yes" "是", No = "no" "否";
    }
}

#[test]
fn what_is_taken_all_the_same_is_said() {
    for (column, text, code, kept) in [
        ("email", "a b@c.d", "left-out", None),
        ("email", "a@c.d;b@c.d", "first-taken", Some("a@c.d")),
        ("phone", "call me", "left-out", None),
        ("email", "nobody", "left-out", None),
        ("college", "信息\u{200b}学院", "taken-out", Some("信息学院")),
        ("id_number", "530102 19930506 0016", "taken-out", Some("530102199305060016")),
        ("id_number", "护照E1234567", "taken-from-words", Some("E1234567")),
        ("id_number", "530102199305060010", "identity", Some("530102199305060010")),
        ("name", "王𰻞", "unprintable", Some("王𰻞")),
    ] {
        let ReadRow { student, remarks } = read(column, text).unwrap();
        let said: Vec<_> = remarks.iter().map(|remark| (remark.field.as_str(), remark.rule.code())).collect();
        assert!(said.contains(&(column, code)), "{column} = {text:?}: {said:?}");
        assert_eq!(remarks[0].read.as_deref(), Some(domain::text::quoted(text).as_str()));
        let mine = student.personal();
        let now = match column {
            "college" => Some(student.college.as_str()),
            "id_number" => mine.id_number.as_deref(),
            "name" => Some(mine.name.as_str()),
            "phone" => mine.phone.as_deref(),
            _ => mine.email.as_deref(),
        };
        assert_eq!(now.filter(|_| kept.is_some()), kept, "{column} = {text:?}");
    }
}

#[test]
fn a_telephone_is_taken_as_people_write_it() {
    for (text, kept) in [
        ("13900000000、13800000000", Some("13900000000 / 13800000000")),
        ("１３９００００００００", Some("13900000000")),
        ("0871-65916000转1234", Some("0871-65916000-1234")),
        ("0871-65916000 ext. 12", Some("0871-65916000-12")),
        ("13900000000（父亲）", Some("13900000000")),
        ("无", None),
        ("1.39E+10", None),
    ] {
        assert_eq!(read_with("phone", text).unwrap().personal().phone.as_deref(), kept, "{text}");
    }
}

#[test]
fn two_advisors_are_two_however_they_are_set_apart() {
    for cell in [
        "20000001、20000002",
        "20000001/20000002",
        "20000001，20000002",
        "20000001\n20000002",
        "20000001 20000002",
    ] {
        let student = read_with("advisors", cell).unwrap();
        assert_eq!(student.advisors.len(), 2, "{cell:?}");
    }
    let student = read_with("advisors", "李老师(20080123)").unwrap();
    let advisor: PersonId = "20080123".parse().unwrap();
    assert_eq!(student.advisor_names.get(&advisor).map(String::as_str), Some("李老师"));
}

#[test]
fn of_whom_a_fact_isn_t_asked_a_roster_may_say_nothing() {
    let mut cells = row();
    let at = |column: &str| COLUMNS.iter().position(|(en, _)| *en == column).unwrap();
    cells[at("party_here")] = String::new();
    let university = university();
    let columns = Columns::find(&university, COLUMNS.map(|(en, _)| en), &ByHand::new()).unwrap();
    let today = NaiveDate::from_ymd_opt(2017, 12, 1).unwrap();
    let read = |cells: &[String]| read_row(&columns, cells, today, Salt::new([7; 16]));
    let (_, faults) = read(&cells).unwrap_err();
    assert_eq!((faults[0].field.as_str(), faults[0].rule.code()), ("party_here", "required"));
    cells[at("party")] = "群众".to_owned();
    assert!(!read(&cells).unwrap().student.facts.contains_key(&"party_here".parse().unwrap()));
}

#[test]
fn what_somebody_says_that_a_word_means_counts() {
    let university = university();
    let columns = Columns::find(&university, COLUMNS.map(|(en, _)| en), &ByHand::new()).unwrap();
    let words = ByWord::from([(("level".to_owned(), "研 究 生".to_owned()), "master".to_owned())]);
    let columns = columns.with_words(words);
    let mut cells = row();
    cells[6] = "研究生".to_owned();
    let today = NaiveDate::from_ymd_opt(2017, 12, 1).unwrap();
    let read = read_row(&columns, &cells, today, Salt::new([7; 16])).unwrap();
    assert_eq!(read.student.facts.get(&"level".parse().unwrap()).map(String::as_str), Some("master"));
}
