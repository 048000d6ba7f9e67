//! The demo: made-up students and staff for batch 2018-01, the same on every run.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use chrono::{Days, NaiveDate};
use domain::Timestamp;
use domain::batch::Batch;
use domain::decide::operator::{appoint, grant};
use domain::decide::roster::enrol;
use domain::ids::PersonId;
use domain::operator::{EntryRequest, GrantRequest, Operator, Scope};
use domain::rights::Actor;
use domain::role::{Grant, Role};
use domain::student::{Campus, Level, Party, Personal, Sex, Student, StudyMode, YesNo};
use futures::{StreamExt as _, TryStreamExt as _};
use ledger::{Private, Salt};
use store::{Mode, Store, Target};

/// The batch that the demo fills.
pub const BATCH: &str = "2018-01";
/// The demo's administrator.
pub const ADMINISTRATOR: &str = "10000001";

/// The same on every run.
const SALT: Salt = Salt::new(*b"lixiao-demo-salt");

const COLLEGES: [&str; 8] = [
    "信息学院",
    "法学院",
    "化学科学与工程学院",
    "生命科学学院",
    "经济学院",
    "文学院",
    "数学与统计学院",
    "民族学与社会学学院",
];
const MAJORS: [&str; 8] =
    ["软件工程", "法律", "分析化学", "生态学", "应用经济学", "中国语言文学", "统计学", "民族学"];
const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗",
];
const GIVEN: [&str; 20] = [
    "小明", "思远", "雨桐", "子涵", "嘉怡", "浩然", "静", "伟", "晓燕", "志强", "彧", "欣妍", "俊杰", "丽娟",
    "凯", "梓萱", "文博", "雪梅", "一鸣", "若曦",
];
const MINORITY: [(&str, &str); 4] = [
    ("迪丽热巴·买买提", "维吾尔族"),
    ("阿依古丽·吐尔逊", "维吾尔族"),
    ("扎西顿珠", "藏族"),
    ("吉克阿依莫", "彝族"),
];
const OFFICES: [(&str, &str); 7] = [
    ("advisor", "代办导师"),
    ("library", "图书馆老师"),
    ("college", "学院研教办老师"),
    ("laboratory", "实管处老师"),
    ("finance", "财务处老师"),
    ("residence", "社区管理中心老师"),
    ("degree", "学位办老师"),
];

/// Fills a batch with students and its staff; who is there already stays as they are.
pub async fn fill(store: &Store, batch: &Batch, students: u32, at: Timestamp) -> anyhow::Result<()> {
    let grants = vec![Grant::of(Role::Administrator)];
    let administrator = Actor { id: ADMINISTRATOR.parse()?, name: None, grants };
    let offices = batch.offices().map(|office| office.id.clone()).collect();
    for Member { id, name, grant: asked } in staff()? {
        let seen = |before: Option<&Operator>| before.map(|operator| operator.version);
        if asked.role == Role::Administrator.word() {
            let decide = |before: Option<&_>| appoint(before, &id, &name, seen(before), &administrator, at);
            store.change_or_begin(Target::administrator(&id), Mode::Do, decide).await?;
        } else {
            let asked = EntryRequest { name, grants: vec![asked] };
            let entry = (Scope::Batch(batch.id().clone()), id.clone());
            let decide = |before: Option<&_>| {
                grant(before, &entry, &asked, &offices, seen(before), &administrator, at)
            };
            store.change_or_begin(Target::operator(batch, &id), Mode::Do, decide).await?;
        }
    }
    store.add_colleges(batch, COLLEGES.into_iter().map(str::to_owned).collect()).await?;
    let enrolments = (0..students).map(|i| {
        let administrator = &administrator;
        async move {
            let student = student(i).context("a demo student")?;
            // Taken for new, which saves a read of each at every start; who is there already is found by the conflict.
            let target = Target::student(batch, &student.id).as_read(None);
            let decide = |before: Option<&_>| match before {
                None => enrol(batch, student.clone(), administrator, at),
                Some(_) => Ok(Vec::new()),
            };
            store.change_or_begin(target, Mode::Do, decide).await?;
            anyhow::Ok(())
        }
    });
    futures::stream::iter(enrolments).buffer_unordered(32).try_collect().await
}

/// Somebody of the demo's staff.
struct Member {
    id: PersonId,
    name: String,
    grant: GrantRequest,
}

/// Administrator, registrar, party office, one operator per office, one counsellor per college.
fn staff() -> anyhow::Result<Vec<Member>> {
    let mut staff = Vec::new();
    let mut add = |name: String, role: Role, office: Option<&str>, college: &str| -> anyhow::Result<()> {
        let grant = GrantRequest {
            role: role.word().to_owned(),
            offices: office.map(str::to_owned).into_iter().collect(),
            colleges: vec![college.to_owned()],
            ..GrantRequest::default()
        };
        staff.push(Member { id: format!("{}", 10_000_001 + staff.len()).parse()?, name, grant });
        Ok(())
    };
    add("系统管理员".to_owned(), Role::Administrator, None, "*")?;
    add("研究生院老师".to_owned(), Role::Registrar, None, "*")?;
    add("党委老师".to_owned(), Role::PartyOffice, None, "*")?;
    for (office, name) in OFFICES {
        add(name.to_owned(), Role::Operator, Some(office), "*")?;
    }
    for college in COLLEGES {
        add(format!("{college}辅导员"), Role::Counsellor, None, college)?;
    }
    Ok(staff)
}

/// Who there is to sign in as: a number and who that is. Staff, a few advisors, students of every kind.
pub fn people(students: u32) -> anyhow::Result<Vec<(String, String)>> {
    let mut people: Vec<_> = staff()?.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    let mut advisors = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    let mut listed = Vec::new();
    for student in (0..students).filter_map(student) {
        let traits = student.traits();
        let kind = (traits.level, traits.campus, traits.needs_party_form());
        advisors.extend(student.advisors.iter().take(1).map(ToString::to_string));
        if kinds.insert(kind) {
            let words = [student.level.chinese(), student.campus.chinese(), student.party.chinese()];
            listed.push((
                student.id.to_string(),
                format!("{}（{}）", student.personal().name, words.join("、")),
            ));
        }
    }
    let internal = advisors.iter().find(|id| id.starts_with('2'));
    let external = advisors.iter().find(|id| id.starts_with('W'));
    people.extend(internal.map(|id| (id.clone(), "导师".to_owned())));
    people.extend(external.map(|id| (id.clone(), "校外导师".to_owned())));
    people.extend(listed);
    Ok(people)
}

/// One of `words`, by number.
fn pick<'a>(words: &[&'a str], number: u32) -> &'a str {
    words.get(number as usize % words.len()).copied().unwrap_or_default()
}

/// The numbers of the demo's students, in order.
pub fn numbers(students: u32) -> impl Iterator<Item = String> {
    (0..students).filter_map(student).map(|student| student.id.to_string())
}

/// The demo's student number `i`: always the same one.
fn student(i: u32) -> Option<Student> {
    // Knuth's multiplicative hash: neighbours differ, and nothing is random.
    let mixed = (i + 1).wrapping_mul(2_654_435_761) >> 8;
    let minority = MINORITY.get((mixed / 19 % 40) as usize);
    let name = minority.map_or_else(
        || format!("{}{}", pick(&SURNAMES, mixed), pick(&GIVEN, mixed / 20)),
        |(name, _)| (*name).to_owned(),
    );
    let birth_date =
        NaiveDate::from_ymd_opt(1990, 1, 1)?.checked_add_days(Days::new(u64::from(mixed % 1500)))?;
    let sex = if mixed.is_multiple_of(2) { Sex::Female } else { Sex::Male };
    let yes = |condition: bool| if condition { YesNo::Yes } else { YesNo::No };
    let party = match mixed / 13 % 10 {
        0..=2 => Party::Full,
        3 => Party::Probationary,
        _ => Party::None,
    };
    let member = party != Party::None;
    let (advisor, of_advisor) = if i.is_multiple_of(17) {
        (format!("W{:04}", 1 + i / 17 % 20), i / 17 % 20)
    } else {
        (format!("{}", 20_000_001 + mixed % 60), mixed % 60)
    };
    let advisor: PersonId = advisor.parse().ok()?;
    let advisor_name = format!("{}{}", pick(&SURNAMES, of_advisor), pick(&GIVEN, of_advisor + 7));
    let personal = Personal {
        name,
        sex: Some(sex),
        ethnicity: Some(minority.map_or("汉族", |(_, ethnicity)| ethnicity).to_owned()),
        birth_date: Some(birth_date),
        // 539999 is no district, so the number is nobody's.
        // The last digit but one says the sex.
        id_number: Some(format!(
            "539999{}{:02}{}X",
            birth_date.format("%Y%m%d"),
            i % 100,
            i / 100 % 5 * 2 + u32::from(sex == Sex::Male)
        )),
        phone: Some(format!("1390000{:04}", i % 10_000)),
        email: Some(format!("s{:06}@students.example.edu", i + 1)),
    };
    Some(Student {
        id: format!("20151{:06}", i + 1).parse().ok()?,
        personal: Private::seal(personal, SALT.derive(&i.to_string())),
        level: if (mixed / 3).is_multiple_of(7) { Level::Doctor } else { Level::Master },
        mode: if (mixed / 5).is_multiple_of(5) { StudyMode::PartTime } else { StudyMode::FullTime },
        campus: if (mixed / 7).is_multiple_of(3) { Campus::Lianhua } else { Campus::Chenggong },
        college: pick(&COLLEGES, i).to_owned(),
        major: Some(pick(&MAJORS, i).to_owned()),
        advisor_names: BTreeMap::from([(advisor.clone(), advisor_name)]),
        advisors: vec![advisor],
        resident: yes(!(mixed / 11).is_multiple_of(6)),
        party,
        party_here: yes(member && !(mixed / 17).is_multiple_of(4)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_is_the_same_on_every_run_and_has_every_kind_of_student() {
        let students: Vec<Student> = (0..1_200).map(|i| student(i).unwrap()).collect();
        assert_eq!(students[0].id.as_str(), "20151000001");
        assert_eq!(students[41], student(41).unwrap());
        let kinds: BTreeSet<_> = students.iter().map(Student::traits).collect();
        assert!(kinds.len() > 40, "{}", kinds.len());
        assert!(
            students.iter().all(|student| (student.party != Party::None) || student.party_here == YesNo::No)
        );
    }

    #[test]
    fn staff_numbers_are_those_of_the_contract() {
        let staff = staff().unwrap();
        let named = |i: usize| (staff[i].id.as_str(), Role::read(&staff[i].grant.role));
        assert_eq!(named(0), ("10000001", Some(Role::Administrator)));
        assert_eq!(named(1), ("10000002", Some(Role::Registrar)));
        assert_eq!(named(2), ("10000003", Some(Role::PartyOffice)));
        assert_eq!(named(4), ("10000005", Some(Role::Operator)));
        assert_eq!(staff.len(), 3 + 7 + 8);
    }
}
