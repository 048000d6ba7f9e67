//! `lixiao new-batch`: the next batch's file from the last one's, every date moved, with a diff to read.
//! Comments and order stay as they are; a comment that quotes an old date goes, since it would lie.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use chrono::{Datelike as _, Days, Months, NaiveDate, TimeDelta};
use clap::Args;
use domain::batch_file;
use domain::batch_file::calendar;
use domain::ids::BatchId;
use domain::university_file;
use edge::load_university;
use similar::{ChangeTag, TextDiff};
use toml_edit::{DocumentMut, Item, Table, Value};

use crate::local::BATCHES;

/// What is asked for.
#[derive(Debug, Clone, Args)]
pub struct NewBatch {
    /// The new batch, e.g. 2018-06.
    pub batch: BatchId,
    /// The batch it is like, e.g. 2018-01.
    #[arg(long, value_name = "BATCH")]
    pub from: BatchId,
    /// The first day; the dates around it move as far. As many months on as the two ids say, unless given.
    #[arg(long, value_name = "DATE")]
    pub opens: Option<NaiveDate>,
    /// The last day, itself included; what ends with the window, and after it, moves as far.
    #[arg(long, value_name = "DATE")]
    pub closes: Option<NaiveDate>,
    /// The folder of batch files.
    #[arg(long, default_value = BATCHES, value_name = "DIR")]
    pub batches: std::path::PathBuf,
}

/// Dates that belong to the window's end; the others move with its beginning.
const WITH_THE_END: [&str; 6] =
    ["closes", "readable_until", "retained_until", "reissue_until", "receipts_until", "issue_until"];
/// Up to when dues are paid is a month's matter.
const BY_MONTHS: &str = "dues_paid_up_to";

/// Writes the new file, prints what is different in it and what to look at again.
pub fn run(asked: &NewBatch) -> anyhow::Result<()> {
    let file = |batch: &BatchId| asked.batches.join(format!("{batch}.toml"));
    let (old, new) = (file(&asked.from), file(&asked.batch));
    ensure!(!new.exists(), "{} 已存在 / is there already", new.display());
    let before = std::fs::read_to_string(&old).with_context(|| format!("read {}", old.display()))?;
    let after = next(asked, &before).with_context(|| old.display().to_string())?;
    // Written beside it first: a file that is half there would be read as a batch.
    let beside = new.with_extension("toml.new");
    std::fs::write(&beside, &after).with_context(|| format!("write {}", beside.display()))?;
    std::fs::rename(&beside, &new)?;
    print_diff(&before, &after);
    println!("\n{}", new.display());
    println!(
        "请再看一遍 / look again: 名称、联系方式、网段、签发单位 / names, contacts, networks, issuer; 星期 / days of the week:"
    );
    judge(&new, &after)
}

/// The text of the next batch, from that of the one it is like.
pub fn next(asked: &NewBatch, before: &str) -> anyhow::Result<String> {
    let mut document: DocumentMut = before.parse()?;
    let window = &document["window"];
    let instant = |name: &str| day_of(&window[name]).with_context(|| format!("window.{name}"));
    let (opens, closes) = (instant("opens")?, instant("closes")?);
    let months = months_between(&asked.from, &asked.batch);
    let later = |day: NaiveDate| day.checked_add_months(Months::new(months.unwrap_or(0))).unwrap_or(day);
    if months.is_none() && (asked.opens.is_none() || asked.closes.is_none()) {
        bail!(
            "两个批次编号不是年月，请给出 --opens 与 --closes / the ids are no months: give --opens and --closes"
        );
    }
    // An end at midnight is the day after the last one.
    let after = Days::new(u64::from(is_midnight(&window["closes"])));
    let last = closes - after;
    let new_opens = asked.opens.unwrap_or_else(|| later(opens));
    let new_closes = asked.closes.unwrap_or_else(|| later(last)) + after;
    ensure!(new_opens < new_closes, "--closes 早于 --opens / --closes is before --opens");
    let shift = Shift { beginning: new_opens - opens, end: new_closes - closes, months };
    shift.table(document.as_table_mut(), false);
    rename(&mut document, asked);
    Ok(document.to_string())
}

/// How far dates move.
struct Shift {
    beginning: TimeDelta,
    end: TimeDelta,
    months: Option<u32>,
}

impl Shift {
    /// The dates of a table; `ends` says whether it is one of deadlines by a fact's value that belong to the end.
    fn table(&self, table: &mut Table, ends: bool) {
        if table.decor().suffix().and_then(|text| text.as_str()).is_some_and(quotes_a_date) {
            table.decor_mut().set_suffix("");
        }
        for (key, item) in table.iter_mut() {
            let name = key.get().to_owned();
            match item {
                Item::Table(inner) => self.table(inner, ends || belongs_to_the_end(&name)),
                Item::ArrayOfTables(tables) => {
                    tables.iter_mut().for_each(|inner| self.table(inner, ends || belongs_to_the_end(&name)));
                }
                Item::Value(value) => self.value(&name, value, ends),
                Item::None => {}
            }
        }
    }

    fn value(&self, name: &str, value: &mut Value, ends: bool) {
        let ends = ends || belongs_to_the_end(name);
        if let Value::InlineTable(inner) = value {
            inner.iter_mut().for_each(|(key, value)| self.value(key.get(), value, ends));
            return;
        }
        let Value::Datetime(stands) = &*value else { return };
        let mut moved = *stands.value();
        let Some(day) = moved.date.and_then(date) else { return };
        let day = match self.months {
            Some(months) if name == BY_MONTHS => day.checked_add_months(Months::new(months)).unwrap_or(day),
            _ if name == BY_MONTHS || ends => day + self.end,
            _ => day + self.beginning,
        };
        moved.date = day.to_string().parse::<toml_edit::Datetime>().ok().and_then(|at| at.date);
        let comment = value.decor().suffix().and_then(|text| text.as_str()).unwrap_or_default().to_owned();
        *value = Value::from(moved);
        let decor = value.decor_mut();
        decor.set_prefix(" ");
        decor.set_suffix(if quotes_a_date(&comment) { "" } else { &comment });
    }
}

fn belongs_to_the_end(name: &str) -> bool {
    WITH_THE_END.contains(&name)
}

fn date(date: toml_edit::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}

fn day_of(item: &Item) -> Option<NaiveDate> {
    item.as_datetime().and_then(|at| at.date).and_then(date)
}

/// Whether an instant is a day's first.
fn is_midnight(item: &Item) -> bool {
    let time = item.as_datetime().and_then(|at| at.time);
    time.is_some_and(|time| time.hour == 0 && time.minute == 0)
}

/// `2017-12-19` or the like.
fn quotes_a_date(text: &str) -> bool {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '-'));
    words.into_iter().any(|word| word.parse::<NaiveDate>().is_ok())
}

/// The first day of a batch's month, if its id is a year and a month, `2018-06`.
fn month(id: &BatchId) -> Option<NaiveDate> {
    if id.as_str().len() == 7 { format!("{id}-01").parse().ok() } else { None }
}

/// The months from one batch to another, if their ids are years and months.
fn months_between(from: &BatchId, to: &BatchId) -> Option<u32> {
    let (from, to) = (month(from)?, month(to)?);
    let count = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
    u32::try_from(count(to) - count(from)).ok().filter(|months| *months > 0)
}

/// Puts another text in the place of one, with what stands around it.
fn rewrite(value: &mut Value, text: &dyn Fn(&str) -> String) {
    let Some(old) = value.as_str() else { return };
    let new = text(old);
    if new == old {
        return;
    }
    let decor = value.decor().clone();
    *value = Value::from(new);
    *value.decor_mut() = decor;
}

/// Gives the new batch its id, and its month in the names and in the file's heading.
fn rename(document: &mut DocumentMut, asked: &NewBatch) {
    let mut words = vec![(asked.from.to_string(), asked.batch.to_string())];
    if let (Some(old), Some(new)) = (month(&asked.from), month(&asked.batch)) {
        let zh = |day: NaiveDate| format!("{}年{}月", day.year(), day.month());
        words.push((zh(old), zh(new)));
        words.push((old.format("%B %Y").to_string(), new.format("%B %Y").to_string()));
    }
    let renamed = |text: &str| words.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
    let say = |item: Option<&mut Item>| match item.and_then(Item::as_value_mut) {
        Some(Value::InlineTable(each)) => each.iter_mut().for_each(|(_, value)| rewrite(value, &renamed)),
        Some(value) => rewrite(value, &renamed),
        None => {}
    };
    say(document.get_mut("id"));
    say(document.get_mut("name"));
    // What is printed may name the month too.
    let slip = document.get_mut("slip").and_then(Item::as_table_mut);
    slip.into_iter().for_each(|slip| ["title", "note"].into_iter().for_each(|key| say(slip.get_mut(key))));
    let papers = document.get_mut("papers").and_then(Item::as_array_of_tables_mut);
    for paper in papers.into_iter().flat_map(toml_edit::ArrayOfTables::iter_mut) {
        ["name", "title", "text"].into_iter().for_each(|key| say(paper.get_mut(key)));
    }
    if let Some(mut key) = document.as_table_mut().key_mut("id") {
        let heading = key.leaf_decor().prefix().and_then(|text| text.as_str()).unwrap_or_default();
        let heading: Vec<&str> = heading.split_inclusive('\n').filter(|line| !quotes_a_date(line)).collect();
        let heading = renamed(&heading.concat());
        key.leaf_decor_mut().set_prefix(heading);
    }
}

fn print_diff(before: &str, after: &str) {
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => print!("- {change}"),
            ChangeTag::Insert => print!("+ {change}"),
            ChangeTag::Equal => {}
        }
    }
}

/// Says at once what `lixiao check` would say, and what days the dates are.
fn judge(file: &Path, text: &str) -> anyhow::Result<()> {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let university = file.with_file_name(university_file::FILE);
    let university = match load_university(&university)? {
        Ok(read) => Arc::new(read.university),
        Err(faults) => {
            faults.iter().for_each(|fault| println!("{}:{fault}", university.display()));
            bail!("university.toml 有误 / university.toml has faults");
        }
    };
    let read = batch_file::read(&university, stem, text);
    let (Ok(batch_file::Parsed { noted: said, .. }) | Err(said)) = &read;
    said.iter().for_each(|fault| println!("{}:{fault}", file.display()));
    let Ok(read) = &read else {
        bail!(
            "新文件有误，请修改后运行 lixiao check / the new file has faults: mend them, then run lixiao check"
        );
    };
    calendar::days(&read.batch).iter().for_each(|day| println!("  {day}"));
    Ok(())
}
