//! English.

use domain::field::{FieldFault, FieldRule, Format, IdentityFlaw};
use domain::ids::StepNumber;
use domain::party::form::Warning;
use domain::refusal::{Barrier, Lack, Refusal, What};
use domain::sheet::{OtherFile, TableError};
use domain::text::{Lang, Named};

use super::{MOST_SAID, characters, list};
use crate::problem::{BodyFault, Problem, Unit};

pub(super) fn title(problem: &Problem) -> &'static str {
    match problem {
        Problem::NotSignedIn => "Please sign in",
        Problem::ForeignOrigin => "The request comes from another site",
        Problem::PastProxy { .. } => "Not by this address",
        Problem::InvalidBody(_) => "The body can't be understood",
        Problem::TooLarge { .. } => "The body is too large",
        Problem::MethodNotAllowed => "This address has no such method",
        Problem::Unavailable => "The system is busy",
        Problem::Unreadable => "The record can't be read",
        Problem::CannotPrint => "The server can't print",
        Problem::OverBudget { .. } => "Too many calls in a minute",
        Problem::Refused(refusal) => match refusal {
            Refusal::OffCampus { .. } => "On the campus network only",
            Refusal::BatchNotOpen { .. } => "The batch is not open yet",
            Refusal::BatchClosed { .. } => "The batch is closed",
            Refusal::BatchOpen { .. } => "The batch is still open",
            Refusal::NotAllowed(_) => "Not allowed",
            Refusal::NotFound(_) => "Not found",
            Refusal::PrerequisiteOpen { .. } => "A prerequisite is open",
            Refusal::DependentsPassed { .. } => "Later steps have passed",
            Refusal::RosterReopens { .. } => "The roster contradicts passed steps",
            Refusal::MoveReopens { .. } => "The change contradicts passed steps",
            Refusal::TakenOut { .. } => "This student was taken out of the batch",
            Refusal::StudentExists => "The batch has a student of this number",
            Refusal::RosterClears { .. } => "A roster can't clear a rejected step",
            Refusal::PartsMissing { .. } => "Parts are not ticked",
            Refusal::LetterNotIssued { lack: Lack::Paper(_), .. } => "The paper has not been issued",
            Refusal::LetterNotIssued { .. } => "The letter has not been issued",
            Refusal::StepNotRequired => "The step is not required of this student",
            Refusal::DeadlinePassed { .. } => "The deadline has passed",
            Refusal::FormMissing => "No party form has been handed in",
            Refusal::FormNotNeeded => "No party form is needed",
            Refusal::PaperNotNeeded => "This student doesn't get this paper",
            Refusal::LetterExists { .. } => "The letter has been issued",
            Refusal::LetterReturned { .. } => "The receipt has come back",
            Refusal::LetterVoid { .. } => "The paper is void",
            Refusal::NotCleared { .. } => "The clearance is not finished",
            Refusal::InvalidFields(_) => "Some fields are not in order",
            Refusal::DecidedSince { .. } => "Decided since the import",
            Refusal::ImportUndone => "This import has been undone",
            Refusal::ChangedMeanwhile => "Somebody else just changed this",
        },
    }
}

pub(super) fn detail(problem: &Problem, registrar: &str) -> String {
    match problem {
        Problem::NotSignedIn => {
            "Your session has ended or never began: sign in through the university's portal.".to_owned()
        }
        Problem::PastProxy { address } => format!("The clearance system is found at {address}."),
        Problem::ForeignOrigin => {
            "Changes are made on Lixiao's own pages: open Lixiao and try again.".to_owned()
        }
        Problem::InvalidBody(fault) => body(fault),
        Problem::TooLarge { most, unit: Unit::Bytes } => {
            format!("At most {} kB a call: send it in several.", most / 1024)
        }
        Problem::TooLarge { most, unit: Unit::Rows } => {
            format!("At most {most} rows a file: split it.")
        }
        Problem::TooLarge { most, unit: Unit::Words } => {
            format!("At most {most} words can be said the meaning of: write the others into university.toml.")
        }
        Problem::TooLarge { most, unit: Unit::Letters } => format!("At most {most} letters a document: print them in several."),
        Problem::TooLarge { most, unit: Unit::Unpacked } => format!(
            "Unpacked, the workbook is over {} kB, which is no list of students: keep only the sheet with the list, save it and send that (pictures don't count).",
            most / 1024
        ),
        Problem::TooLarge { unit: Unit::Elements, .. } => {
            "The workbook has too many cells for a list of students: delete the rows, columns and formats beside the list, save it and send that.".to_owned()
        }
        Problem::MethodNotAllowed => "Check the method against the interface's description.".to_owned(),
        Problem::Unavailable => {
            "The data can't be reached right now. A change is saved as a whole or not at all: try again in a few seconds, nothing is ever done twice."
                .to_owned()
        }
        Problem::Unreadable => {
            "This record is damaged, or was written by a newer version of the system, and trying again doesn't help: tell the administrator. Nothing was changed."
                .to_owned()
        }
        Problem::CannotPrint => {
            "The server lacks the fonts or the key that printing needs, and trying again doesn't help: tell the administrator. Nothing of the clearance is lost."
                .to_owned()
        }
        Problem::OverBudget { seconds } => format!(
            "You have made as many calls of this kind as one person may in a minute. Nothing was changed: try again in {seconds} seconds."
        ),
        Problem::Refused(refusal) => refused(refusal, registrar),
    }
}

fn body(fault: &BodyFault) -> String {
    match fault {
        BodyFault::ContentType { expected } => format!("Send it as {expected}."),
        BodyFault::NotJson { line, column } => {
            format!("This is not JSON: look at line {line}, column {column}.")
        }
        BodyFault::Shape { path, expected } => format!("At {path}: {expected}."),
        BodyFault::Table(error) => table(error),
        BodyFault::NotAForm => "Send multipart/form-data: `table` is the file, `reading` is JSON.".to_owned(),
        BodyFault::Incomplete => "The body broke off on the way: send it again.".to_owned(),
    }
}

fn table(error: &TableError) -> String {
    match error {
        TableError::Is(other) => {
            let is = match other {
                OtherFile::Word => "a Word document",
                OtherFile::Slides => "a presentation",
                OtherFile::Pdf => "a PDF",
                OtherFile::Picture => "a picture",
                OtherFile::Numbers => "a table of Apple's Numbers",
                OtherFile::Archive => "an archive",
                OtherFile::Frames => "a web page whose tables are in other files",
                OtherFile::Page => "a web page without a table, perhaps one to sign in at",
                OtherFile::Data => "data for programs (XML, JSON or DBF)",
            };
            format!("This is {is}: send the table itself, such as XLSX, XLS, ODS or CSV.")
        }
        TableError::Password => {
            "The workbook opens with a password only: open it in Excel, remove the password, save it and send that.".to_owned()
        }
        TableError::NotText { row, cell, read } => format!(
            "Row {row}, cell {cell} has characters that are none (after \"{read}\"): the file is in two encodings. Mend the cell in Excel, save as XLSX and send that."
        ),
        TableError::NoSuchCell { sheet, reference } => {
            let sheet = sheet.as_ref().map(|sheet| format!("In the sheet \"{sheet}\" ")).unwrap_or_default();
            format!(
                "{sheet}a cell claims to stand at \"{reference}\", where no sheet has a place: open the workbook in Excel, save it again, and send that."
            )
        }
        TableError::NoSuchSheet { name } => format!("There is no sheet \"{name}\": choose one that is listed."),
        TableError::NotATable
        | TableError::TooManyRows { .. }
        | TableError::TooLarge { .. }
        | TableError::TooManyElements { .. } => {
            "No table can be read: the file is empty or damaged. Open it in Excel, save it as XLSX and send that.".to_owned()
        }
    }
}

fn refused(refusal: &Refusal, registrar: &str) -> String {
    match refusal {
        Refusal::OffCampus { help: Some(help) } => help.en.clone(),
        Refusal::OffCampus { help: None } => {
            "This batch can only be used on the campus network: connect to it, or to the university's VPN.".to_owned()
        }
        Refusal::BatchNotOpen { opens } => format!("This batch opens on {}.", opens.format("%Y-%m-%d %H:%M")),
        Refusal::BatchClosed { closes } => format!(
            "This batch closed on {} and can't be changed any more; ask the {registrar} if something is amiss.",
            closes.format("%Y-%m-%d %H:%M")
        ),
        Refusal::BatchOpen { closes } => format!(
            "Personal data is needed while the batch is open; it can be erased after {}.",
            closes.format("%Y-%m-%d %H:%M")
        ),
        Refusal::NotAllowed(barrier) => match barrier {
            Barrier::Role => "This is not for your role; ask the administrator if it should be.",
            Barrier::OtherOffice => "Another office handles this step; ask the administrator if it should be yours.",
            Barrier::OtherCollege => "This student is outside your bounds: another college, or another area.",
            Barrier::NotTheirAdvisor => "This step is for whom the roster names as the student's own, such as an advisor.",
            Barrier::OwnEntry => "You can't take away your own administrator's role: another administrator can.",
            Barrier::Student => "Students can't be operators: check the staff number.",
            Barrier::OthersImport => "Somebody else began this import: only they, or a registrar, go on with it or undo it. Begin one of your own.",
            Barrier::Portal => "The portal's session only reads its own student's status: sign in here for the rest.",
            Barrier::Excused => {
                return format!("The student was excused by the {registrar}, who alone can take that back.");
            }
        }
        .to_owned(),
        Refusal::NotFound(what) => match what {
            What::Batch => "There is no such batch: choose one from the list.",
            What::Student => "There is no such student in this batch, or you may not see them: check the number.",
            What::Step => "This batch has no such step: check the number.",
            What::Operator => "There is no such operator: check the staff number.",
            What::Letter => "There is no paper of this number: check it.",
            What::Paper => "This batch gives no papers.",
            What::Import => "This step has no such import: check the step and the import.",
            What::Page => "Nothing is at this address: check it.",
        }
        .to_owned(),
        Refusal::PrerequisiteOpen { open } => format!("First finish step {}.", steps(open)),
        Refusal::DependentsPassed { dependents } => format!(
            "Step {} has passed and depends on this: revoke it first, or revoke both with `cascade`.",
            steps(dependents)
        ),
        Refusal::RosterReopens { steps: passed } => format!(
            "By this row step {} would no longer stand (a prerequisite, a part or its office changed): have the {registrar} revoke it, then import the row again.",
            steps(passed)
        ),
        Refusal::MoveReopens { steps: passed } => format!(
            "After this change step {} would no longer stand (a prerequisite or a part changed): choose to open them again, then confirm. What was decided stays in the history.",
            steps(passed)
        ),
        Refusal::TakenOut { at } => format!(
            "They were taken out of the batch on {}, and nothing is decided of them any more. If they go on, an administrator of the {registrar} puts them back on their page.",
            at.format("%Y-%m-%d %H:%M")
        ),
        Refusal::StudentExists => {
            "A student of this number is in the batch already, and nobody was added. To correct what is known of them, change it on their page.".to_owned()
        }
        Refusal::PartsMissing { parts } => format!("Do and tick each part: {}.", names(parts)),
        Refusal::LetterNotIssued { parts, lack: lacked } => {
            format!("“{}” can't be ticked now: {} The other parts can be ticked and kept.", names(parts), lack(lacked))
        }
        Refusal::RosterClears { steps: rejected } => format!(
            "Step {} stands rejected (something is owed or not done); by the new roster it would not be asked for any more, or by another office. A roster can't clear it: let that office settle it first, then import this row.",
            steps(rejected)
        ),
        Refusal::StepNotRequired => {
            format!("By the batch and the roster this student needn't do this step; if that is wrong, tell the {registrar}.")
        }
        Refusal::DeadlinePassed { deadline } => format!(
            "The deadline was {}; nothing can be changed after it. Ask the {registrar} in a special case.",
            deadline.format("%Y-%m-%d %H:%M")
        ),
        Refusal::FormMissing => "The student or a counsellor must hand in the party form first.".to_owned(),
        Refusal::PaperNotNeeded => {
            format!("By the batch and the roster this student doesn't get this paper; if that is wrong, tell the {registrar}.")
        }
        Refusal::FormNotNeeded => {
            format!("By the batch's rules this student hands none in; if the roster is wrong, tell the {registrar}.")
        }
        Refusal::LetterExists { number } => {
            format!("Letter {number} has been issued, so the form stands; a change is a re-issue by the office that issues them.")
        }
        Refusal::LetterReturned { number } => {
            format!("The receipt of no. {number} has come back: it has done its work, and no other can be issued.")
        }
        Refusal::LetterVoid { replaced_by: Some(number) } => {
            format!("No. {number} replaces this one: work on that.")
        }
        Refusal::LetterVoid { replaced_by: None } => "This paper is void.".to_owned(),
        Refusal::NotCleared { remaining } => {
            format!("{remaining} steps are left; the slip can be printed when all are done.")
        }
        Refusal::InvalidFields(faults) => {
            let one = |fault: &FieldFault| {
                format!("{}: {}", super::field(fault, Lang::En), super::fault(fault, Lang::En))
            };
            let said: Vec<_> = faults.iter().take(MOST_SAID).map(one).collect();
            let more = if faults.len() > said.len() { "; and more" } else { "" };
            format!("{}{more}.", list(&said, "; "))
        }
        Refusal::DecidedSince { by, at } => format!(
            "What this step says now isn't from this import ({}, {}), so it stays: change it by itself if need be.",
            by.number(),
            at.format("%Y-%m-%d %H:%M")
        ),
        Refusal::ImportUndone => {
            "This import was undone, so nothing is added to it: preview the list again if it is still to be done.".to_owned()
        }
        Refusal::ChangedMeanwhile => {
            "Somebody else has just changed the same record; your change was not saved: look again and retry.".to_owned()
        }
    }
}

fn steps(steps: &[Named<StepNumber>]) -> String {
    let said: Vec<_> = steps.iter().map(|step| format!("{} ({})", step.id, step.name.en)).collect();
    list(&said, ", ")
}

fn names<T>(things: &[Named<T>]) -> String {
    let said: Vec<_> = things.iter().map(|thing| &thing.name.en).collect();
    list(&said, ", ")
}

/// A column of a roster by its English name; the code name stays in `fields[].field`.
pub(super) fn field(name: &str) -> &str {
    match name {
        "student_id" => "Student number",
        "name" => "Name",
        "sex" => "Sex",
        "ethnicity" => "Ethnicity",
        "birth_date" => "Birth date",
        "id_number" => "ID number",
        "college" => "College",
        "major" => "Programme",
        "advisors" => "Advisors",
        "phone" => "Telephone",
        "email" => "E-mail",
        _ => name,
    }
}

pub(super) fn rule(rule: &FieldRule) -> String {
    match rule {
        FieldRule::Required => "must not be empty".to_owned(),
        FieldRule::TooLong { most } => format!("is too long, at most {most}"),
        FieldRule::ControlCharacters => "has characters that are not allowed: remove them".to_owned(),
        FieldRule::Unexpected => "has no place here".to_owned(),
        FieldRule::OneOf(words) => format!("must be one of {}", list(words, ", ")),
        FieldRule::Format(format) => match format {
            Format::StudentId => "is no student number: letters, digits and . _ / - only, at most 32",
            Format::PersonId => "is no number of a person: letters, digits and . _ / - only, at most 32",
            Format::Date => "is no date: write it like 1993-05-06",
            Format::Timestamp => "is no instant: write it like 2017-12-20T09:00:00+08:00",
            Format::IdNumber => "is no identity number: make the column a text column and enter it again",
            Format::Phone => "is no telephone number",
            Format::Email => "is no e-mail address",
            Format::ImportId => "is no import: small letters, digits and hyphens only",
            Format::Amount => "is no amount: write digits only, like 12.50",
        }
        .to_owned(),
        FieldRule::Unlike(_, pattern) => {
            format!(
                "looks like no number here: university.toml says {pattern}; mend the number, or what the file says"
            )
        }
        FieldRule::OneScope => "is for offices that are bounded by different things, such as colleges and areas: make them rights of their own".to_owned(),
        FieldRule::Duplicate => "stands here twice: keep one".to_owned(),
        FieldRule::InTheFuture => "must not lie in the future".to_owned(),
        FieldRule::Between(least, most) => format!("must be from {least} to {most}"),
        FieldRule::NotBefore(day) => format!("must not be before {day}"),
        FieldRule::AfterFrom => "must be after the beginning".to_owned(),
        FieldRule::MissingColumn => "was not found: say which column it is, or name it in the header".to_owned(),
        FieldRule::Without(characters) => format!("must not have any of {characters}"),
        FieldRule::Torn => {
            "has a line break in a cell: look for a quote that was never closed; rows after it may be inside"
                .to_owned()
        }
        FieldRule::TooManyCells { columns } => {
            format!("is more than the header's {columns} columns: most likely a comma inside a cell has moved all that follows")
        }
        FieldRule::ErrorValue => "is an error of Excel's: write what it should say".to_owned(),
        FieldRule::AsAbove => "stands for the cell above: write out each row".to_owned(),
        FieldRule::OddName => "seems to have lost a character, or is no name: check it".to_owned(),
        FieldRule::WhichOf(names) => {
            format!("may be several columns: {}. Say which one it is, or read none", names.join(", "))
        }
        FieldRule::AddedUp(rows) => {
            format!(
                "has the number of row {} too: amounts are added up and reasons put together",
                list(rows, ", ")
            )
        }
        FieldRule::Uncalculated => {
            "is a formula that nobody has calculated: open the file in Excel and save it, or write what it should say".to_owned()
        }
        FieldRule::DigitsLost => {
            "has lost its last digits in Excel: make the column a text column and enter it again".to_owned()
        }
        FieldRule::TakenOut(taken) => format!("was read without {}", characters(taken, ", ", "blanks", "commas")),
        FieldRule::LeftOut => "can't be read: the cell counts as empty".to_owned(),
        FieldRule::FirstTaken(first) => format!("has several: the first was taken, {first}"),
        FieldRule::TakenFromWords(number) => format!("was read as {number}"),
        FieldRule::Identity(IdentityFlaw::Length) => {
            "has not as many places as an identity number, which are 18: have a look".to_owned()
        }
        FieldRule::Identity(IdentityFlaw::CheckDigit) => {
            "fails its check digit: mistyped, or rounded by Excel".to_owned()
        }
        FieldRule::Contradicts => "contradicts the birth date or the sex: have a look".to_owned(),
        FieldRule::NobodyDecides(step) => format!(
            "is empty: nobody decides “{}”, unless an operator does; or import it again with it",
            step.of(Lang::En)
        ),
        FieldRule::AnotherName(name) => format!("is “{name}” by the roster: check the number"),
        FieldRule::CalledOtherwise(name) => format!("is “{name}” in another row: check the number"),
        FieldRule::SelfAsAdvisor => {
            "is your own number, and whoever stands here decides: let another administrator enter this row".to_owned()
        }
        FieldRule::StudentAsAdvisor => "is a student number, not an advisor's".to_owned(),
        FieldRule::NotACursor => "is no place to go on from: take `next` of the page before".to_owned(),
        FieldRule::Unprintable(c) => {
            format!("has a character that the fonts of our papers lack, {c} (U+{:04X})", u32::from(*c))
        }
        FieldRule::NoSuchCollege(near) if near.is_empty() => {
            "is no college of this batch: check the name, or import its students first".to_owned()
        }
        FieldRule::NoSuchCollege(near) => {
            format!("is no college of this batch: should it be \"{}\"?", list(near, "\" or \""))
        }
        FieldRule::Branch => {
            "is a branch: address a committee or organisation department of county level or above".to_owned()
        }
        FieldRule::OnlyWith(decision) => format!("only goes with decision = {decision}"),
    }
}

pub(super) fn warning(warning: Warning) -> &'static str {
    match warning {
        Warning::IdentityContradicts => {
            "The roster's identity number contradicts birth date or sex, and a letter would come back: have the roster looked at"
        }
        Warning::IdentityFlaw => {
            "The roster's identity number fails its check digit or lacks a place, and a letter would come back: have the roster looked at"
        }
        Warning::NoCommittee => {
            "The heading names no committee or organisation department: ask the receiver whether it is right"
        }
        Warning::BelowCounty => {
            "The heading seems to be below county level, where letters can't be addressed: is it right?"
        }
        Warning::ProvinceContradicts => {
            "The province of heading or destination contradicts the transfer kind: which is right?"
        }
        Warning::HeadingIsDestination => {
            "Heading and destination are the same: the destination names the exact organisation. Is it right?"
        }
        Warning::OnlyAPlace => {
            "The destination is only a place: name the organisation there that receives the relation, or the party organisation of the street, town or community"
        }
    }
}

/// Why the letter can't be handed out, and who issues it.
pub(super) fn lack(lack: &Lack) -> String {
    match lack {
        Lack::Letter => "no letter has been issued yet.".to_owned(),
        Lack::Form => {
            "no letter has been issued: the student hands in the party form first, then it is issued."
                .to_owned()
        }
        Lack::Paper(paper) => format!("\"{}\" has not been issued yet.", paper.name.en),
    }
}
