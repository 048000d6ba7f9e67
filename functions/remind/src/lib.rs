//! Reminders: each morning one mail per person, at most, with everything that waits for them. A schedule
//! calls this several times an hour; only from eight to nine by the university's clock there is something to do, and each
//! call then goes on where the one before ran out of time.
//!
//! | who | hears of | in a batch with `[reminders]` |
//! |---|---|---|
//! | students | steps that are left; a letter that expires | in the last days of either |
//! | operators, advisors | how many students wait for them, by step | while the window is open |
//! | party office | letters that expired without a receipt | while receipts can be noted |

mod gather;
mod post;
mod words;

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use chrono::NaiveDate;
use domain::ids::PersonId;
use domain::remind::is_morning;
use edge::{App, Caller, RuntimeError};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use serde::Serialize;

use crate::gather::{Digest, Students, staff, students};
use crate::post::Sent;
pub use crate::post::{MailConfigError, Post};

/// How many mails are on their way at once: a university's mail server is no bulk mailer.
const AT_ONCE: usize = 4;
/// How many students are read at once.
const CHUNK: usize = 100;
/// What is kept of the time to end in good order.
const RESERVE: Duration = Duration::from_secs(30);
/// Circuit breaker: consecutive failures after which the server counts as down. A permanent refusal (5xx),
/// e.g. of an unknown address, resets the count: a few must not block the rest.
const MOST_FAILURES: usize = 8;

/// What one call did, in numbers of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Were sent a mail.
    pub sent: usize,
    /// Had been sent one today.
    pub already: usize,
    /// Have no address that a mail could go to.
    pub without_address: usize,
    /// Couldn't be sent theirs; what the server certainly didn't take is tried again by the next call.
    pub failed: usize,
    /// Are left for the next call, because time ran out.
    pub left: usize,
}

/// The mail server took none of several mails in a row.
#[derive(Debug, thiserror::Error)]
#[error("the mail server takes nothing: {sent} sent, {failed} failed")]
struct NoMailServerError {
    sent: usize,
    failed: usize,
}

/// What the function does when it is called: by the schedule only in the morning, by anybody else at any hour.
pub async fn when_called(
    app: &App,
    post: &Option<Post>,
    until: SystemTime,
    caller: Caller,
) -> Result<Report, RuntimeError> {
    match caller {
        Caller::Schedule(due) if !is_morning(app.clock.here(due)) => Ok(Report::default()),
        Caller::Schedule(_) | Caller::Somebody => remind(app, post, until).await,
    }
}

/// Writes to everybody who is to be reminded now, until an instant.
pub async fn remind(app: &App, post: &Option<Post>, until: SystemTime) -> Result<Report, RuntimeError> {
    let Some(post) = post else {
        tracing::info!("reminders are off: LIXIAO_MAIL_FROM is empty");
        return Ok(Report::default());
    };
    let now = app.clock.now();
    let told = app.store.reminded(now.date_naive()).await?;
    let until = until.checked_sub(RESERVE).unwrap_or(until);
    let mut round =
        Round { app, post, today: now.date_naive(), told, until, report: Report::default(), misses: 0 };
    // Reading comes first, so that a table that fails half-way has reminded nobody of half of it.
    let (for_staff, registers) = staff(app, now).await?;
    if for_staff.is_empty() && registers.iter().all(Students::is_empty) {
        return Ok(round.report);
    }
    post.is_reachable().await?;
    round.send(for_staff).await?;
    for batch in &registers {
        for chunk in batch.ids(&round.told, round.today).chunks(CHUNK) {
            if round.is_over() {
                round.report.left += chunk.len();
                continue;
            }
            let digests = students(app, batch, chunk, now).await?;
            round.send(digests).await?;
        }
        round.report.already += batch.told(&round.told);
    }
    let Report { sent, already, without_address, failed, left } = round.report;
    if left > 0 {
        tracing::warn!(sent, already, without_address, failed, left, "reminded, and time ran out");
    } else {
        tracing::info!(sent, already, without_address, failed, left, "reminded");
    }
    Ok(round.report)
}

/// One call's work.
struct Round<'a> {
    app: &'a App,
    post: &'a Post,
    today: NaiveDate,
    told: BTreeSet<PersonId>,
    until: SystemTime,
    report: Report,
    misses: usize,
}

impl Round<'_> {
    fn is_over(&self) -> bool {
        SystemTime::now() >= self.until
    }

    async fn send(&mut self, digests: Vec<Digest>) -> Result<(), RuntimeError> {
        let (app, post, today) = (self.app, self.post, self.today);
        let (told, fresh): (Vec<_>, Vec<_>) =
            digests.into_iter().partition(|digest| self.told.contains(&digest.person));
        self.report.already += told.len();
        let (mut fresh, mut sending) = (fresh.into_iter(), FuturesUnordered::new());
        let mut broken = None;
        loop {
            // No mail starts past the deadline, on error or with an open breaker; those in flight finish.
            while sending.len() < AT_ONCE
                && broken.is_none()
                && self.misses < MOST_FAILURES
                && !self.is_over()
            {
                let Some(digest) = fresh.next() else { break };
                sending.push(one(app, post, today, digest));
            }
            match sending.next().await {
                Some(Ok(sent)) => self.count(sent),
                Some(Err(error)) => broken = Some(error),
                None => break,
            }
        }
        self.report.left += fresh.len();
        match broken {
            Some(error) => Err(error),
            None if self.misses >= MOST_FAILURES => {
                let Report { sent, failed, .. } = self.report;
                Err(NoMailServerError { sent, failed }.into())
            }
            None => Ok(()),
        }
    }

    fn count(&mut self, sent: Sent) {
        match sent {
            Sent::Yes => (self.report.sent, self.misses) = (self.report.sent + 1, 0),
            Sent::Already => self.report.already += 1,
            Sent::NoAddress => self.report.without_address += 1,
            Sent::Never => (self.report.failed, self.misses) = (self.report.failed + 1, 0),
            Sent::NotNow | Sent::Unknown => {
                (self.report.failed, self.misses) = (self.report.failed + 1, self.misses + 1);
            }
        }
    }
}

/// One person's mail, at most one a day: marked before sending, unmarked only if the server certainly
/// took nothing and may later.
async fn one(app: &App, post: &Post, today: NaiveDate, digest: Digest) -> Result<Sent, RuntimeError> {
    let Some(message) = post.message(&digest, app.batches.languages()) else { return Ok(Sent::NoAddress) };
    if !app.store.mark_reminded(today, &digest.person).await? {
        return Ok(Sent::Already);
    }
    let sent = post.send(message).await;
    if sent == Sent::NotNow {
        app.store.unmark_reminded(today, &digest.person).await?;
    }
    Ok(sent)
}
