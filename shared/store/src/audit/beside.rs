//! What stands beside the chains: links, imports, the register of letters, the list of colleges. Each must be what the
//! events of all students say, no less and no more.

use std::collections::{BTreeMap, BTreeSet};

use domain::clearance::Clearance;
use domain::ids::{BatchId, ImportId, LetterId, LetterNumber, PaperId, PersonId, StepNumber, StudentId};
use domain::import::Import;
use domain::party::letter::{Content, Letter};
use domain::trail::Trail;

use super::finding::Fault;
use super::report::Audit;
use crate::format::{LINK, V};
use crate::imports;
use crate::items::{self, key_of};
use crate::keys::{self, Item, NAMES};
use crate::lists;
use crate::place::{Place, name_of};
use crate::slips;

type ImportKey = (StepNumber, ImportId);

/// What was found beside the chains, and what their events let expect.
#[derive(Debug, Default)]
pub(super) struct Beside {
    found: Found,
    expected: Wanted,
    /// Students who are broken themselves: what hangs on them isn't held against them again.
    skipped: BTreeSet<StudentId>,
}

#[derive(Debug, Default)]
struct Found {
    advisees: BTreeSet<(PersonId, StudentId)>,
    imported: BTreeSet<(ImportKey, StudentId)>,
    imports: BTreeMap<ImportKey, Import>,
    letters: BTreeMap<LetterId, Letter>,
    unreadable_letters: BTreeSet<LetterId>,
    counters: BTreeMap<Option<PaperId>, LetterNumber>,
    colleges: BTreeSet<String>,
    slips: Vec<(String, StudentId)>,
}

#[derive(Debug, Default)]
struct Wanted {
    advisees: BTreeSet<(PersonId, StudentId)>,
    imported: BTreeSet<(ImportKey, StudentId)>,
    imports: BTreeMap<ImportKey, BTreeSet<PersonId>>,
    undone: BTreeSet<ImportKey>,
    letters: BTreeMap<LetterId, Letter>,
    forgotten_letters: BTreeSet<LetterId>,
    colleges: BTreeSet<String>,
}

impl Beside {
    /// One item.
    pub(super) fn take(&mut self, place: Place, item: &Item, audit: &mut Audit) {
        let name = name_of(item);
        match place {
            Place::Advisee(_, advisor, student) => {
                audit.compare(&name, item, &LINK.written(key_of(item)));
                self.found.advisees.insert((advisor, student));
            }
            Place::Imported(_, step, import, student) => {
                audit.compare(&name, item, &LINK.written(key_of(item)));
                self.found.imported.insert(((step, import), student));
            }
            Place::BegunImport(batch, step, import) => {
                if let Some(begun) = audit.read(&name, imports::read(item)) {
                    audit.compare(&name, item, &imports::written(&batch, step, &import, &begun));
                    self.found.imports.insert((step, import), begun);
                }
            }
            Place::Letter(batch, id) => match audit.read(&name, items::letter(item.clone())) {
                Some(letter) => {
                    let rebuilt = items::from_letter(&batch, &letter).unwrap_or_default();
                    audit.compare(&name, item, &rebuilt);
                    audit.letters += 1;
                    self.found.letters.insert(id, letter);
                }
                None => drop(self.found.unreadable_letters.insert(id)),
            },
            Place::Counter(batch, register) => {
                if let Some(next) = audit.read(&name, items::counter(item)) {
                    audit.compare(&name, item, &items::from_counter(&batch, register.as_ref(), next));
                    self.found.counters.insert(register, next);
                }
            }
            Place::Colleges(_) => {
                let names = audit.read(&name, lists::read_colleges(item));
                let known = [keys::PK, keys::SK, keys::EXPIRES, NAMES, V];
                let others: Vec<_> =
                    item.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
                if !others.is_empty() {
                    audit.found(&name, Fault::Attributes(others));
                }
                self.found.colleges = names.unwrap_or_default();
            }
            Place::Slip(batch, id) => {
                if let Some(student) = audit.read(&name, slips::read(item)) {
                    audit.compare(&name, item, &slips::written(&batch, &id, &student));
                    self.found.slips.push((name, student));
                }
            }
            _ => audit.found(name, Fault::UnknownItem),
        }
    }

    /// What a student's document and events let expect.
    pub(super) fn expect(&mut self, clearance: &Clearance, trail: Trail) {
        let student = &clearance.student;
        let advisees =
            items::linked_advisors(clearance).into_iter().map(|advisor| (advisor, student.id.clone()));
        self.expected.advisees.extend(advisees);
        self.expected.letters.extend(trail.letters);
        self.expected.forgotten_letters.extend(trail.forgotten_letters);
        self.expected.undone.extend(trail.undone);
        self.expected.colleges.extend(trail.colleges);
        for (import, by) in trail.imports {
            self.expected.imported.insert((import.clone(), student.id.clone()));
            self.expected.imports.entry(import).or_default().extend(by);
        }
    }

    /// A student who is broken themselves.
    pub(super) fn skip(&mut self, student: StudentId) {
        self.skipped.insert(student);
    }

    /// All is in: holds the one against the other.
    pub(super) fn finish(self, batch: &BatchId, audit: &mut Audit) {
        let Self { found, expected, skipped } = self;
        let advisee = |(advisor, student): &(PersonId, StudentId)| {
            format!("{}/{student}", keys::advisor(batch, advisor))
        };
        let imported = |((step, import), student): &(ImportKey, StudentId)| {
            format!("{}/{student}", keys::import(batch, *step, import))
        };
        links(&found.advisees, &expected.advisees, |(_, student)| skipped.contains(student), advisee, audit);
        links(&found.imported, &expected.imported, |(_, student)| skipped.contains(student), imported, audit);
        for ((step, import), by) in &expected.imports {
            let name = name_of(&keys::begun_import(batch, *step, import));
            match found.imports.get(&(*step, import.clone())) {
                None => audit.found(name, Fault::ImportMissing),
                Some(begun) if by.iter().any(|by| *by != begun.by) => {
                    audit.found(name, Fault::ImportOfAnother);
                }
                Some(begun) if expected.undone.contains(&(*step, import.clone())) && !begun.undone => {
                    audit.found(name, Fault::ImportOpen);
                }
                Some(_) => {}
            }
        }
        for (name, student) in &found.slips {
            if audit.heads.get(&Clearance::subject(batch, student)).is_none() {
                audit.found(name, Fault::LinkUnknown);
            }
        }
        letters(&found, &expected, &skipped, batch, audit);
        for college in expected.colleges.difference(&found.colleges) {
            audit.found(format!("{batch}/colleges: {college}"), Fault::CollegeMissing);
        }
    }
}

fn links<L: Ord>(
    found: &BTreeSet<L>,
    expected: &BTreeSet<L>,
    skipped: impl Fn(&L) -> bool,
    name: impl Fn(&L) -> String,
    audit: &mut Audit,
) {
    for link in expected.difference(found) {
        audit.found(name(link), Fault::LinkMissing);
    }
    for link in found.difference(expected).filter(|link| !skipped(link)) {
        audit.found(name(link), Fault::LinkUnknown);
    }
}

/// Numbers run from 1 without a gap, and each letter is what its events say.
fn letters(
    found: &Found,
    Wanted { letters: expected, forgotten_letters: forgotten, .. }: &Wanted,
    skipped: &BTreeSet<StudentId>,
    batch: &BatchId,
    audit: &mut Audit,
) {
    let name = |(register, number): &LetterId| name_of(&keys::letter(batch, register.as_ref(), *number));
    for (id, wanted) in expected {
        match found.letters.get(id) {
            Some(letter) if letter == wanted => {}
            Some(_) => audit.found(name(id), Fault::LetterDiffers),
            None if found.unreadable_letters.contains(id) => {}
            None => audit.found(name(id), Fault::LetterMissing),
        }
    }
    for (id, letter) in &found.letters {
        if !expected.contains_key(id) && !skipped.contains(&letter.student) {
            audit.found(name(id), Fault::LetterUnknown);
        }
        if (letter.paper.as_ref(), letter.number) != (id.0.as_ref(), id.1) {
            audit.found(name(id), Fault::Misplaced);
        }
        let college = letter.content.get().map(Content::college);
        if college.is_some_and(|college| college != letter.college) {
            audit.found(name(id), Fault::LetterDiffers);
        }
        match (letter.content.get(), forgotten.contains(id)) {
            (None, false) => audit.found(name(id), Fault::PersonalDataMissing),
            (Some(_), true) => audit.found(name(id), Fault::PersonalDataLeft),
            _ => {}
        }
    }
    let mut registers: BTreeMap<&Option<PaperId>, BTreeSet<LetterNumber>> =
        found.counters.keys().map(|register| (register, BTreeSet::new())).collect();
    for (register, number) in expected.keys().chain(found.letters.keys()).chain(&found.unreadable_letters) {
        registers.entry(register).or_default().insert(*number);
    }
    for (register, numbers) in registers {
        let last = numbers.last().copied().unwrap_or_default();
        for gap in (1..=last).filter(|number| !numbers.contains(number)) {
            audit.found(name(&(register.clone(), gap)), Fault::LetterMissing);
        }
        let next = if last == 0 { None } else { Some(last + 1) };
        if found.counters.get(register).copied() != next {
            audit.found(name_of(&keys::next_letter(batch, register.as_ref())), Fault::Counter);
        }
    }
}
