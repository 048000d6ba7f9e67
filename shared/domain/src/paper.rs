//! The papers (文书) that students get: whom each is for, who keeps its register, what stands on it, until when.

pub mod template;

use chrono::NaiveDate;

use self::template::Template;
use crate::Timestamp;
use crate::facts::{Traits, When};
use crate::ids::{OfficeId, PaperId};
use crate::party::letter::{Issuer, Standing};
use crate::text::Text;
use crate::words;

/// A paper that students get.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its id, e.g. `party-letter`.
    pub id: PaperId,
    /// What people call it.
    pub name: Text,
    /// The students who get one (N14).
    pub when: When,
    /// The office whose clerks issue it for the students of their colleges; a party introduction's beside the party office.
    pub keeper: Option<OfficeId>,
    /// Days it is valid from its day of issue; a party introduction at most 90 (N20).
    pub valid_days: u32,
    /// Receipts can be noted before this: a paper may outlive the window (N21).
    pub receipts_until: Timestamp,
    /// What stands on it.
    pub layout: Layout,
}

words! {
    /// How a paper is laid out.
    LayoutName {
        /// The form and the letter by which a party member's relation moves.
        PartyIntroduction = "party-introduction",
        /// A title and a text.
        Text = "text",
    }
}

/// How a paper is laid out, and the rules that come with it.
#[derive(Debug, Clone)]
pub enum Layout {
    /// The form and the letter by which a party member's relation moves (N14–N22).
    PartyIntroduction(Box<PartyRules>),
    /// A title, and a text with what is known of the student.
    Text(TextRules),
}

/// Deadlines and terms of party letters (N18–N22). Each instant is the first outside.
#[derive(Debug, Clone)]
pub struct PartyRules {
    /// Those among the members who are on probation.
    pub probationary: Option<When>,
    /// Colleges hand in their tables before this (N18).
    pub form_due: Timestamp,
    /// A form can be changed before this (N19), which may differ by a fact; the first that fits is used.
    pub editable_until: Vec<(When, Timestamp)>,
    /// A letter can be issued again before this (N22).
    pub reissue_until: Timestamp,
    /// Up to when dues are paid (N20).
    pub dues_paid_up_to: NaiveDate,
    /// The province's name and places in it, to tell 省内 from 省外.
    pub home: Vec<String>,
    /// Who issues the letters.
    pub issuer: Issuer,
}

/// What a paper of words says, and until when.
#[derive(Debug, Clone)]
pub struct TextRules {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: Template,
    /// Who signs it.
    pub issuer: Issuer,
    /// It can be issued, and issued anew, before this, which may differ by a fact; the first that fits is used.
    pub issue_until: Vec<(When, Timestamp)>,
}

impl Paper {
    /// Where its register stands among the batch's: the party introduction's has no name.
    pub fn register(&self) -> Option<&PaperId> {
        match self.layout {
            Layout::PartyIntroduction(_) => None,
            Layout::Text(_) => Some(&self.id),
        }
    }

    /// The rules of a party introduction, if it is one.
    pub fn party(&self) -> Option<&PartyRules> {
        match &self.layout {
            Layout::PartyIntroduction(rules) => Some(rules),
            Layout::Text(_) => None,
        }
    }

    /// How it is laid out.
    pub fn layout_name(&self) -> LayoutName {
        match self.layout {
            Layout::PartyIntroduction(_) => LayoutName::PartyIntroduction,
            Layout::Text(_) => LayoutName::Text,
        }
    }

    /// Its deadlines that differ by a fact.
    pub(crate) fn deadlines(&self) -> &[(When, Timestamp)] {
        match &self.layout {
            Layout::PartyIntroduction(rules) => &rules.editable_until,
            Layout::Text(rules) => &rules.issue_until,
        }
    }
}

impl PartyRules {
    /// How a member's standing is called on a letter.
    pub fn standing(&self, traits: &Traits<'_>) -> Standing {
        let on_probation = self.probationary.as_ref().is_some_and(|when| when.fits(traits));
        if on_probation { Standing::Probationary } else { Standing::Full }
    }

    /// The first instant at which a student can't change the form any more (N19).
    pub fn editable_until(&self, traits: &Traits<'_>) -> Option<Timestamp> {
        of_theirs(&self.editable_until, traits)
    }
}

impl TextRules {
    /// The first instant at which it can't be issued any more.
    pub fn issue_until(&self, traits: &Traits<'_>) -> Option<Timestamp> {
        of_theirs(&self.issue_until, traits)
    }
}

fn of_theirs(deadlines: &[(When, Timestamp)], traits: &Traits<'_>) -> Option<Timestamp> {
    deadlines.iter().find(|(when, _)| when.fits(traits)).map(|(_, at)| *at)
}
