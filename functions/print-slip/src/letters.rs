//! Letters: one, or a row of numbers as one document.

use std::collections::BTreeSet;

use axum::response::Response;
use domain::ids::{LetterNumber, StudentId};
use domain::party::letter::{Content, Letter, LetterState};
use domain::refusal::{Refusal, What};
use domain::role::Colleges;
use edge::{Budget, PaperQuery, PathParams, Problem, Reading, Unit, path};
use print::{Copy, LetterPage, Letterhead, TextPage, letters, papers};
use store::{AccessEvent, place_of};

use crate::{cannot_print, file, fonts};

/// The most letters of one document.
const MOST_LETTERS: u32 = 200;

/// Letters as a PDF: `7.pdf`, or `1-200.pdf` for the party office. A member gets a copy of their own
/// for checking.
#[utoipa::path(
    get,
    path = "/api/batches/{batch}/letters/{file}",
    tag = "print-slip",
    params(path::Batch, path::LettersFile, PaperQuery),
    responses((status = 200, content_type = "application/pdf", description = "The letters"), Problem)
)]
pub(crate) async fn print_letters(
    reading: Reading,
    names: PathParams,
    asked: PaperQuery,
) -> Result<Response, Problem> {
    let missing = || Problem::from(Refusal::NotFound(What::Letter));
    let name = names.text("file").unwrap_or_default();
    let (first, last) = name.strip_suffix(".pdf").and_then(read_range).ok_or_else(missing)?;
    let actor = reading.who.actor();
    let paper = asked.of(&reading.batch)?;
    let keeps = actor.may_keep_letters(paper).is_ok();
    let within = if keeps { actor.may_read_letters(paper)? } else { Colleges::default() };
    let issues = |college: &str| actor.may_issue_letters_in(paper, college).is_ok();
    if last - first >= MOST_LETTERS {
        return Err(Problem::TooLarge { most: MOST_LETTERS as usize, unit: Unit::Letters });
    }
    reading.who.spend(Budget::Prints).await?;
    let limit = i32::try_from(last - first + 1).unwrap_or(1);
    let (store, batch) = (&reading.who.app.store, reading.batch.id());
    let found = store.letters(batch, paper.register(), Some(first - 1), limit).await?.items;
    // Paper with a letter missing would go unseen: one that can't be read stops the print.
    let asked = found.into_iter().filter(|listed| place_of(listed, |letter: &Letter| letter.number) <= last);
    let asked: Vec<Letter> = asked.collect::<Result<_, _>>().map_err(|listed| Problem::from(listed.error))?;
    let asked = asked.into_iter();
    let theirs = asked.filter(|letter| within.include(&letter.college) || actor.id.is(&letter.student));
    let today = reading.who.at.date_naive();
    let theirs: Vec<Letter> = theirs.collect();
    let still_in = still_in(&reading, theirs.iter().filter(|letter| issues(&letter.college))).await?;
    let mut pages = Pages::default();
    for letter in theirs {
        let copy = match letter.state(today) {
            LetterState::Void => Copy::Void,
            LetterState::Returned => Copy::Returned,
            LetterState::Expired => Copy::Expired,
            LetterState::Issued if issues(&letter.college) && still_in.contains(&letter.student) => {
                Copy::Original
            }
            LetterState::Issued => Copy::ForChecking,
        };
        // What has been forgotten can't be printed.
        match letter.content.get().cloned() {
            Some(Content::Introduction(content)) => {
                pages.introductions.push(LetterPage { number: letter.number, content: *content, copy });
            }
            Some(Content::Text(content)) => {
                pages.texts.push(TextPage { number: letter.number, content: *content, copy });
            }
            None => {}
        }
    }
    let count = pages.introductions.len() + pages.texts.len();
    if count == 0 {
        return Err(missing());
    }
    if keeps {
        reading.who.count(AccessEvent::Printed, count);
    }
    let pdf = pages.print(&reading)?;
    Ok(file("application/pdf", name, pdf))
}

/// Those of the letters' students who are still in the batch, as far as their record can be read: nobody takes an original of
/// anybody else's away.
async fn still_in(
    reading: &Reading,
    letters: impl Iterator<Item = &Letter>,
) -> Result<BTreeSet<StudentId>, Problem> {
    let students: BTreeSet<StudentId> = letters.map(|letter| letter.student.clone()).collect();
    let students: Vec<StudentId> = students.into_iter().collect();
    let found = reading.who.app.store.clearances(reading.batch.id(), &students).await?;
    let still_in = found.read.into_values().filter(|clearance| clearance.removed.is_none());
    Ok(still_in.map(|clearance| clearance.student.id).collect())
}

/// The pages of a document: of one paper, so of one layout.
#[derive(Default)]
struct Pages {
    introductions: Vec<LetterPage>,
    texts: Vec<TextPage>,
}

impl Pages {
    fn print(&self, reading: &Reading) -> Result<Vec<u8>, Problem> {
        let (batch, at) = (&reading.batch, reading.who.at);
        let pdf = if self.texts.is_empty() {
            letters(fonts()?, &batch.name().zh, &self.introductions, at)
        } else {
            let lang = batch.university().first_language();
            let university = batch.university().name().of(lang);
            papers(fonts()?, Letterhead { university, batch: batch.name().of(lang), lang }, &self.texts, at)
        };
        pdf.map_err(|error| cannot_print(&error))
    }
}

/// Reads `7` or `1-200`.
fn read_range(text: &str) -> Option<(LetterNumber, LetterNumber)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let digits = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    let parsed = |text: &str| Some(text).filter(digits).and_then(|text| text.parse::<LetterNumber>().ok());
    let number = |text: &str| parsed(text).filter(|n| (1..=999_999).contains(n));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some((first, last))
}
