//! Imports: the decisions of one sheet, in a name that whoever began it gave it. Whose it is, is theirs alone:
//! nobody adds to somebody else's or ends it.

use crate::ids::PersonId;
use crate::refusal::{Barrier, Refusal, What};
use crate::rights::Actor;
use crate::role::Role;

/// An import that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Who began it.
    pub by: PersonId,
    /// Whether any of it has been undone: nothing is added then.
    pub undone: bool,
}

impl Import {
    /// An import of somebody's that begins.
    pub fn begin(actor: &Actor) -> Self {
        Self { by: actor.id.clone(), undone: false }
    }

    /// Whether somebody may decide more in its name.
    pub fn may_go_on(&self, actor: &Actor) -> Result<(), Refusal> {
        if self.by != actor.id {
            Err(Refusal::NotAllowed(Barrier::OthersImport))
        } else if self.undone {
            Err(Refusal::ImportUndone)
        } else {
            Ok(())
        }
    }

    /// Whether somebody may undo it: who began it, and registrars, for whoever has left.
    pub fn may_undo(&self, actor: &Actor) -> Result<(), Refusal> {
        let theirs = self.by == actor.id || actor.has(Role::Registrar);
        if theirs { Ok(()) } else { Err(Refusal::NotAllowed(Barrier::OthersImport)) }
    }

    /// Whether somebody may see whom it decided. To everybody else it is as unknown as one that never was.
    pub fn may_read(&self, actor: &Actor) -> Result<(), Refusal> {
        self.may_undo(actor).map_err(|_| Refusal::NotFound(What::Import))
    }
}
