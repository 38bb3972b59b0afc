//! Who may do what: accounts, tokens, roles and the table of routes.

mod access;
mod password;
mod role;
mod token;

pub(crate) use access::access_of;
pub use access::{Access, ROUTES, RouteAccess};
pub(crate) use password::{PasswordError, hash_password, verify_password};
pub use role::{Role, UnknownRole};
pub(crate) use token::{Token, hash_bearer};
