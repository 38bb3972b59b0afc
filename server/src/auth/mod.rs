//! Who may do what: accounts, tokens, roles and the table of routes.

mod access;
mod password;
mod role;
mod token;

pub use access::{Access, ROUTES, RouteAccess};
pub(crate) use access::{access_of, is_open_before_password_change};
pub(crate) use password::{PasswordError, generate_password, hash_password, verify_password};
pub use role::{Role, UnknownRole};
pub(crate) use token::{Token, hash_bearer, hash_token};
