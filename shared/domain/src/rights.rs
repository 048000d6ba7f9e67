//! Who may do what. Rights live in the operator's entry, never in a token (N5).

use std::collections::BTreeSet;

use crate::Timestamp;
use crate::batch::{Batch, Office, Step};
use crate::facts::Traits;
use crate::ids::{OfficeId, PersonId};
use crate::paper::Paper;
use crate::refusal::{Barrier, Refusal, What};
use crate::role::{Colleges, Grant, Role};
use crate::state::Mark;
use crate::student::{Student, Whom};
use crate::verdict::Decision;

/// Somebody who wants something: who they are and what they have been granted.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who they are.
    pub id: PersonId,
    /// Their name, where the system knows it.
    pub name: Option<String>,
    /// What they have been granted in the batch and holds now; students and advisors have nothing here.
    pub grants: Vec<Grant>,
}

/// Which students of a batch somebody may list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Those of these colleges.
    Colleges(Colleges),
    /// Those whose advisor they are.
    OwnStudents,
}

impl Actor {
    /// Whether they hold a role.
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// The roles they hold, each once.
    pub fn roles(&self) -> BTreeSet<Role> {
        self.grants.iter().map(|grant| grant.role).collect()
    }

    /// Whether they hold any role at all.
    pub fn is_staff(&self) -> bool {
        !self.grants.is_empty()
    }

    /// Whether a role of theirs sees every college.
    fn is_wide(&self) -> bool {
        self.grants.iter().any(|grant| grant.role.is_university_wide())
    }

    /// Whether they look after the students of a college.
    fn counsels(&self, college: &str) -> bool {
        self.grants.iter().any(|grant| grant.role == Role::Counsellor && grant.colleges.include(college))
    }

    /// The colleges of those of their grants that are asked for.
    fn colleges(&self, asked: impl Fn(&Grant) -> bool) -> Colleges {
        let grants = self.grants.iter().filter(|grant| asked(grant));
        grants.fold(Colleges::default(), |within, grant| within.and(&grant.colleges))
    }

    /// The role among `roles` they hold.
    fn must_hold(&self, roles: &[Role]) -> Result<Role, Refusal> {
        roles.iter().copied().find(|role| self.has(*role)).ok_or(Refusal::NotAllowed(Barrier::Role))
    }

    fn advises(&self, student: &Student) -> bool {
        student.advisors.contains(&self.id)
    }

    /// Whether they may change anything in a batch at an instant (N4): nobody but an administrator outside its window.
    pub fn may_change(&self, batch: &Batch, at: Timestamp) -> Result<(), Refusal> {
        batch
            .window()
            .changeable(at)
            .or_else(|refusal| if self.has(Role::Administrator) { Ok(()) } else { Err(refusal) })
    }

    /// In which role they may read a student's clearance. A student they may not see isn't there
    /// for them, so the refusal says no more than an unknown number would.
    pub fn may_read(&self, batch: &Batch, student: &Student) -> Result<Role, Refusal> {
        if self.id.is(&student.id) {
            return Ok(Role::Student);
        }
        let traits = student.traits();
        let reaches = |grant: &&Grant| grant_reaches(batch, grant, &traits);
        let granted = self.grants.iter().filter(reaches).map(|grant| grant.role).min();
        match granted {
            Some(role) => Ok(role),
            None if self.advises(student) => Ok(Role::Advisor),
            None => Err(Refusal::NotFound(What::Student)),
        }
    }

    /// The colleges in which they may see who gets a paper, and gather its forms (N18): a counsellor's own, those of who
    /// keeps the letters, or everybody's.
    pub fn may_gather_forms(&self, paper: &Paper, college: Option<&str>) -> Result<Colleges, Refusal> {
        let kept = self.may_read_letters(paper);
        if !self.has(Role::Counsellor) {
            return narrowed(kept?, college);
        }
        let own = self.colleges(|grant| grant.role == Role::Counsellor);
        narrowed(own.and(&kept.unwrap_or_default()), college)
    }

    /// Whether they import rosters.
    pub fn may_import_rosters(&self) -> Result<Role, Refusal> {
        self.must_hold(&[Role::Administrator])
    }

    /// Whether they take out what is held of a person, and have it forgotten.
    pub fn may_keep_personal_data(&self) -> Result<Role, Refusal> {
        self.must_hold(&[Role::Administrator])
    }

    /// Whether they say who may do what, and see it.
    pub fn may_grant(&self) -> Result<Role, Refusal> {
        self.must_hold(&[Role::Administrator])
    }

    /// Whether they read who signed in.
    pub fn may_read_sign_ins(&self) -> Result<Role, Refusal> {
        self.must_hold(&[Role::Administrator])
    }

    /// Whether they issue letters of a paper to anybody, and note that one is printed or that its receipt has come back: the
    /// office that keeps it, and of party introductions the party office.
    pub fn may_issue_letters(&self, paper: &Paper) -> Result<Role, Refusal> {
        let keeps = paper.keeper.as_ref().is_some_and(|office| self.operates(office));
        if paper.party().is_some() && self.has(Role::PartyOffice) {
            Ok(Role::PartyOffice)
        } else if keeps {
            Ok(Role::Operator)
        } else {
            Err(Refusal::NotAllowed(Barrier::Role))
        }
    }

    /// The same of a student of a college.
    pub fn may_issue_letters_in(&self, paper: &Paper, college: &str) -> Result<Role, Refusal> {
        let role = self.may_issue_letters(paper)?;
        let theirs = paper.keeper.as_ref().is_some_and(|office| self.operates_in(office, college));
        if role == Role::PartyOffice || theirs {
            Ok(role)
        } else {
            Err(Refusal::NotAllowed(Barrier::OtherCollege))
        }
    }

    /// Whether they keep the register of a paper, before any letter is looked up.
    pub fn may_keep_letters(&self, paper: &Paper) -> Result<Role, Refusal> {
        self.must_hold(&[Role::Registrar]).or_else(|_| self.may_issue_letters(paper))
    }

    /// Of which colleges they may read the register of a paper, and who gets one.
    pub fn may_read_letters(&self, paper: &Paper) -> Result<Colleges, Refusal> {
        let reads = [Role::Registrar, Role::Administrator].iter().any(|role| self.has(*role));
        if reads || self.may_issue_letters(paper)? == Role::PartyOffice {
            return Ok(Colleges::All);
        }
        let keeps = |grant: &Grant| {
            grant.role == Role::Operator
                && paper.keeper.as_ref().is_some_and(|office| grant.offices.contains(office))
        };
        Ok(self.colleges(keeps))
    }

    /// Whether they work with lists of students: anybody but students themselves.
    pub fn may_use_lists(&self) -> Result<(), Refusal> {
        if self.id.is_student() { Err(Refusal::NotAllowed(Barrier::Role)) } else { Ok(()) }
    }

    /// In which role they may hand in a student's party form (N18): the student, a counsellor of the
    /// college, the party office, or a registrar.
    pub fn may_hand_in(&self, batch: &Batch, student: &Student) -> Result<Role, Refusal> {
        let role = self.may_read(batch, student)?;
        match role {
            Role::Student => Ok(Role::Student),
            _ if self.counsels(&student.college) => Ok(Role::Counsellor),
            _ => {
                let wide = self.must_hold(&[Role::PartyOffice, Role::Registrar]);
                let issues = |paper| self.may_issue_letters_in(paper, &student.college).ok();
                wide.or_else(|refusal| batch.introduction().and_then(issues).ok_or(refusal))
            }
        }
    }

    /// Whether a student's letter of a paper, and its form, are for them to see: the student, a counsellor of the
    /// college, who keeps the letters, registrars and administrators; no other operator.
    pub fn may_see_letter(&self, paper: &Paper, student: &Student) -> bool {
        let own = self.id.is(&student.id) || self.counsels(&student.college);
        own || self.may_read_letters(paper).is_ok_and(|within| within.include(&student.college))
    }

    /// The same of the party introduction, where the batch gives one.
    pub fn may_see_party(&self, batch: &Batch, student: &Student) -> bool {
        batch.introduction().is_some_and(|paper| self.may_see_letter(paper, student))
    }

    /// Whether they could decide a step of anybody, before any student is looked up.
    pub fn could_decide(&self, batch: &Batch, step: &Step, decision: Decision) -> Result<(), Refusal> {
        // A student is nobody's advisor, whoever else may be.
        if self.id.is_student() {
            return Err(Refusal::NotAllowed(Barrier::Role));
        }
        let registrar = self.has(Role::Registrar);
        if decision == Decision::Waive {
            return if registrar { Ok(()) } else { Err(Refusal::NotAllowed(Barrier::Role)) };
        }
        let revokes = decision.takes_back();
        let operates = batch.offices_of(step).any(|office| self.operates(&office.id));
        let may_advise = batch.offices_of(step).any(Office::by_advisors);
        if operates || may_advise || (revokes && registrar) {
            Ok(())
        } else if self.has(Role::Operator) {
            Err(Refusal::NotAllowed(Barrier::OtherOffice))
        } else {
            Err(Refusal::NotAllowed(Barrier::Role))
        }
    }

    /// Whether they could decide a step of anybody in any way, before the decision is even read.
    pub fn could_touch(&self, batch: &Batch, step: &Step) -> Result<(), Refusal> {
        let could = |decision| self.could_decide(batch, step, decision);
        could(Decision::Revoke).or_else(|refusal| could(Decision::Waive).map_err(|_| refusal))
    }

    /// Whether they decide an office's steps, of some college.
    fn operates(&self, office: &OfficeId) -> bool {
        self.grants.iter().any(|grant| grant.role == Role::Operator && grant.offices.contains(office))
    }

    /// Whether they decide an office's steps for the students within a bound: see [`Batch::bound_of`].
    pub(crate) fn operates_in(&self, office: &OfficeId, bound: &str) -> bool {
        let theirs = |grant: &Grant| {
            grant.role == Role::Operator && grant.offices.contains(office) && grant.colleges.include(bound)
        };
        self.grants.iter().any(theirs)
    }

    /// In which role they may decide this student's step so.
    pub fn may_decide(
        &self,
        batch: &Batch,
        step: &Step,
        student: Whom<'_>,
        standing: Option<Mark>,
        decision: Decision,
    ) -> Result<Role, Refusal> {
        self.could_decide(batch, step, decision)?;
        if self.id.is(student.id) {
            return Err(Refusal::NotAllowed(Barrier::Role));
        }
        let registrar = self.has(Role::Registrar);
        if decision == Decision::Waive {
            return Ok(Role::Registrar);
        }
        let revokes = decision.takes_back();
        let office = step.office_id(&student.traits);
        let by_advisors = batch.offices.get(office).filter(|office| office.by_advisors());
        let role = if self.operates_in(office, batch.bound_of(office, &student.traits)) {
            Ok(Role::Operator)
        } else if by_advisors.is_some_and(|office| office.own_people(student).contains(&self.id)) {
            Ok(Role::Advisor)
        } else if revokes && registrar {
            Ok(Role::Registrar)
        } else if self.operates(office) {
            Err(Refusal::NotAllowed(Barrier::OtherCollege))
        } else if by_advisors.is_some() {
            Err(Refusal::NotAllowed(Barrier::NotTheirAdvisor))
        } else {
            Err(Refusal::NotAllowed(Barrier::OtherOffice))
        }?;
        if standing == Some(Mark::Waived)
            && role != Role::Registrar
            && !matches!(decision, Decision::Pass | Decision::Tick)
        {
            return if registrar && revokes {
                Ok(Role::Registrar)
            } else {
                Err(Refusal::NotAllowed(Barrier::Excused))
            };
        }
        Ok(role)
    }

    /// What somebody hears who decides for a student that isn't there. Without grants it is what
    /// they would hear of anybody else's student, so that numbers can't be tried out.
    pub fn no_such_student(&self) -> Refusal {
        if self.is_staff() {
            Refusal::NotFound(What::Student)
        } else {
            Refusal::NotAllowed(Barrier::NotTheirAdvisor)
        }
    }

    /// Whose students they may list for a step, when they ask for one college or for all they have.
    pub fn may_list(&self, batch: &Batch, step: &Step, college: Option<&str>) -> Result<Reach, Refusal> {
        let of_step = |grant: &Grant| batch.offices_of(step).any(|office| grant.offices.contains(&office.id));
        let lists = |grant: &Grant| {
            grant.role == Role::Counsellor || (grant.role == Role::Operator && of_step(grant))
        };
        // Who is bounded by a fact looks through every college for the students of theirs.
        let by_fact = |grant: &Grant| lists(grant) && !batch.is_by_college(grant);
        let within = if self.is_wide() || self.grants.iter().any(by_fact) {
            Colleges::All
        } else if self.grants.iter().any(lists) {
            self.colleges(lists)
        } else if batch.offices_of(step).any(Office::by_advisors) {
            return Ok(Reach::OwnStudents);
        } else if self.has(Role::Operator) {
            return Err(Refusal::NotAllowed(Barrier::OtherOffice));
        } else {
            return Err(Refusal::NotAllowed(Barrier::Role));
        };
        narrowed(within, college).map(Reach::Colleges)
    }

    /// Whether a student belongs on their list of a step: operators see those whom one of their offices handles,
    /// counsellors those of their colleges, everybody else all.
    pub fn lists(&self, batch: &Batch, step: &Step, traits: &Traits<'_>) -> bool {
        let office = step.office_id(traits);
        let operates = || self.operates_in(office, batch.bound_of(office, traits));
        self.is_wide() || self.counsels(traits.college) || operates()
    }

    /// Whether a student of their own is theirs in a step too: where the university has several kinds of people, each
    /// decides other steps.
    pub fn lists_own(&self, batch: &Batch, step: &Step, whom: Whom<'_>) -> bool {
        batch.office_of(step, &whom.traits).is_some_and(|office| office.own_people(whom).contains(&self.id))
    }

    /// The colleges in which they may see progress: one, or all they have. Of the students there only those count whom
    /// they reach ([`Actor::reaches`]).
    pub fn may_see_progress(&self, batch: &Batch, college: Option<&str>) -> Result<Colleges, Refusal> {
        if !self.is_staff() {
            return Err(Refusal::NotAllowed(Barrier::Role));
        }
        // Who is bounded by a fact looks through every college for the students of theirs.
        let by_fact = self.grants.iter().any(|grant| !batch.is_by_college(grant));
        let within = if self.is_wide() || by_fact { Colleges::All } else { self.colleges(|_| true) };
        narrowed(within, college)
    }

    /// Whether somebody is a student of theirs by any grant.
    pub fn reaches(&self, batch: &Batch, traits: &Traits<'_>) -> bool {
        self.grants.iter().any(|grant| grant_reaches(batch, grant, traits))
    }
}

/// Whether a grant is good for a student: of a college, or within the bounds of one of its offices.
fn grant_reaches(batch: &Batch, grant: &Grant, traits: &Traits<'_>) -> bool {
    match grant.role {
        Role::Operator => {
            grant.offices.iter().any(|office| grant.colleges.include(batch.bound_of(office, traits)))
        }
        role => role.is_university_wide() || grant.colleges.include(traits.college),
    }
}

fn narrowed(within: Colleges, college: Option<&str>) -> Result<Colleges, Refusal> {
    match college {
        None => Ok(within),
        Some(college) if within.include(college) => Ok(Colleges::Only(BTreeSet::from([college.to_owned()]))),
        Some(_) => Err(Refusal::NotAllowed(Barrier::OtherCollege)),
    }
}
