//! Schemes of themes, as they are kept.

use alinea_proto::v1;
use heed::RwTxn;
use prost::Message;

use super::{
    Store, StoreError,
    commit::{Draft, SOURCE_LEVEL},
    row::SchemeRow,
};

impl Store {
    /// The schemes that are kept, by name, each with its themes.
    pub fn schemes(&self) -> Result<Vec<(String, Vec<v1::Theme>)>, StoreError> {
        let transaction = self.tables.read()?;
        let mut schemes = Vec::new();
        for entry in self.tables.schemes.iter(&transaction)? {
            let (name, packed) = entry?;
            schemes.push((name.to_owned(), unpack(name, packed)?.themes));
        }
        Ok(schemes)
    }

    /// Keeps a scheme, or forgets it when it has no themes given.
    pub(super) fn keep_scheme(
        &self,
        transaction: &mut RwTxn<'_>,
        draft: &mut Draft,
        name: &str,
        themes: Option<Vec<v1::Theme>>,
    ) -> Result<(), StoreError> {
        match themes {
            Some(themes) => {
                let packed = zstd::bulk::compress(
                    &SchemeRow { themes, name: name.to_owned() }.encode_to_vec(),
                    SOURCE_LEVEL,
                )
                .map_err(|error| StoreError::io("compressing a scheme", error))?;
                self.tables.schemes.put(transaction, name, &packed)?;
            }
            None => {
                self.tables.schemes.delete(transaction, name)?;
            }
        }
        draft.schemes = true;
        Ok(())
    }
}

/// A scheme read back.
pub(super) fn unpack(name: &str, packed: &[u8]) -> Result<SchemeRow, StoreError> {
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(format!("scheme {name}: {error}"));
    let bytes = zstd::stream::decode_all(packed).map_err(|error| damaged(&error))?;
    SchemeRow::decode(bytes.as_slice()).map_err(|error| damaged(&error))
}
