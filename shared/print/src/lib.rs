//! PDFs: the slip (离校单, N12), the introduction letter (介绍信) and papers of words. A4, PDF/A-2a and PDF/UA-1,
//! tagged, with text that can be copied and searched and fonts cut down to what is used.
//!
//! Chinese is set character by character: each from the first font that has it, so that no name
//! prints as an empty box; runs of digits and Latin letters stay whole; what doesn't fit shrinks
//! first and wraps then, and never vanishes.

mod fonts;
mod letter;
mod page;
mod paper;
mod slip;
mod text;

pub use fonts::{FontError, Fonts};
pub use letter::{Copy, LetterPage, letters};
pub use page::PrintError;
pub use paper::{Letterhead, TextPage, papers};
pub use slip::{Slip, SlipContact, SlipStep, SlipWords, slip};
