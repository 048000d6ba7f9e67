//! Mistakes in a university's file, each as one edit of the first customer's, and what must be said of it: the line, what
//! is wrong, what to do, in both languages.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use domain::university_file::read;

const OWN: &str = include_str!("../../../infra/batches/university.toml");

type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

/// Of what, what is written, what is written instead, what the line that is named contains, and words that must be said.
#[rustfmt::skip]
const MISTAKES: &[Row] = &[
    ("no languages", "languages = [\"zh\", \"en\"]", "languages = []", "languages", "至少写一种语言", "at least one"),
    ("a language that is none", "languages = [\"zh\", \"en\"]", "languages = [\"zh\", \"fr\"]", "languages", "没有“fr”这种界面语言", "no interface in \"fr\""),
    ("a language twice", "languages = [\"zh\", \"en\"]", "languages = [\"zh\", \"zh\"]", "languages", "写了两次", "twice"),
    ("languages missing", "languages = [\"zh\", \"en\"]", "", "", "页面和文书用哪些语言", "in which languages people are spoken to"),
    ("a zone by its city", "\"Asia/Shanghai\"", "\"Shanghai\"", "time_zone", "是否应为 Asia/Shanghai", "did you mean Asia/Shanghai"),
    ("a zone as an offset", "\"Asia/Shanghai\"", "\"+08:00\"", "time_zone", "IANA", "IANA"),
    ("the zone missing", "time_zone = \"Asia/Shanghai\"\n", "", "", "时刻按哪个时区显示", "by which clocks"),
    ("a currency in small letters", "code = \"CNY\"", "code = \"cny\"", "currency", "三个大写字母", "three capital letters"),
    ("a currency with seven digits", "digits = 2", "digits = 7", "currency", "至多 4", "at most 4"),
    ("the registrar missing", "registrar = { zh = \"研究生院\", en = \"Graduate School\" }", "", "", "主管部门", "whom pages name"),
    ("a pattern that is none", "'\\d{8}'", "'\\d{8'", "staff", "不是正则表达式", "no regular expression"),
    ("a name without its first language", "name = { zh = \"昆明理工大学\", en", "name = { en", "name", "zh", "zh"),
    ("a fact twice", "id = \"mode\"", "id = \"level\"", "level", "写了两次", "twice"),
    ("a fact called as a condition", "id = \"mode\"", "id = \"college\"", "college", "换一个编号", "take another id"),
    ("a fact called as a roster's own column", "id = \"mode\"", "id = \"phone\"", "phone", "换一个编号", "take another id"),
    ("a fact without values", "[facts.values]\nfull-time = { name = { zh = \"全日制\", en = \"full-time\" }, also = [\"普通全日制\", \"全日制学习\", \"脱产\"] }\npart-time = { name = { zh = \"非全日制\", en = \"part-time\" }, also = [\"非全\", \"在职\", \"不脱产\"] }\n", "", "mode", "yes-no", "yes-no"),
    ("a kind that is none", "kind = \"yes-no\"", "kind = \"yes/no\"", "kind", "yes-no", "yes-no"),
    ("an answer that is neither", "no = { also", "perhaps = { also", "住宿", "只有 yes 和 no", "has the values yes and no"),
    ("a word for yes and for no", "also = [\"走读\", ", "also = [\"住校\", ", "住宿", "既是 yes 又是 no", "both yes and no"),
    ("a fact asked of nobody", "when = { party = [\"full\",", "when = { party = [\"ful\",", "ful", "full", "full"),
    ("two values of one word", "also = [\"莲华校区\"]", "also = [\"呈贡\"]", "chenggong", "分不清", "tell them apart"),
    ("a default that is no value", "default = \"yes\"", "default = \"maybe\"", "default", "用 yes, no 之一", "use one of yes, no"),
    ("an unknown key", "slip = true", "slips = true", "slips", "是否应为 slip", "did you mean slip"),
    ("people called as a column that there is", "[[people]]", "[[people]]\nid = \"mentor\"\nname = { zh = \"班主任\", en = \"Mentor\" }\n\n[[people]]", "advisors", "每所学校的名册都有的列", "a column of every university's roster"),
    ("two facts of one name", "id = \"mode\"\nname = { zh = \"学习形式\", en = \"Mode of study\" }", "id = \"mode\"\nname = { zh = \"校区\", en = \"Campus\" }", "校区", "，又是 mode（第", "would be both campus (line"),
    ("a fact called as a roster's own column", "id = \"mode\"\nname = { zh = \"学习形式\", en = \"Mode of study\" }", "id = \"mode\"\nname = { zh = \"专业\", en = \"Subject\" }", "专业", "major（每所学校的名册都有的列）", "major, which every university's roster has"),
    ("a fact called as a college is", "currency = ", "college = { zh = \"校区\", en = \"Campus\" }\ncurrency = ", "校区", "又是 college（第", "college (line"),
    ("another word that is another column", "\"培养方式\"", "\"校区\"", "校区", "列名“校区”既是 campus", "column \"校区\" would be both campus"),
    ("a pattern in double quotes", "'\\d{8}'", "\"\\d{8}\"", "staff", "写在单引号里：staff = '\\d{8}'", "into single ones: staff = '\\d{8}'"),
    ("digits below nought", "digits = 2", "digits = -1", "currency", "写 0 到 4 之间的整数", "from 0 to 4"),
    ("a full-width quote", "id = \"campus\"", "id = “campus”", "campus", "弯引号", "curly quote"),
    ("values above their fact", "[facts.values]\nmaster", "[values]\nmaster", "values", "values", "values"),
];

#[test]
fn every_mistake_is_named_with_its_line_and_what_to_do() {
    for (name, from, to, line, zh, en) in MISTAKES {
        assert!(OWN.contains(from), "{name}: the file has no {from:?}");
        let text = OWN.replacen(from, to, 1);
        let faults = read(&text).err().unwrap_or_else(|| panic!("{name}: taken"));
        let fault = faults.iter().find(|fault| fault.what.zh.contains(zh) && fault.what.en.contains(en));
        let fault = fault.unwrap_or_else(|| panic!("{name}: {faults:?}"));
        let said = text.lines().nth(fault.line - 1).unwrap_or_default();
        assert!(said.contains(line), "{name}: line {} is {said:?}", fault.line);
    }
}

#[test]
fn all_faults_are_said_at_once() {
    let text = OWN
        .replace("\"Asia/Shanghai\"", "\"Shanghai\"")
        .replace("code = \"CNY\"", "code = \"cny\"")
        .replace("default = \"yes\"", "default = \"maybe\"");
    assert_eq!(read(&text).unwrap_err().len(), 3);
    let without = ["languages = ", "time_zone = ", "registrar = "];
    let lines = OWN.lines().filter(|line| !without.iter().any(|key| line.starts_with(key)));
    let text = lines.collect::<Vec<_>>().join("\n").replacen("slip = true", "slips = true", 1);
    let faults = read(&text).unwrap_err();
    assert_eq!(faults.len(), 4, "{faults:?}");
}

#[test]
fn what_else_is_wrong_is_told_beside_a_misspelt_key() {
    let text = OWN.replacen("slip = true", "slips = true", 1).replace("code = \"CNY\"", "code = \"cny\"");
    let faults = read(&text).unwrap_err();
    let said: Vec<&str> = faults.iter().map(|fault| fault.what.en.as_str()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("three capital letters") && said[1].contains("did you mean slip"), "{said:?}");
}

#[test]
fn a_university_of_one_language_is_shown_texts_in_it() {
    let text = OWN.replace("languages = [\"zh\", \"en\"]", "languages = [\"en\"]");
    let text = text.replace("registrar = { zh = \"研究生院\", en = \"Graduate School\" }", "registrar = 3");
    let faults = read(&text).unwrap_err();
    assert!(faults[0].what.en.ends_with("write registrar = \"3\""), "{faults:?}");
    let text = text.replace("registrar = 3", "registrar = [3]");
    assert!(read(&text).unwrap_err()[0].what.en.contains("registrar = \"Registrar\""), "{text}");
}

#[test]
fn a_fact_of_one_value_is_remarked_upon() {
    let one = "[[facts]]\nid = \"hall\"\nname = \"Hall\"\n[facts.values]\nall = \"是 否\"\n\n[[people]]";
    let noted = read(&OWN.replacen("[[people]]", one, 1)).unwrap().noted;
    assert!(noted.iter().any(|fault| fault.what.en.contains("hall has but one value, all")), "{noted:?}");
}

#[test]
fn only_the_first_language_is_required_of_a_name() {
    let chinese = OWN
        .replace("languages = [\"zh\", \"en\"]", "languages = [\"zh\"]")
        .replace("registrar = { zh = \"研究生院\", en = \"Graduate School\" }", "registrar = \"研究生院\"");
    let university = read(&chinese).unwrap().university;
    assert_eq!((&*university.registrar().zh, &*university.registrar().en), ("研究生院", "研究生院"));
    let first = OWN.replace(
        "registrar = { zh = \"研究生院\", en = \"Graduate School\" }",
        "registrar = { zh = \"研究生院\" }",
    );
    assert!(read(&first).is_ok());
}

#[test]
fn instants_and_midnights_are_by_the_university_s_clocks_summer_time_included() {
    let of = |zone: &str| read(&OWN.replace("Asia/Shanghai", zone)).unwrap().university;
    let instant = |text: &str| domain::Timestamp::parse_from_rfc3339(text).unwrap();
    let day = |text: &str| text.parse().unwrap();
    let london = of("Europe/London");
    let here = |text: &str| london.here(instant(text)).to_rfc3339();
    assert_eq!(here("2026-06-10T12:00:00Z"), "2026-06-10T13:00:00+01:00");
    assert_eq!(here("2026-01-10T12:00:00Z"), "2026-01-10T12:00:00+00:00");
    assert_eq!(
        london.midnight(day("2026-03-29")).to_rfc3339(),
        "2026-03-29T00:00:00+00:00",
        "a day of 23 hours"
    );
    assert_eq!(london.midnight(day("2026-03-30")).to_rfc3339(), "2026-03-30T00:00:00+01:00");
    let skipped = of("America/Sao_Paulo").midnight(day("2018-11-04"));
    assert_eq!(skipped.to_rfc3339(), "2018-11-04T01:00:00-02:00", "there is no midnight that night");
}

#[test]
fn the_midnight_that_clocks_leap_over_ends_a_day_however_it_is_written() {
    let chile = read(&OWN.replace("Asia/Shanghai", "America/Santiago")).unwrap().university;
    let chile = std::sync::Arc::new(chile);
    let notice = include_str!("../../../infra/batches/2018-01.toml");
    for midnight in ["2026-09-06T00:00:00-04:00", "2026-09-06T01:00:00-03:00"] {
        let text = notice
            .replace("readable_until = 2018-05-11T00:00:00+08:00", &format!("readable_until = {midnight}"));
        let text = text.replace(
            "retained_until = 2019-01-11T00:00:00+08:00",
            "retained_until = 2027-01-11T00:00:00-03:00",
        );
        let read = domain::batch_file::read_sound(&chile, "2018-01", &text).unwrap();
        assert!(
            read.noted.iter().all(|fault| !fault.what.en.starts_with("readable_until")),
            "{:?}",
            read.noted
        );
        let days = domain::batch_file::calendar::days(&read.batch);
        let day = days.iter().find(|day| day.key == "window.readable_until").unwrap();
        assert!(day.to_string().contains("2026-09-05") && day.to_string().contains("the last day"), "{day}");
    }
}

#[test]
fn a_batch_s_instants_have_the_offset_of_their_own_day() {
    let london =
        std::sync::Arc::new(read(&OWN.replace("Asia/Shanghai", "Europe/London")).unwrap().university);
    let notice = include_str!("../../../infra/batches/2018-01.toml").replace("+08:00", "+00:00");
    let read = domain::batch_file::read_sound(&london, "2018-01", &notice).unwrap();
    let foreign: Vec<&str> =
        read.noted.iter().map(|fault| &*fault.what.en).filter(|said| said.contains("offset")).collect();
    assert_eq!(foreign.len(), 2, "two of its ends lie in summer: {foreign:?}");
    assert!(foreign[0].contains("write 2018-05-11T00:00:00+01:00"), "{foreign:?}");
    assert_eq!(read.batch.window().closes.to_rfc3339(), "2018-01-11T00:00:00+00:00");
}
