//! The papers of a batch: what each layout asks for, who keeps it, its deadlines and terms.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;

use super::form;
use super::party::PartyPaper;
use super::raw::{RawDeadline, RawPaper};
use crate::Timestamp;
use crate::batch::{Office, Window};
use crate::facts::When;
use crate::field::is_printable;
use crate::ids::{OfficeId, PaperId};
use crate::paper::template::{Template, TemplateError};
use crate::paper::{Layout, LayoutName, Paper, TextRules};
use crate::party::letter::Issuer;
use crate::text::{Lang, Text};
use crate::toml_file::characters::odd_one;
use crate::toml_file::check::Check;
use crate::toml_file::keys;
use crate::toml_file::place::short;
use crate::toml_file::words::RawText;
use crate::university::University;

/// The most papers that a batch may give.
const MOST_PAPERS: usize = 10;
/// The longest text of a paper, which has one page for it.
const LONGEST_TEXT: usize = 600;

/// A key of a paper, and whether it is there.
type Key = (&'static str, bool);

/// What is read of a paper before its layout is asked.
struct Common {
    id: PaperId,
    name: Text,
    when: When,
    keeper: Option<OfficeId>,
    valid_days: u32,
}

impl Check {
    /// The papers, of which one at most is a party introduction: a student has one.
    pub(super) fn papers(
        &mut self,
        university: &University,
        raw: Vec<RawPaper>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        window: Option<&Window>,
    ) -> Vec<Paper> {
        let mut papers: Vec<Paper> = Vec::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let span = raw.id.span();
            if i == MOST_PAPERS {
                self.fault(
                    &span,
                    format!("文书多于 {MOST_PAPERS} 种：请合并"),
                    format!("more than {MOST_PAPERS} papers: make one of several"),
                );
                break;
            }
            let introduces = raw.layout == LayoutName::PartyIntroduction;
            let Some(paper) = self.paper(university, raw, offices, window) else { continue };
            if papers.iter().any(|other| other.id == paper.id) {
                self.fault(
                    &span,
                    format!("文书 {} 写了两次：删去一个或改编号", paper.id),
                    format!("paper {} stands here twice: remove one or give it another id", paper.id),
                );
            } else if introduces && papers.iter().any(|other| other.party().is_some()) {
                self.fault(
                    &span,
                    "党组织关系介绍信写了两次：每名学生只有一份，删去一个 [[papers]]",
                    "two party introductions: a student has one letter, so remove one of the [[papers]]",
                );
            } else {
                papers.push(paper);
            }
        }
        papers
    }

    fn paper(
        &mut self,
        university: &University,
        mut raw: RawPaper,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        window: Option<&Window>,
    ) -> Option<Paper> {
        let span = raw.id.span();
        let id = self.id::<PaperId>(&raw.id, "文书编号", "paper's id");
        let name = self.name(&raw.name);
        let when = self.when(university, std::mem::take(&mut raw.when));
        let probationary = raw.probationary.take().map(|raw| self.when(university, raw));
        let keeper = raw.keeper.as_ref().and_then(|given| self.keeper(given, offices));
        let complete = self.keys_of_layout(&span, &raw, probationary.is_some(), (offices, window));
        if raw.layout == LayoutName::PartyIntroduction && probationary.is_none() {
            self.standing_unsaid(university, &span, &when);
        }
        let most = if raw.layout == LayoutName::Text { 366 } else { 90 };
        let valid_days = raw.letter_valid_days.as_ref().map(|days| self.valid_days(days, most));
        if !complete {
            return None;
        }
        let common = Common { id: id?, name, when, keeper, valid_days: valid_days? };
        match raw.layout {
            LayoutName::PartyIntroduction => {
                let given = PartyPaper::of(&raw)?;
                let more = (probationary, raw.home.as_slice(), common.valid_days);
                let (rules, receipts_until) = self.party(university, &given, more, window)?;
                Some(common.of(receipts_until, Layout::PartyIntroduction(Box::new(rules))))
            }
            LayoutName::Text => self.text_paper(university, &raw, common, offices, window),
        }
    }

    /// Whether a paper has every key that its layout needs; those that it lacks are named, and those of another layout.
    fn keys_of_layout(
        &mut self,
        span: &Range<usize>,
        raw: &RawPaper,
        probationary: bool,
        (offices, window): (&BTreeMap<OfficeId, (Office, usize)>, Option<&Window>),
    ) -> bool {
        let days = ("letter_valid_days", raw.letter_valid_days.is_some());
        let party = [
            ("form_due", raw.form_due.is_some()),
            ("editable_until", raw.editable_until.is_some()),
            ("reissue_until", raw.reissue_until.is_some()),
            days,
            ("dues_paid_up_to", raw.dues_paid_up_to.is_some()),
            ("receipts_until", raw.receipts_until.is_some()),
            ("issuer", raw.issuer.is_some()),
        ];
        let text = [("text", raw.text.is_some()), ("keeper", raw.keeper.is_some()), days];
        let layout = raw.layout.word();
        let (needed, foreign): (&[Key], &[Key]) = match raw.layout {
            LayoutName::PartyIntroduction => (
                &party,
                &[
                    ("title", raw.title.is_some()),
                    ("text", raw.text.is_some()),
                    ("issue_until", raw.issue_until.is_some()),
                ],
            ),
            LayoutName::Text => (
                &text,
                &[
                    ("form_due", raw.form_due.is_some()),
                    ("editable_until", raw.editable_until.is_some()),
                    ("reissue_until", raw.reissue_until.is_some()),
                    ("dues_paid_up_to", raw.dues_paid_up_to.is_some()),
                    ("probationary", probationary),
                    ("home", !raw.home.is_empty()),
                ],
            ),
        };
        for (key, _) in needed.iter().filter(|(_, there)| !there) {
            let example = match (*key, offices.keys().next()) {
                ("keeper", Some(office)) => format!("keeper = \"{office}\""),
                ("text", _) => format!("text = {}", self.example_text()),
                _ => in_its_year(form::BATCH.example("papers", key), window),
            };
            self.fault(
                span,
                format!("[[papers]] 缺少 {key}（layout 是 {layout}）：添上 {example}"),
                format!("[[papers]] lacks the key {key}, which {layout} needs: add {example}"),
            );
        }
        for (key, _) in foreign.iter().filter(|(_, there)| *there) {
            self.fault(
                span,
                format!("[[papers]] 的 {key} 不用于 layout = \"{layout}\"：删去它"),
                format!("[[papers]]: {key} means nothing with layout = \"{layout}\": remove it"),
            );
        }
        needed.iter().all(|(_, there)| *there)
    }

    /// An example for the text of a paper, in the university's languages.
    fn example_text(&self) -> &'static str {
        match self.languages.as_slice() {
            [Lang::Zh] => "\"兹证明{name}……\"",
            [Lang::En] => "\"This is to certify that {name} …\"",
            _ => form::EXAMPLE_TEXT,
        }
    }

    /// A letter says whether its member is on probation, so the file does: left out, it would call everybody a full member.
    fn standing_unsaid(&mut self, university: &University, span: &Range<usize>, when: &When) {
        // Of whoever gets the letter, by the fact with most kinds of them.
        let fact = when.facts.iter().max_by_key(|(_, values)| values.len());
        let fact = fact.map(|(fact, values)| (fact.to_string(), values.iter().last()));
        let known = university.facts().iter().find(|fact| !fact.values().is_empty());
        let (fact, value) = match fact {
            Some((fact, Some(value))) => (fact, value.clone()),
            _ => known.map_or_else(
                || ("party".to_owned(), "probationary".to_owned()),
                |fact| (fact.id.to_string(), fact.values().last().copied().unwrap_or_default().to_owned()),
            ),
        };
        self.fault(
            span,
            format!("[[papers]] 缺少 probationary：介绍信要写正式还是预备，写明谁是预备党员，如 probationary = {{ {fact} = [\"{value}\"] }}；一个也没有就写 probationary = {{ {fact} = [] }}"),
            format!("[[papers]] lacks the key probationary: the letter says full or probationary, so say who is on probation, like probationary = {{ {fact} = [\"{value}\"] }}; nobody is: probationary = {{ {fact} = [] }}"),
        );
    }

    fn valid_days(&mut self, days: &Spanned<u32>, most: u32) -> u32 {
        let given = *days.get_ref();
        if !(1..=most).contains(&given) {
            self.fault(
                &days.span(),
                format!("有效期 {given} 天：须在 1 到 {most} 天之间"),
                format!("valid for {given} days: it must be 1 to {most}"),
            );
        }
        given
    }

    fn text_paper(
        &mut self,
        university: &University,
        raw: &RawPaper,
        common: Common,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
        window: Option<&Window>,
    ) -> Option<Paper> {
        let lang = university.first_language();
        let title = raw.title.as_ref().map(|title| {
            let text = self.name(title);
            self.no_blanks("title", &title.span(), &text);
            text
        });
        let title = title.as_ref().unwrap_or(&common.name).of(lang).to_owned();
        let text = self.template(university, raw.text.as_ref()?);
        let issuer = match (&raw.issuer, common.keeper.as_ref().and_then(|keeper| offices.get(keeper))) {
            (Some(issuer), _) => self.issuer(issuer),
            (None, keeper) => {
                let from = keeper.map(|(office, _)| office.name.of(lang).to_owned()).unwrap_or_default();
                Issuer { from, ..Issuer::default() }
            }
        };
        let opens = window.map(|window| window.opens);
        let issue_until = raw.issue_until.as_ref().map_or_else(
            || window.map(|window| (When::default(), window.closes)).into_iter().collect(),
            |raw| self.deadlines(university, "issue_until", raw, ("opens", opens)),
        );
        let last = issue_until.iter().map(|(_, at)| *at).max();
        let receipts_until = match &raw.receipts_until {
            Some(given) => self.in_order(["issue_until", "receipts_until"], last, given),
            None => window.map(|window| window.closes),
        };
        Some(common.of(receipts_until?, Layout::Text(TextRules { title, text: text?, issuer, issue_until })))
    }

    /// The text of a paper, in each language that it is written in; the first is printed.
    fn template(&mut self, university: &University, raw: &Spanned<RawText>) -> Option<Template> {
        let text = self.text("text", raw);
        let lang = university.first_language();
        let printed = text.of(lang);
        let length = printed.chars().count();
        if printed.trim().is_empty() || length > LONGEST_TEXT {
            self.fault(
                &raw.span(),
                format!("text 有 {length} 字：写 1 到 {LONGEST_TEXT} 字，一页纸放得下"),
                format!("text has {length} characters: write 1 to {LONGEST_TEXT}, which fit on a page"),
            );
            return None;
        }
        if let Some(odd) = odd_one(printed, |c| c == '\n' || is_printable(c)) {
            self.fault(
                &raw.span(),
                format!("text 里有{}，打印不出：换一个", odd.zh),
                format!("text has {}, which can't be printed: write something else", odd.en),
            );
            return None;
        }
        if let Some((open, rest)) = printed.split_once(['｛', '｝']) {
            let there: String = printed.chars().skip(open.chars().count()).take(1).collect();
            let blank = rest.split(['}', '｝']).next().unwrap_or_default();
            let blank = if there == "｛" { short(blank) } else { "name".to_owned() };
            self.fault(
                &raw.span(),
                format!("text 里的全角花括号“{there}”不会换成学生的内容：写成半角的 {{{blank}}}"),
                format!("text: nothing fills the full-width brace {there}: write it like {{{blank}}}"),
            );
            return None;
        }
        let (zh, en) = match Template::read(printed.trim_end(), university) {
            Ok(template) => return Some(template),
            Err(TemplateError::Brace) => (
                "text 的花括号不成对：空格写成 {name} 的样子".to_owned(),
                "text has a brace without its other half: write blanks like {name}".to_owned(),
            ),
            Err(TemplateError::Unknown(blank)) => {
                let known = Template::known(university);
                let (zh, en) = keys::did_you_mean(keys::nearest(&blank, known.iter().copied()));
                let known = known.join(", ");
                (
                    format!("text 里没有可填 {{{blank}}} 的内容：{zh}可用 {known}"),
                    format!("text: nothing fills {{{blank}}}: {en}there are {known}"),
                )
            }
        };
        self.fault(&raw.span(), zh, en);
        None
    }

    /// The office that keeps the letters. A letter knows its college and nothing else of its student, so colleges bound
    /// its clerks.
    fn keeper(
        &mut self,
        given: &Spanned<String>,
        offices: &BTreeMap<OfficeId, (Office, usize)>,
    ) -> Option<OfficeId> {
        let keeper = self.office_of(given, offices)?;
        if offices.get(&keeper).is_some_and(|(office, _)| office.scope.is_some()) {
            self.fault(
                &given.span(),
                format!("keeper：{keeper} 的办理范围不按学院划分，不能保管文书：换一个部门，或删去它的 scope"),
                format!("keeper: the rights of {keeper} aren't bounded by college, so it can't keep papers: name another office, or remove its scope"),
            );
        }
        Some(keeper)
    }

    /// A deadline: for everybody, or for each value of a fact.
    pub(super) fn deadlines(
        &mut self,
        university: &University,
        key: &str,
        raw: &Spanned<RawDeadline>,
        (earlier, after): (&str, Option<Timestamp>),
    ) -> Vec<(When, Timestamp)> {
        let span = raw.span();
        let by = match raw.get_ref() {
            RawDeadline::Everybody(at) => {
                let at = Spanned::new(span, *at);
                let at = self.in_order([earlier, key], after, &at);
                return at.map(|at| (When::default(), at)).into_iter().collect();
            }
            RawDeadline::By(by) => by,
        };
        let (fact, given) = match by.as_slice() {
            [(fact, given)] => (fact, given),
            others => {
                self.fault(
                    &span,
                    format!("{key} 写了 {} 项信息：按一项来分，例如 [papers.{key}.campus]", others.len()),
                    format!(
                        "{key} names {} facts: deadlines differ by one, as in [papers.{key}.campus]",
                        others.len()
                    ),
                );
                return Vec::new();
            }
        };
        let Some(fact) = university.facts().iter().find(|known| known.id.as_str() == fact) else {
            let known: Vec<&str> = university.facts().iter().map(|fact| fact.id.as_str()).collect();
            let known = known.join(", ");
            self.fault(
                &span,
                format!("{key}：学校没有 {fact} 这项信息：可用的有 {known}"),
                format!("{key}: the university knows no fact {fact}: there are {known}"),
            );
            return Vec::new();
        };
        let values = fact.values();
        let unknown = given.iter().filter(|(value, _)| !values.contains(&value.as_str()));
        let mut meant = Vec::new();
        for (value, at) in unknown {
            let nearest = keys::nearest(value, values.iter().copied());
            let (zh, en) = keys::did_you_mean(nearest);
            meant.extend(nearest);
            let (id, known) = (&fact.id, values.join(", "));
            self.fault(
                &at.span(),
                format!("{id} 里没有“{value}”这个词：{zh}可用 {known}"),
                format!("{id} knows no \"{value}\": {en}there are {known}"),
            );
        }
        let mut deadlines = Vec::new();
        for value in values.iter().copied().filter(|value| !meant.contains(value)) {
            match given.get(value) {
                Some(at) => {
                    let key = format!("{key}.{}.{value}", fact.id);
                    let at = self.in_order([earlier, &key], after, at);
                    let when = When {
                        facts: BTreeMap::from([(fact.id.clone(), BTreeSet::from([value.to_owned()]))]),
                        ..When::default()
                    };
                    deadlines.extend(at.map(|at| (when, at)));
                }
                None => self.fault(
                    &span,
                    format!("{key} 缺少 {value} 的截止时刻：添上 {value} = …"),
                    format!("{key} lacks {value}: add its deadline"),
                ),
            }
        }
        deadlines
    }
}

/// An example with a day of the batch's own, where it would have one of another year.
fn in_its_year(example: String, window: Option<&Window>) -> String {
    let Some(window) = window else { return example };
    let closes = window.closes.format("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let year = window.opens.format("%Y-01-01").to_string();
    example.replace(form::AT, &closes).replace(form::DAY, &year)
}

impl Common {
    fn of(self, receipts_until: Timestamp, layout: Layout) -> Paper {
        let Self { id, name, when, keeper, valid_days } = self;
        Paper { id, name, when, keeper, valid_days, receipts_until, layout }
    }
}
