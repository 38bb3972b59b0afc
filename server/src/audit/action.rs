//! What is worth a line in the audit log.

/// An action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// An account was made or changed.
    UserCreate,
    /// A token was handed out.
    TokenCreate,
    /// A case was accepted.
    CaseRegister,
    /// A file came in, was de-identified and became a case.
    CaseIntake,
    /// A file was turned away by the policy.
    CaseRefused,
    /// A prediction was accepted.
    PredictionRegister,
    /// A model's mask became a label version.
    LabelModel,
    /// A person edited a label.
    LabelEdit,
    /// A label went back to earlier content.
    Rollback,
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
            Self::TokenCreate => "TOKEN_CREATE",
            Self::CaseRegister => "CASE_REGISTER",
            Self::CaseIntake => "CASE_INTAKE",
            Self::CaseRefused => "CASE_REFUSED",
            Self::PredictionRegister => "PREDICTION_REGISTER",
            Self::LabelModel => "LABEL_MODEL",
            Self::LabelEdit => "LABEL_EDIT",
            Self::Rollback => "ROLLBACK",
            Self::RunCreate => "RUN_CREATE",
            Self::RunFinish => "RUN_FINISH",
            Self::RunCancel => "RUN_CANCEL",
            Self::RunRetry => "RUN_RETRY",
        }
    }
}
