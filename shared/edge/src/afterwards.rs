//! Work that nobody waits for: it is done after the answer has gone out, and before the execution
//! environment takes its next request or is frozen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

/// How long the next request may be kept waiting by it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Work under way. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Afterwards(Arc<Mutex<JoinSet<()>>>);

impl Afterwards {
    /// Begins a piece of work and doesn't wait for it.
    pub fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// Waits until all of it is done. What takes too long goes on beside the next request.
    pub async fn finish(&self) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if tasks.is_empty() {
            return;
        }
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            tasks.detach_all();
        }
    }
}
