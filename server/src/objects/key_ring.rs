//! The keys of objects: an age identity file that only its owner reads.
//!
//! The first identity of the file seals, every one opens: while a key is being changed, both stand in it. Any `age` tool
//! decrypts an object with it: `age -d -i objects.agekey objects/ab/<sha256>.age`. Whoever has a copy of the objects and
//! not of this file has nothing.

use std::io::{BufRead, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use age::secrecy::ExposeSecret as _;
use age::stream::{StreamReader, StreamWriter};
use age::x25519::{Identity, Recipient};
use age::{Decryptor, Encryptor};

use super::ObjectError;
use crate::secret_file;

/// Identities of one file; clones share them.
#[derive(Clone)]
pub(crate) struct KeyRing(Arc<Keys>);

struct Keys {
    identities: Vec<Identity>,
    /// Of the first one, for which objects are sealed. To work it out costs a good part of sealing a small object.
    recipient: Recipient,
}

impl From<Vec<Identity>> for KeyRing {
    /// There must be at least one.
    fn from(identities: Vec<Identity>) -> Self {
        let recipient = identities[0].to_public();
        Self(Arc::new(Keys {
            identities,
            recipient,
        }))
    }
}

impl KeyRing {
    /// One new identity.
    pub(crate) fn generate() -> Self {
        Self::from(vec![Identity::generate()])
    }

    /// The identities that the text of a file holds.
    pub(crate) fn parse(text: &str) -> Result<Self, ObjectError> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let identities: Result<Vec<Identity>, _> = lines.map(str::parse).collect();
        match identities {
            Ok(identities) if !identities.is_empty() => Ok(identities.into()),
            _ => Err(ObjectError::KeyFormat),
        }
    }

    /// Reads the file at `path`; `None` where there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, ObjectError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ObjectError::Key(error)),
        }
    }

    /// Reads the file at `path`, or makes one with a new identity.
    pub(crate) fn read_or_create(path: &Path) -> Result<Self, ObjectError> {
        if let Some(found) = Self::read(path)? {
            return Ok(found);
        }
        let made = Self::generate();
        match secret_file::create(path, made.to_text().as_bytes()) {
            Ok(true) => Ok(made),
            // Another process was faster.
            Ok(false) => Self::read(path)?.ok_or(ObjectError::KeyFormat),
            Err(error) => Err(ObjectError::Key(error)),
        }
    }

    /// One of these with a new identity before all others: from now on that one seals.
    pub(crate) fn with_new(&self) -> Self {
        let all = std::iter::once(Identity::generate()).chain(self.0.identities.iter().cloned());
        all.collect::<Vec<_>>().into()
    }

    /// The identity that seals, alone.
    pub(crate) fn newest(&self) -> Self {
        self.0.identities[..1].to_vec().into()
    }

    /// How many identities open.
    pub(crate) fn len(&self) -> usize {
        self.0.identities.len()
    }

    /// The identities as the text of a file.
    pub(crate) fn to_text(&self) -> String {
        let mut text = "# keys of the objects; keep a copy apart from the data\n".to_owned();
        for identity in &self.0.identities {
            text.push_str(identity.to_string().expose_secret());
            text.push('\n');
        }
        text
    }

    /// Public name of the identity that seals.
    pub(crate) fn recipient(&self) -> String {
        self.0.recipient.to_string()
    }

    /// True where one of the identities has this public name.
    pub(crate) fn has(&self, recipient: &str) -> bool {
        let mut names = self
            .0
            .identities
            .iter()
            .map(|one| one.to_public().to_string());
        names.any(|name| name == recipient)
    }

    /// Seals `bytes`.
    pub(crate) fn seal(&self, bytes: &[u8]) -> Result<Vec<u8>, ObjectError> {
        let mut sealed = Vec::with_capacity(bytes.len() + bytes.len() / 1_024 + 256);
        self.sealer(&mut sealed)
            .and_then(|mut writer| {
                writer.write_all(bytes)?;
                writer.finish()
            })
            .map_err(|_| ObjectError::Encrypt)?;
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made; `None` when it is damaged or was sealed for somebody else.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(sealed.len());
        self.opener(sealed)?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Seals what is written to it into `output`, once it is finished.
    pub(crate) fn sealer<W: std::io::Write>(&self, output: W) -> std::io::Result<StreamWriter<W>> {
        Encryptor::with_recipients(std::iter::once(&self.0.recipient as &dyn age::Recipient))
            .map_err(std::io::Error::other)?
            .wrap_output(output)
    }

    /// Opens `input` as it is read.
    pub(crate) fn opener<R: BufRead>(&self, input: R) -> Option<StreamReader<R>> {
        let all = self.0.identities.iter();
        let identities = all.map(|identity| identity as &dyn age::Identity);
        Decryptor::new_buffered(input)
            .ok()?
            .decrypt(identities)
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_keys_for_its_owner() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("objects.agekey");
        assert!(KeyRing::read(&path).expect("reads").is_none());
        let made = KeyRing::read_or_create(&path).expect("makes");
        let read = KeyRing::read_or_create(&path).expect("reads");
        assert_eq!(made.recipient(), read.recipient());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).expect("is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
        for nonsense in ["nonsense", "", "# only a comment"] {
            std::fs::write(&path, nonsense).expect("writes");
            let refused = KeyRing::read(&path);
            assert!(matches!(refused, Err(ObjectError::KeyFormat)));
        }
    }

    #[test]
    fn a_changed_byte_anywhere_is_found() {
        let ring = KeyRing::generate();
        let sealed = ring.seal(b"a few bytes").expect("seals");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(ring.open(&changed).is_none(), "byte {at}");
        }
        assert!(ring.open(&sealed[..sealed.len() - 1]).is_none());
    }
}
