//! The opening minute, played in a moment: students come, each with the requests of a first look, and a token bucket
//! lets them in or turns them away.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::throttle::{Bucket, Limit};

/// What a first look asks for, one after the other: the page, its script, its style, who am I (nobody yet), out to
/// the sign-in, back from it, the page again, and everything it shows.
pub const FIRST_LOOK: usize = 8;
/// The same on commit 6bc92bf: a page of seventeen files and calls, twice.
pub const FIRST_LOOK_BEFORE: usize = 17;
/// How long a request takes, there and back, in seconds.
const ROUND_TRIP: f64 = 0.1;

/// Who comes, how, and through what.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// Students.
    pub students: usize,
    /// Within so many seconds, evenly.
    pub within: f64,
    /// Requests of each.
    pub requests: usize,
    /// What is let in.
    pub limit: Limit,
    /// Whether pages ask again, with growing pauses, up to seven times; a page of before gave up at once.
    pub patient: bool,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Students who got a working page, without pressing anything again.
    pub working: usize,
    /// Requests that were turned away.
    pub turned_away: usize,
    /// The longest anybody waited for their page, in seconds.
    pub slowest: f64,
}

impl Outcome {
    /// How many of a hundred got a working page.
    pub fn percent(&self, opening: &Opening) -> usize {
        100 * self.working / opening.students
    }
}

/// The most tries of a request: `functions/web/pages/api.js` and `loader.js`.
const TRIES: u32 = 7;

/// A request that is due: when, in milliseconds; whose; the how-manieth of theirs; for how often.
type Due = Reverse<(u64, usize, usize, u32)>;

/// Plays it.
pub fn play(opening: &Opening) -> Outcome {
    let mut bucket = Bucket::full(opening.limit);
    let mut outcome = Outcome { working: 0, turned_away: 0, slowest: 0.0 };
    let comes = |student: usize| opening.within * student as f64 / opening.students as f64;
    let ms = |seconds: f64| (seconds * 1000.0).round() as u64;
    let mut due: BinaryHeap<Due> = (0..opening.students).map(|i| Reverse((ms(comes(i)), i, 0, 0))).collect();
    while let Some(Reverse((at, student, request, tries))) = due.pop() {
        let now = at as f64 / 1000.0;
        if bucket.takes(now) {
            if request + 1 == opening.requests {
                outcome.working += 1;
                outcome.slowest = outcome.slowest.max(now - comes(student));
            } else {
                due.push(Reverse((at + ms(ROUND_TRIP), student, request + 1, 0)));
            }
        } else {
            outcome.turned_away += 1;
            // Growing pauses, spread by whose they are, as chance spreads them in a browser.
            let spread = 0.5 + (student * 7_919 % 1_000) as f64 / 1_000.0;
            let pause = (0.5 * f64::from(1_u32 << tries)).min(8.0) * spread;
            if opening.patient && tries + 1 < TRIES {
                due.push(Reverse((at + ms(pause), student, request, tries + 1)));
            }
        }
    }
    outcome
}
