//! Opening the local store without a window.

use fovea_local_store::Store;

use super::arguments::StoreArguments;
use super::exit::Failure;
use crate::keys::Vault;

/// The store of the chosen folder, with its key from the keyring or the passphrase file.
pub(super) fn open(arguments: &StoreArguments) -> Result<Store, Failure> {
    let folder = crate::data_dir::open(arguments.data_dir.clone())
        .map_err(|error| Failure::environment(format!("{error:#}")))?;
    let key = Vault::open(&folder)
        .and_then(|mut vault| vault.store_key())
        .map_err(Failure::environment)?;
    Store::open(&folder.join(crate::data_dir::STORE_FILE), &key).map_err(Failure::environment)
}
