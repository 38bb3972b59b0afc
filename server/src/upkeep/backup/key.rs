//! The key of a folder of backups, and the passphrase that it is sealed with.

use std::io::{Read as _, Write as _};
use std::path::Path;

use age::scrypt;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor};

use super::super::UpkeepError;
use super::super::error::at;
use crate::objects::{KeyRing, ObjectError};
use crate::secret_file;

const FILE: &str = "key.age";
/// Work of turning a passphrase into a key, as a power of two: half a second and 128 MiB. It is fixed, because one that
/// is measured depends on what else the machine does. A build for tests is many times slower.
const WORK: u8 = if cfg!(debug_assertions) { 11 } else { 17 };
/// More is not begun: a file that asks for it was not written here.
const WORK_MAX: u8 = 22;
/// Characters of a passphrase.
const PASSPHRASE_LEN_MIN: usize = 12;

/// A passphrase. Its text form shows nothing of it.
pub(in crate::upkeep) struct Passphrase(SecretString);

impl Passphrase {
    /// The first line of the file at `path`.
    pub(in crate::upkeep) fn read(path: &Path) -> Result<Self, UpkeepError> {
        let text = std::fs::read_to_string(path).map_err(at(path))?;
        let line = text.lines().next().unwrap_or_default().trim();
        match line.chars().count() >= PASSPHRASE_LEN_MIN {
            true => Ok(Self(SecretString::from(line.to_owned()))),
            false => Err(UpkeepError::PassphraseShort),
        }
    }
}

/// The key of the backups in `folder`; `None` where there is none yet.
pub(in crate::upkeep) fn unlock(
    folder: &Path,
    passphrase: &Passphrase,
) -> Result<Option<KeyRing>, UpkeepError> {
    let path = folder.join(FILE);
    let sealed = match std::fs::read(&path) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(&path)(error)),
    };
    let damaged = || UpkeepError::Damaged(FILE.to_owned());
    let decryptor = Decryptor::new_buffered(&sealed[..]).map_err(|_| damaged())?;
    let mut identity = scrypt::Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(WORK_MAX);
    let opened = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity));
    let mut text = String::new();
    let mut opened = opened.map_err(|error| match error {
        DecryptError::ExcessiveWork { .. } => damaged(),
        _ => UpkeepError::Passphrase,
    })?;
    opened.read_to_string(&mut text).map_err(|_| damaged())?;
    KeyRing::parse(&text).map(Some).map_err(|_| damaged())
}

/// As [`unlock`]; a folder without a key gets one.
pub(super) fn unlock_or_make(
    folder: &Path,
    passphrase: &Passphrase,
) -> Result<KeyRing, UpkeepError> {
    if let Some(ring) = unlock(folder, passphrase)? {
        return Ok(ring);
    }
    let ring = KeyRing::generate();
    let mut recipient = scrypt::Recipient::new(passphrase.0.clone());
    recipient.set_work_factor(WORK);
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient));
    let encryptor = encryptor.map_err(|_| ObjectError::Encrypt)?;
    let mut sealed = Vec::new();
    let written = encryptor.wrap_output(&mut sealed).and_then(|mut output| {
        output.write_all(ring.to_text().as_bytes())?;
        output.finish()
    });
    written.map_err(|_| ObjectError::Encrypt)?;
    let path = folder.join(FILE);
    secret_file::create(&path, &sealed).map_err(at(&path))?;
    Ok(ring)
}
