//! Tokens of ours: Ed25519, the algorithm pinned, every claim required. Only who holds a private key mints; every function
//! verifies with public keys alone and can forge nothing.
//!
//! There are two keys. One signs sessions and login states, which are short; the other signs slips, which are for good. Whoever
//! steals one can't make what the other signs, and sessions' keys can change without a slip being lost. A token's `typ` says
//! what it is for, and no verifier takes another's.

mod keys;
mod note;
mod session;
mod slip;

pub use self::keys::{InvalidKeyError, KeyPairText, generate};
pub use self::note::{NoteSigner, NoteVerifier};
pub use self::session::{LoginState, PORTAL_LASTS, Session, SessionScope, Signer, Verifier};
pub use self::slip::{SlipClaims, SlipSigner, SlipVerifier};

#[cfg(test)]
mod tests;
