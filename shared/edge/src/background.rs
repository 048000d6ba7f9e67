//! Background tasks: no response waits for them, but the execution environment does, for up to two
//! seconds, before its next request or freeze.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

/// How long the next request may be kept waiting by it.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Tasks under way. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct BackgroundTasks(Arc<Mutex<JoinSet<()>>>);

impl BackgroundTasks {
    /// Spawns a task that nobody waits for.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// Waits for all tasks. What takes too long goes on beside the next request.
    pub async fn drain(&self) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if tasks.is_empty() {
            return;
        }
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(TIMEOUT, all).await.is_err() {
            tasks.detach_all();
        }
    }
}
