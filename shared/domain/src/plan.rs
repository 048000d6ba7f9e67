//! What a batch asks of its students, in the words of who runs it: each kind with its steps, by whom and by when.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::Timestamp;
use crate::batch::{Batch, Office, Part, Step};
use crate::ids::{OfficeId, PartId, StepNumber};
use crate::kinds::{Kind, kinds};

/// What is asked alike of some kinds of students.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Of which kinds.
    pub kinds: Vec<Kind>,
    /// What they have to do, in an order in which it can be done.
    pub duties: Vec<Duty<'a>>,
    /// Until when they can hand in and change the form of a letter, where they have one.
    pub form_until: Option<Timestamp>,
}

/// One thing to be done.
#[derive(Debug, Clone)]
pub struct Duty<'a> {
    /// The step.
    pub step: &'a Step,
    /// Who handles it.
    pub office: &'a Office,
    /// Its parts that are for them.
    pub parts: Vec<&'a Part>,
}

impl Duty<'_> {
    /// What tells it apart from the same step of others.
    pub fn key(&self) -> (StepNumber, OfficeId, Vec<PartId>) {
        let parts = self.parts.iter().map(|part| part.id.clone()).collect();
        (self.step.number, self.office.id.clone(), parts)
    }
}

/// What a batch asks, of all kinds that its conditions tell apart; those of whom the same is asked stand together. Of whom
/// the most is asked stands first.
pub fn plans(batch: &Batch) -> Vec<Plan<'_>> {
    let mut plans: BTreeMap<_, Plan<'_>> = BTreeMap::new();
    for kind in kinds(batch) {
        let traits = kind.traits();
        let required = batch.in_order().iter().filter_map(|number| batch.step(*number));
        let required = required.filter(|step| step.required_of(&traits));
        let duties: Vec<Duty<'_>> = required
            .filter_map(|step| {
                let office = batch.office_of(step, &traits)?;
                Some(Duty { step, office, parts: step.parts_for(&traits).collect() })
            })
            .collect();
        let rules = batch.party().filter(|_| batch.asks_for_a_form(&traits));
        let form_until = rules.and_then(|rules| rules.editable_until(&traits));
        let key = (duties.iter().map(Duty::key).collect::<Vec<_>>(), form_until);
        plans
            .entry(key)
            .or_insert_with(|| Plan { kinds: Vec::new(), duties, form_until })
            .kinds
            .push(kind.clone());
    }
    let mut plans: Vec<Plan<'_>> = plans.into_values().collect();
    plans.sort_by_key(|plan| Reverse((plan.duties.len(), plan.kinds.len())));
    plans
}
