//! The client side of the sync protocol: IO diff, pure plan, execute.
//!
//! [`plan`] decides from data alone; [`Round`] reads the outbox, asks the server what it lacks, carries the plan out
//! and applies what others did; [`SyncEngine`] runs rounds on its own thread, when there is something to say and
//! when a server that was away may be back. Saving never waits for any of this. [`UploadEngine`] sends whole scans the same
//! way, on a thread of its own: a scan of minutes holds up no label.

mod account;
mod backoff;
mod calls;
mod credentials;
mod engine;
mod error;
mod http;
mod in_place;
mod pin;
pub mod plan;
mod random;
mod refresh;
mod round;
mod status;
mod thread;
mod transport;
mod upload;
mod wire;
mod words;

pub use account::{SignedIn, change_password, sign_in, sign_out};
pub use backoff::{operation_delay, reconnect_delay};
pub use calls::{Ask, Calls, CallsHandle, Judgement, ReadingPair, Reply};
pub use credentials::{Credentials, FixedToken, Kept, TokenFile};
pub use engine::{EngineParts, SyncEngine, SyncHandle};
pub use error::{RoundError, TransportError};
pub use fovea_local_store::Clock;
pub use fovea_protocol::LoginResponse;
pub use http::HttpTransport;
pub use pin::{BadPin, KeyPin};
pub use random::{Random, SeededRandom};
pub use round::{Round, RoundReport};
pub use status::{Link, SyncEvent, SyncStatus};
pub use transport::{Answer, Transport};
pub use upload::{Passage, UploadEngine, UploadHandle, UploadParts, UploadView};
