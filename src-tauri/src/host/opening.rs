//! Opening secrets and store on a thread of its own: a keyring may ask its owner, and the window must not wait.

use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use fovea_local_store::Store;
use fovea_phantom::PhantomParams;

use super::Wake;
use crate::keys::{Vault, VaultCredentials};
use crate::launch::WindowOptions;

/// How the sample is called in the list of cases.
const SAMPLE_TITLE: &str = "Sample eye (synthetic)";

/// What the application starts from.
pub(crate) struct Opened {
    /// The open store.
    pub(crate) store: Store,
    /// What this user is signed in to the server with.
    pub(crate) credentials: VaultCredentials,
}

/// The opening in progress.
pub(crate) struct Opening {
    answer: Receiver<anyhow::Result<Opened>>,
}

impl Opening {
    /// Starts to open; `wake` asks for a frame when it is done.
    pub(crate) fn start(options: &WindowOptions, wake: &Wake) -> std::io::Result<Self> {
        let (sender, answer) = sync_channel(1);
        let (options, wake) = (options.clone(), wake.clone());
        std::thread::Builder::new()
            .name("opening".into())
            .spawn(move || {
                // A window that was closed meanwhile needs no answer.
                let _ = sender.send(open(&options));
                wake.frame();
            })?;
        Ok(Self { answer })
    }

    /// The result, once it is there.
    pub(crate) fn poll(&self) -> Option<anyhow::Result<Opened>> {
        match self.answer.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(anyhow::anyhow!(
                "Opening the store stopped because of a defect of the program: start it again, and report the log."
            ))),
        }
    }
}

fn open(options: &WindowOptions) -> anyhow::Result<Opened> {
    let mut vault = Vault::open(&options.data_dir)?;
    let key = vault.store_key()?;
    let token = vault.server_token()?;
    let credentials = VaultCredentials::new(vault, token);
    let mut store = Store::open(&options.data_dir.join(crate::data_dir::STORE_FILE), &key)?;
    if options.sample {
        ensure_sample(&mut store)?;
    }
    Ok(Opened { store, credentials })
}

/// Generates the sample case the first time it is asked for.
fn ensure_sample(store: &mut Store) -> anyhow::Result<()> {
    if store
        .list_cases()?
        .iter()
        .any(|case| case.title == SAMPLE_TITLE)
    {
        return Ok(());
    }
    let phantom = fovea_phantom::generate(PhantomParams::SAMPLE_SEED, &PhantomParams::sample());
    store.import_case(&fovea_app::new_case(&phantom.volume, Some(SAMPLE_TITLE))?)?;
    Ok(())
}
