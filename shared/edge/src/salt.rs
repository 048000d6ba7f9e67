//! Random salts, from the cryptography that signs sessions.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use ledger::Salt;

use crate::problem::Problem;

/// A new salt for personal data.
pub fn salt() -> Result<Salt, Problem> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        tracing::error!("the system has no random bytes");
        Problem::Unavailable
    })?;
    Ok(Salt::new(bytes))
}
