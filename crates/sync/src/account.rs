//! Signing in and out, and the own password. Each call waits for the server: it is for a thread that may.

use std::sync::Arc;

use fovea_protocol::{LoginRequest, LoginResponse, PasswordChange};
use reqwest::Method;

use crate::calls::sentence;
use crate::transport::{Answer, Transport as _};
use crate::{Credentials, HttpTransport, TransportError, http};

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Address of the server.
    pub server: String,
    /// Name of the account.
    pub name: String,
    /// Its role; empty while the password must be changed.
    pub role: String,
    /// The server lets reviewers decide about labels of their own.
    pub may_review_own: bool,
    /// Everything else is refused until the password is changed.
    pub must_change_password: bool,
}

/// Signs in to the server at `server`, and keeps what it gave. The error is one sentence.
pub fn sign_in(
    credentials: &Arc<dyn Credentials>,
    server: &str,
    name: &str,
    password: &str,
) -> Result<SignedIn, String> {
    let work = async {
        let transport = HttpTransport::new(server, Arc::clone(credentials))?;
        let ask = LoginRequest {
            name: name.to_owned(),
            password: password.to_owned(),
        };
        let request = transport.request(Method::POST, "/v1/auth/login")?;
        // In nobody's name: what was kept may be another server's.
        let pair: LoginResponse = http::json(http::send(request.json(&ask)).await?).await?;
        credentials
            .keep(&pair)
            .map_err(|error| TransportError::SignInNotKept {
                why: error.to_string(),
            })?;
        let (role, may_review_own) = match pair.must_change_password {
            true => (String::new(), false),
            false => {
                let hello = transport.hello().await?;
                (hello.role, hello.may_review_own)
            }
        };
        Ok(SignedIn {
            server: server.to_owned(),
            name: name.to_owned(),
            role,
            may_review_own,
            must_change_password: pair.must_change_password,
        })
    };
    wait(work).map_err(|error| match error {
        TransportError::Unauthorized => {
            "Name and password do not belong together; try again, or ask an administrator."
                .to_owned()
        }
        error => sentence(&error),
    })
}

/// Changes the own password at the server. The error is one sentence.
pub fn change_password(
    credentials: &Arc<dyn Credentials>,
    server: &str,
    current: &str,
    new: &str,
) -> Result<SignedIn, String> {
    let work = async {
        let transport = HttpTransport::new(server, Arc::clone(credentials))?;
        let ask = PasswordChange {
            current_password: current.to_owned(),
            new_password: new.to_owned(),
        };
        let request = transport.request(Method::POST, "/v1/auth/password")?;
        transport.send(request.json(&ask)).await?;
        let hello = transport.hello().await?;
        Ok(SignedIn {
            server: server.to_owned(),
            name: hello.user,
            role: hello.role,
            may_review_own: hello.may_review_own,
            must_change_password: false,
        })
    };
    wait(work).map_err(|error| match error {
        TransportError::Unauthorized => {
            "The password so far is not this one; type it again.".to_owned()
        }
        error => sentence(&error),
    })
}

/// Signs out: here at once, and at the server if it answers. The error is one sentence.
pub fn sign_out(credentials: &Arc<dyn Credentials>, server: &str) -> Result<(), String> {
    let work = async {
        let transport = HttpTransport::new(server, Arc::clone(credentials))?;
        let request = transport.request(Method::POST, "/v1/auth/logout")?;
        transport.send(request).await.map(drop)
    };
    // A server that is away ends the sign-in by its age.
    let told = wait(work);
    credentials.forget().map_err(|error| {
        format!(
            "The sign-in could not be forgotten ({error}); see to free space, and sign out again."
        )
    })?;
    match told {
        Ok(()) | Err(TransportError::Unauthorized) => Ok(()),
        Err(error) => Err(format!(
            "You are signed out here, but the server was not told. {}",
            sentence(&error)
        )),
    }
}

fn wait<T>(work: impl Future<Output = Answer<T>>) -> Answer<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| TransportError::Unreachable {
            why: error.to_string(),
        })?;
    runtime.block_on(work)
}
