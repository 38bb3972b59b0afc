//! What is worth a line in the audit log.

/// An action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// An account was made or changed.
    UserCreate,
    /// An account was changed, closed or opened again.
    UserUpdate,
    /// A token was handed out.
    TokenCreate,
    /// A token was ended.
    TokenRevoke,
    /// Somebody signed in.
    SignIn,
    /// A sign-in got its next pair of tokens.
    SignInRefresh,
    /// A refresh token came a second time, and its sign-in was ended.
    SignInReuse,
    /// So many sign-ins failed that the next ones must wait.
    SignInSlowed,
    /// Somebody signed out.
    SignOut,
    /// Somebody changed the own password.
    PasswordChange,
    /// A case was accepted.
    CaseRegister,
    /// A file came in, was de-identified and became a case.
    CaseIntake,
    /// A file was turned away by the policy.
    CaseRefused,
    /// A copy of everything was begun.
    Backup,
    /// The data came from a backup.
    Restore,
    /// The data came from another home.
    StoreMove,
    /// Objects are sealed with a new key from here on.
    KeyRotate,
    /// Keys that no object needs any more were given up.
    KeyRetire,
    /// It was said anew who may see a case.
    CaseShare,
    /// A prediction was accepted.
    PredictionRegister,
    /// A model's mask became a label version.
    LabelModel,
    /// A person edited a label.
    LabelEdit,
    /// A label went back to earlier content.
    Rollback,
    /// Two heads of a tile joined by themselves.
    LabelMerge,
    /// A reviewer joined two heads of a tile.
    Adjudicate,
    /// A reviewer found a label right.
    LabelAccept,
    /// A reviewer sent a label back to its author.
    LabelReject,
    /// A label became the approved one of its tile.
    LabelApprove,
    /// The queue was to be scored again.
    QueueRecompute,
    /// The queue was scored again.
    QueueRecomputed,
    /// A run was asked for.
    RunCreate,
    /// A run came to its end.
    RunFinish,
    /// A person stopped a run.
    RunCancel,
    /// A person had a run tried again.
    RunRetry,
}

impl Action {
    /// Its name in the log.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::UserCreate => "USER_CREATE",
            Self::UserUpdate => "USER_UPDATE",
            Self::TokenCreate => "TOKEN_CREATE",
            Self::TokenRevoke => "TOKEN_REVOKE",
            Self::SignIn => "SIGN_IN",
            Self::SignInRefresh => "SIGN_IN_REFRESH",
            Self::SignInReuse => "SIGN_IN_REUSE",
            Self::SignInSlowed => "SIGN_IN_SLOWED",
            Self::SignOut => "SIGN_OUT",
            Self::PasswordChange => "PASSWORD_CHANGE",
            Self::CaseRegister => "CASE_REGISTER",
            Self::CaseIntake => "CASE_INTAKE",
            Self::CaseRefused => "CASE_REFUSED",
            Self::Backup => "BACKUP",
            Self::Restore => "RESTORE",
            Self::StoreMove => "STORE_MOVE",
            Self::KeyRotate => "KEY_ROTATE",
            Self::KeyRetire => "KEY_RETIRE",
            Self::CaseShare => "CASE_SHARE",
            Self::PredictionRegister => "PREDICTION_REGISTER",
            Self::LabelModel => "LABEL_MODEL",
            Self::LabelEdit => "LABEL_EDIT",
            Self::Rollback => "ROLLBACK",
            Self::LabelMerge => "LABEL_MERGE",
            Self::Adjudicate => "ADJUDICATE",
            Self::LabelAccept => "LABEL_ACCEPT",
            Self::LabelReject => "LABEL_REJECT",
            Self::LabelApprove => "LABEL_APPROVE",
            Self::QueueRecompute => "QUEUE_RECOMPUTE",
            Self::QueueRecomputed => "QUEUE_RECOMPUTED",
            Self::RunCreate => "RUN_CREATE",
            Self::RunFinish => "RUN_FINISH",
            Self::RunCancel => "RUN_CANCEL",
            Self::RunRetry => "RUN_RETRY",
        }
    }
}
