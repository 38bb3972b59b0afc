//! Who is signed in to which server, and what that role may do.

/// A password on its way to the server. It stands in no state and in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// A wish about the own account.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountCommand {
    /// Sign in.
    SignIn {
        /// Address of the server.
        server: String,
        /// Name of the account.
        name: String,
        /// Its password.
        password: Secret,
    },
    /// Sign out. What waits to be sent is kept.
    SignOut,
    /// Change the own password.
    ChangePassword {
        /// The one so far.
        current: Secret,
        /// The one from now on.
        new: Secret,
    },
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Name of the account.
    pub name: String,
    /// Its role, as the server names it; empty while the password must be changed.
    pub role: String,
    /// The server lets reviewers decide about labels of their own, as a site with one expert must.
    pub may_review_own: bool,
}

/// The own account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Address of the server; empty when none is set up.
    pub server: String,
    /// Who is signed in; `None` when nobody is, or the server has not said it yet.
    pub who: Option<Who>,
    /// The server was asked, and has not answered.
    pub is_asking: bool,
    /// Everything else is refused until the password is changed.
    pub must_change_password: bool,
    /// Why the last wish failed, one sentence.
    pub failure: Option<String>,
}

impl Account {
    /// True when this person may start and stop runs. The server decides; before it has said who this is, it is asked.
    pub fn may_run(&self) -> bool {
        self.may(&["researcher", "ml-engineer", "admin"])
    }

    /// True when this person may see and change accounts.
    pub fn may_manage(&self) -> bool {
        self.is_one_of(&["admin"])
    }

    /// True when this person may read the audit log.
    pub fn may_audit(&self) -> bool {
        self.is_one_of(&["admin", "auditor"])
    }

    /// True when this person may review a label of `author`: a reviewer, of others' labels or where the own ones may be.
    pub fn may_review(&self, author: &str) -> bool {
        let who = self.who.as_ref();
        let is_other = who.is_some_and(|who| who.may_review_own || who.name != author);
        is_other && self.is_one_of(&["reviewer", "admin"])
    }

    /// True when this person may decide between readings.
    pub fn may_adjudicate(&self) -> bool {
        self.may(&["reviewer", "admin"])
    }

    /// True when this person may make labels, and so may join readings that do not contradict each other.
    pub fn may_label(&self) -> bool {
        self.may(&["labeler", "reviewer", "researcher", "ml-engineer", "admin"])
    }

    fn may(&self, roles: &[&str]) -> bool {
        self.who.is_none() || self.is_one_of(roles)
    }

    fn is_one_of(&self, roles: &[&str]) -> bool {
        self.who
            .as_ref()
            .is_some_and(|who| roles.contains(&who.role.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviewers_review_what_others_made_and_their_own_where_the_server_allows_it() {
        for (role, may_review_own, author, expected) in [
            ("reviewer", false, "grace", true),
            ("admin", false, "grace", true),
            ("labeler", false, "grace", false),
            ("reviewer", false, "ada", false),
            ("reviewer", true, "ada", true),
            ("labeler", true, "ada", false),
        ] {
            let who = Who {
                name: "ada".to_owned(),
                role: role.to_owned(),
                may_review_own,
            };
            let account = Account {
                who: Some(who),
                ..Account::default()
            };
            let found = account.may_review(author);
            assert_eq!(
                found, expected,
                "{role}, own: {may_review_own}, of {author}"
            );
        }
        assert!(!Account::default().may_review("grace"));
    }
}
