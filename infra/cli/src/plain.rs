//! A batch in plain words: each step with whose it is, by whom, where, after which; then what each kind of student has to do.

use std::fmt::Write as _;

use chrono::{NaiveTime, TimeDelta};
use domain::Timestamp;
use domain::batch::{Batch, DecidedBy, Desk, Need, Office, Step};
use domain::facts::When;
use domain::ids::OfficeId;
use domain::kinds::grouped;
use domain::paper::Layout;
use domain::paper::template::day;
use domain::plan::{Plan, plans};
use domain::text::{Lang, Text};
use domain::university::University;

/// The most kinds whose steps are listed; of more the conditions say it better.
const MOST_KINDS: usize = 16;

/// What a batch asks, in a language.
pub fn words(batch: &Batch, lang: Lang) -> String {
    let mut text = String::new();
    let last = moment(batch.window().closes, lang);
    let _ = match lang {
        Lang::Zh => writeln!(text, "  要办的，{last}："),
        Lang::En => writeln!(text, "  What is to be done, {last}:"),
    };
    batch.in_order().iter().filter_map(|number| batch.step(*number)).for_each(|step| {
        one_step(&mut text, batch, step, lang);
    });
    papers(&mut text, batch, lang);
    let kinds = plans(batch);
    if kinds.len() > 1 {
        by_kind(&mut text, batch, &kinds, lang);
    }
    text
}

/// One step: whose, by whom, where, after which, its parts and what students are told.
fn one_step(text: &mut String, batch: &Batch, step: &Step, lang: Lang) {
    let university = batch.university();
    let whose = whose(university, &step.when, lang);
    let (colon, comma) = match lang {
        Lang::Zh => ("：", "；"),
        Lang::En => (": ", "; "),
    };
    let mut said: Vec<String> = vec![whose];
    if !step.required {
        said.push(pair(lang, "可不办", "not required").to_owned());
    }
    let office = |id: &OfficeId| batch.offices().find(|office| office.id == *id);
    let others = step.office_for.iter().filter_map(|(when, id)| {
        let of = university.described(when, lang)?;
        Some(format!("{of}{} {}", pair(lang, "的由", " by"), by(university, office(id)?, lang)))
    });
    said.extend(
        office(&step.office)
            .map(|office| format!("{}{}", pair(lang, "由", "by "), by(university, office, lang))),
    );
    said.extend(others);
    said.extend(after(batch, step, lang));
    let _ = writeln!(text, "    {:>2} {}{colon}{}", step.number.0, step.name.of(lang), said.join(comma));
    for part in &step.parts {
        let whose = university.described(&part.when, lang).map(|of| format!("{colon}{}", only(&of, lang)));
        let needs = part.needs.as_ref().and_then(|need| match need {
            Need::Letter => batch.introduction(),
            Need::Paper(id) => batch.paper(Some(id)).ok(),
        });
        let needs = needs.map(|paper| match lang {
            Lang::Zh => format!("（先开具{}）", paper.name.zh),
            Lang::En => format!(" (first its paper is issued: {})", paper.name.en),
        });
        let (whose, needs) = (whose.unwrap_or_default(), needs.unwrap_or_default());
        let _ = writeln!(text, "         – {}{whose}{needs}", part.name.of(lang));
    }
    if let Some(help) = &step.help {
        let _ =
            writeln!(text, "         {}{}", pair(lang, "告诉学生：", "students are told: "), help.of(lang));
    }
}

fn pair<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn only(of: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("只有{of}的学生"),
        Lang::En => format!("only students: {of}"),
    }
}

fn whose(university: &University, when: &When, lang: Lang) -> String {
    let of = university.described(when, lang);
    of.map_or_else(|| pair(lang, "所有学生", "every student").to_owned(), |of| only(&of, lang))
}

/// An office with its desks, and what bounds its clerks.
fn by(university: &University, office: &Office, lang: Lang) -> String {
    let mut said = office.name.of(lang).to_owned();
    if let DecidedBy::Advisors(kind) = &office.decided_by {
        let people = university.people();
        let own = people.iter().find(|one| kind.as_ref().is_none_or(|kind| one.id == *kind));
        match (own, lang) {
            (Some(own), Lang::Zh) => said.push_str(&format!("（学生自己的{}）", own.name.zh)),
            (Some(own), Lang::En) => said.push_str(&format!(" (the student's own: {})", own.name.en)),
            (None, _) => said.push_str(pair(lang, "（学生自己的导师等）", " (the student's own)")),
        }
    }
    said.push_str(&place(&office.desk, lang));
    for (when, desk) in &office.elsewhere {
        let of = university.described(when, lang).unwrap_or_default();
        let _ = write!(said, "{}{of}{}", pair(lang, "，", ", "), place(desk, lang));
    }
    if let Some(fact) = office.scope.as_ref().and_then(|scope| university.fact(scope)) {
        let _ = match lang {
            Lang::Zh => write!(said, "，办理人按{}分工", fact.name.zh),
            Lang::En => write!(said, ", clerks by {}", fact.name.en),
        };
    }
    said
}

fn place(desk: &Desk, lang: Lang) -> String {
    let word = |text: &Option<Text>| text.as_ref().map(|text| text.of(lang).to_owned());
    let said: Vec<String> =
        [word(&desk.place), desk.phone.clone(), word(&desk.hours)].into_iter().flatten().collect();
    match (said.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("（{}）", said.join("，")),
        (false, Lang::En) => format!(" ({})", said.join(", ")),
    }
}

/// After which steps.
fn after(batch: &Batch, step: &Step, lang: Lang) -> Option<String> {
    if step.after.is_empty() {
        return None;
    }
    if step.after.len() > 1 && step.after.len() + 1 == batch.steps().count() {
        return Some(pair(lang, "最后办", "last of all").to_owned());
    }
    let numbers: Vec<String> = step.after.iter().map(ToString::to_string).collect();
    Some(match lang {
        Lang::Zh => format!("在 {} 之后", numbers.join("、")),
        Lang::En => format!("after {}", numbers.join(", ")),
    })
}

/// The papers that students get: whose, from whom, until when, for how long.
fn papers(text: &mut String, batch: &Batch, lang: Lang) {
    if batch.papers().is_empty() {
        return;
    }
    let university = batch.university();
    let _ = writeln!(text, "{}", pair(lang, "  开具的文书：", "  Papers that are issued:"));
    for paper in batch.papers() {
        let keeper = paper.keeper.as_ref().and_then(|id| batch.offices().find(|office| office.id == *id));
        let party_office = paper.party().map(|_| pair(lang, "党委", "the party office"));
        let keeper = keeper.map(|office| office.name.of(lang));
        let from: Vec<&str> = party_office.into_iter().chain(keeper).collect();
        let mut said = vec![whose(university, &paper.when, lang)];
        said.push(match lang {
            Lang::Zh => format!("由{}开具", from.join("、")),
            Lang::En => format!("by {}", from.join(" and ")),
        });
        if let Layout::Text(rules) = &paper.layout {
            said.extend(rules.issue_until.iter().map(|(when, until)| {
                let of = university.described(when, lang).map(|of| format!("{of} ")).unwrap_or_default();
                format!("{of}{}", moment(*until, lang))
            }));
        }
        said.push(match lang {
            Lang::Zh => format!("有效 {} 天", paper.valid_days),
            Lang::En => format!("valid for {} days", paper.valid_days),
        });
        let (colon, semicolon) = (pair(lang, "：", ": "), pair(lang, "；", "; "));
        let _ = writeln!(text, "     {}{colon}{}", paper.name.of(lang), said.join(semicolon));
    }
}

/// What each kind of student has to do, by the numbers of the steps.
fn by_kind(text: &mut String, batch: &Batch, kinds: &[Plan<'_>], lang: Lang) {
    let many = kinds.len();
    let _ = match lang {
        Lang::Zh => writeln!(text, "  各类学生（{many} 种情形）："),
        Lang::En => writeln!(text, "  Each kind of student ({many} cases):"),
    };
    if many > MOST_KINDS {
        let words = pair(
            lang,
            "都走过了一遍；各人要办的，是上面条件符合的那些环节。",
            "all walked through: each has the steps above whose conditions fit.",
        );
        let _ = writeln!(text, "     {words}");
        return;
    }
    let (colon, comma, semicolon) = match lang {
        Lang::Zh => ("：", "、", "；"),
        Lang::En => (": ", ", ", "; "),
    };
    for plan in kinds {
        let groups = grouped(&plan.kinds, batch.university());
        let names: Vec<String> =
            groups.iter().map(|group| group.described(batch.university()).of(lang).to_owned()).collect();
        let numbers: Vec<String> = plan.duties.iter().map(|duty| duty.step.number.to_string()).collect();
        let mut said = vec![numbers.join(comma)];
        // What of a step depends on who it is.
        for duty in &plan.duties {
            if !duty.step.office_for.is_empty() {
                said.push(format!(
                    "{} {}{}",
                    duty.step.number,
                    pair(lang, "由", "by "),
                    duty.office.name.of(lang)
                ));
            }
            let theirs = duty.parts.iter().filter(|part| part.when != When::default());
            let theirs: Vec<&str> = theirs.map(|part| part.name.of(lang)).collect();
            if !theirs.is_empty() {
                said.push(format!(
                    "{} {}{}",
                    duty.step.number,
                    pair(lang, "含", "with "),
                    theirs.join(comma)
                ));
            }
        }
        if let Some(until) = plan.form_until {
            said.push(format!(
                "{}{}",
                pair(lang, "介绍信信息采集表", "the form for their letter "),
                moment(until, lang)
            ));
        }
        let _ = writeln!(text, "     · {}{colon}{}", names.join(semicolon), said.join(semicolon));
    }
}

/// Until when, by an end that is the first instant outside.
fn moment(end: Timestamp, lang: Lang) -> String {
    let midnight = end.time() == NaiveTime::MIN;
    let last = if midnight { end - TimeDelta::seconds(1) } else { end };
    let last = day(last.date_naive(), lang);
    match (lang, midnight) {
        (Lang::Zh, true) => format!("{last}止（含当日）"),
        (Lang::Zh, false) => format!("{last} {} 前", end.format("%H:%M")),
        (Lang::En, true) => format!("up to {last}, that day included"),
        (Lang::En, false) => format!("before {} on {last}", end.format("%H:%M")),
    }
}
