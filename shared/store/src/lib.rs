//! The one DynamoDB table: items, keys, conditions and pages. No rule lives here.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | clearance | `2018-01#20151104027` | `clearance` |
//! | event | `2018-01#20151104027` | `event#000012` |
//! | advisee | `2018-01#advisor#20080123` | student number |
//! | student of an import | `2018-01#import#2#<import>` | student number |
//! | import of a step | `2018-01#begun#2#<import>` | `import` |
//! | colleges of a batch | `2018-01` | `colleges` |
//! | letter | `2018-01#letters` | `000007` |
//! | counter of letters | `2018-01#letters` | `next` |
//! | the same of another paper | `2018-01#letters#transfer` | `000007`, `next` |
//! | a slip that was printed | `slip#2018-01` | the number in its code |
//! | operator | `operators` | staff number |
//! | an operator's event | `operator#20080123` | `event#000001` |
//! | somebody signed out | `signed-out#20080123` | `sessions` |
//! | a session of the university's | `entry#<digest>` | `person` |
//! | a login state that was spent | `entry#<digest>` | `login-state` |
//! | calls of a minute | `budget#20080123` | `decisions#2017-12-20T01:02` |
//! | sign-ins of a day | `sign-ins#2017-12-20#03`, 16 shards | person |
//! | reminded on a day | `reminded#2017-12-20` | person |
//!
//! The index `by_college` holds the outline of each clearance, by college and student number.
//! Every change is one transaction with its events; the document's condition is the version read.

mod admission;
pub mod audit;
mod budget;
mod change;
mod clearances;
mod client;
mod document;
mod error;
mod format;
mod imports;
mod items;
mod keys;
mod letters;
mod lists;
mod meter;
mod operators;
mod pages;
mod people;
mod place;
mod reminders;
pub mod scan;
mod sessions;
mod single;
mod slips;
mod transaction;
pub mod wire;

pub use admission::{Admission, MOST_DOCUMENTS};
pub use change::{Changed, Mode};
pub use clearances::Clearances;
pub use client::Store;
pub use document::{Document, Target};
pub use error::{ChangeError, Listed, StoreError, Unreadable, UnreadableError, Why, place_of};
pub use keys::Item;
pub use lists::Counted;
pub use meter::{Cost, Meter};
pub use pages::{Page, every, pages};
pub use people::Held;
pub use sessions::{AccessEvent, AccessRecord};
