//! Facts: what a university wants to know of its students, and what depends on it. Which facts there are, its file
//! says ([`crate::university`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::FactId;

/// What is known of a student: by fact, the id of its value, or the text of one that has no values.
pub type Facts = BTreeMap<FactId, String>;

/// What decides which steps, desks and papers are for a student.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traits<'a> {
    /// What is known of them.
    pub facts: &'a Facts,
    /// 学院.
    pub college: &'a str,
    /// 专业.
    pub major: Option<&'a str>,
}

impl<'a> Traits<'a> {
    /// The value of a fact.
    pub fn fact(&self, id: &FactId) -> Option<&'a str> {
        self.facts.get(id).map(String::as_str)
    }
}

/// Kinds of students; what isn't said is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// One of these values, of every fact that is named.
    pub facts: BTreeMap<FactId, BTreeSet<String>>,
    /// Of one of these colleges.
    pub colleges: Option<BTreeSet<String>>,
    /// In one of these majors.
    pub majors: Option<BTreeSet<String>>,
    /// And not of these kinds.
    pub not: Option<Box<When>>,
}

impl When {
    /// Whether a student is of this kind.
    pub fn fits(&self, traits: &Traits<'_>) -> bool {
        let asked = |values: Option<&BTreeSet<String>>, is: Option<&str>| {
            values.is_none_or(|values| is.is_some_and(|is| values.contains(is)))
        };
        self.facts.iter().all(|(fact, values)| asked(Some(values), traits.fact(fact)))
            && asked(self.colleges.as_ref(), Some(traits.college))
            && asked(self.majors.as_ref(), traits.major)
            && self.not.as_ref().is_none_or(|not| !not.fits(traits))
    }

    /// Whether it is said of everybody.
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// This condition and those inside it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &When> {
        std::iter::successors(Some(self), |when| when.not.as_deref())
    }
}
