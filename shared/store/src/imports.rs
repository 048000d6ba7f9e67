//! Imports: who began each, and whether it has been undone. What one decided is linked to it (`lists`).

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, TransactWriteItem};
use domain::batch::Batch;
use domain::ids::{BatchId, ImportId, PersonId, StepNumber};
use domain::import::Import;

use crate::client::Store;
use crate::error::{Context as _, StoreError, UnreadableError};
use crate::format::{IMPORT, V};
use crate::items;
use crate::keys::{self, BY, Item, UNDONE};

impl Store {
    /// An import of a step, if it has begun.
    pub async fn import(
        &self,
        batch: &BatchId,
        step: StepNumber,
        name: &ImportId,
    ) -> Result<Option<Import>, StoreError> {
        let item = self.get(keys::begun_import(batch, step, name), "get an import").await?;
        Ok(item.as_ref().map(read).transpose()?)
    }

    /// Begins an import, unless somebody has; then that one is given back.
    pub async fn begin_import(
        &self,
        batch: &Batch,
        step: StepNumber,
        name: &ImportId,
        import: Import,
    ) -> Result<Import, StoreError> {
        let item = written(batch.id(), step, name, &import);
        if self.put_if_absent(items::with_ttl(item, Some(batch)), "begin an import").await? {
            return Ok(import);
        }
        self.import(batch.id(), step, name).await?.ok_or(IMPORT.broken().into())
    }

    /// Ends an import: any later write of it fails its condition check.
    pub async fn end_import(
        &self,
        batch: &Batch,
        step: StepNumber,
        name: &ImportId,
        import: Import,
    ) -> Result<(), StoreError> {
        let undone = Import { undone: true, ..import };
        let item = items::with_ttl(written(batch.id(), step, name, &undone), Some(batch));
        self.put_item(item, "end an import").await
    }

    /// Holds only while an import is open, and is this person's.
    pub(crate) fn import_is_open(
        &self,
        batch: &BatchId,
        step: StepNumber,
        name: &ImportId,
        by: &PersonId,
    ) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(keys::begun_import(batch, step, name)))
            .condition_expression("#by = :by AND #undone = :no")
            .expression_attribute_names("#by", BY)
            .expression_attribute_names("#undone", UNDONE)
            .expression_attribute_values(":by", keys::text(by.key()))
            .expression_attribute_values(":no", AttributeValue::Bool(false));
        let check = check.build().during("describe a check")?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }
}

/// An import's item, without its expiry.
pub(crate) fn written(batch: &BatchId, step: StepNumber, name: &ImportId, import: &Import) -> Item {
    let mut item = keys::begun_import(batch, step, name);
    item.insert(BY.to_owned(), keys::text(import.by.key()));
    item.insert(UNDONE.to_owned(), AttributeValue::Bool(import.undone));
    IMPORT.written(item)
}

pub(crate) fn read(item: &Item) -> Result<Import, UnreadableError> {
    IMPORT.check(item.get(V))?;
    let by = item.get(BY).and_then(|by| by.as_s().ok()).and_then(|by| by.parse().ok());
    let undone = item.get(UNDONE).and_then(|undone| undone.as_bool().ok()).copied();
    let (by, undone) = by.zip(undone).ok_or(IMPORT.broken())?;
    Ok(Import { by, undone })
}
