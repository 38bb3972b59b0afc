//! Accounts of the server, as an administrator sees them. The server's own records stand in the state.

use fovea_protocol::{
    TokenCreate, TokenCreated, TokenRecord, UserChange, UserCreate, UserRecord, UsersPage,
};

/// A wish about the accounts of the server.
#[derive(Clone, Debug, PartialEq)]
pub enum UsersCommand {
    /// Ask for the accounts again.
    Refresh,
    /// Show more accounts.
    More,
    /// Show this account.
    Choose(String),
    /// Show the form for a new account, or no form.
    AskForNew(bool),
    /// Make an account.
    Create(UserCreate),
    /// Change an account.
    Change(String, UserChange),
    /// Make a token for an account.
    MakeToken(String, TokenCreate),
    /// End a token of an account.
    EndToken(String, String),
    /// The token that was made is written down, and shown no more.
    HideToken,
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Users {
    /// By name; `None` before the server has answered.
    pub list: Option<Vec<UserRecord>>,
    /// Where more begin; `None` when there are none.
    pub more: Option<String>,
    /// The account that is shown.
    pub chosen: Option<String>,
    /// Its tokens, once they are here.
    pub tokens: Option<Vec<TokenRecord>>,
    /// A token that was just made, which the server shows only once.
    pub made: Option<TokenCreated>,
    /// The form for a new account is shown.
    pub is_new: bool,
    /// The server was asked to change something, and has not answered.
    pub is_asking: bool,
}

impl Users {
    /// The account that is shown.
    pub fn shown(&self) -> Option<&UserRecord> {
        let chosen = self.chosen.as_ref()?;
        self.list.as_ref()?.iter().find(|user| user.name == *chosen)
    }

    pub(crate) fn take_page(&mut self, after: Option<&str>, page: UsersPage) {
        match (after, &mut self.list) {
            (Some(_), Some(list)) => list.extend(page.users),
            _ => self.list = Some(page.users),
        }
        self.more = page.next;
    }

    /// An account as it is now; one that is new is shown.
    pub(crate) fn take_one(&mut self, user: UserRecord) {
        self.is_asking = false;
        let list = self.list.get_or_insert_default();
        match list.iter_mut().find(|known| known.name == user.name) {
            Some(known) => *known = user,
            None => {
                self.is_new = false;
                self.chosen = Some(user.name.clone());
                self.tokens = Some(Vec::new());
                list.push(user);
                list.sort_by(|one, other| one.name.cmp(&other.name));
            }
        }
    }
}
