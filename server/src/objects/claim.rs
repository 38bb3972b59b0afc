//! Whose bucket this is: a name in it says so, so that two servers never share one by mistake.

use object_store::{Error, ObjectStoreExt as _, PutMode, PutPayload};
use uuid::Uuid;

use super::{ObjectError, Objects};

impl Objects {
    /// Sees that the store answers, keeps what it has, and belongs to the data of `server_id`. A folder does: it lies
    /// beside its database or was named for it.
    pub(crate) async fn claim(&self, server_id: Uuid) -> Result<(), ObjectError> {
        if self.folder().is_some() {
            return Ok(());
        }
        let owner = server_id.to_string();
        match self.owner().await? {
            Some(found) if found != owner => return Err(ObjectError::OtherServer),
            Some(_) => {}
            None => {
                self.write_marker(&owner).await?;
                // Of two servers that claim it at the same time one was first.
                if self.owner().await? != Some(owner.clone()) {
                    return Err(ObjectError::OtherServer);
                }
            }
        }
        match self.write_marker(&owner).await? {
            Written::WasThere => Ok(()),
            Written::Anew => Err(ObjectError::Unconditional),
        }
    }

    /// An error where the store does not answer.
    pub(crate) async fn reach(&self) -> Result<(), ObjectError> {
        match self.folder() {
            Some(folder) => tokio::fs::metadata(folder)
                .await
                .map(drop)
                .map_err(ObjectError::Key),
            None => self.owner().await.map(drop),
        }
    }

    async fn owner(&self) -> Result<Option<String>, ObjectError> {
        let found = match self.store.get(&self.marker()).await {
            Ok(found) => found.bytes().await?,
            Err(error) => match error.into() {
                ObjectError::Missing => return Ok(None),
                error => return Err(error),
            },
        };
        Ok(Some(String::from_utf8_lossy(&found).trim().to_owned()))
    }

    async fn write_marker(&self, owner: &str) -> Result<Written, ObjectError> {
        let payload = PutPayload::from(owner.to_owned());
        let marker = self.marker();
        let put = self
            .store
            .put_opts(&marker, payload, PutMode::Create.into());
        match put.await {
            Ok(_) => Ok(Written::Anew),
            Err(Error::AlreadyExists { .. }) => Ok(Written::WasThere),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether a create-only write wrote.
enum Written {
    Anew,
    WasThere,
}
