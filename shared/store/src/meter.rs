//! Counts what is asked of the table: round trips and capacity units, as DynamoDB reports them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// What has been spent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Calls that were answered.
    pub round_trips: u64,
    /// Capacity units: a read of up to 4 kB is 1 (½ if eventually consistent), a write of 1 kB is 1,
    /// twice that in a transaction.
    pub units: f64,
}

impl std::ops::Sub for Cost {
    type Output = Cost;
    fn sub(self, before: Cost) -> Cost {
        Cost { round_trips: self.round_trips - before.round_trips, units: self.units - before.units }
    }
}

/// A running count, shared by the clones of one store.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    round_trips: AtomicU64,
    half_units: AtomicU64,
}

impl Meter {
    /// What has been spent since the start.
    pub fn read(&self) -> Cost {
        let half_units = u32::try_from(self.0.half_units.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        Cost { round_trips: self.0.round_trips.load(Ordering::Relaxed), units: f64::from(half_units) / 2.0 }
    }

    /// Counts one answered call and the units of every table and index it touched.
    pub(crate) fn record<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        self.0.round_trips.fetch_add(1, Ordering::Relaxed);
        for capacity in consumed {
            // Units come in halves and are never negative, so the doubled number is a whole one.
            let half_units = (capacity.capacity_units().unwrap_or_default() * 2.0) as u64;
            self.0.half_units.fetch_add(half_units, Ordering::Relaxed);
        }
    }
}
