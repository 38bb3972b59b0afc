//! Sign-ins, accounts and their tokens.

use fovea_protocol::*;

use super::NOW_US;

pub(crate) fn login_response() -> LoginResponse {
    LoginResponse {
        token: "fovea_00".into(),
        expires_at_us: NOW_US,
        refresh_token: "fovea_01".into(),
        refresh_expires_at_us: NOW_US + 1,
        must_change_password: false,
    }
}

pub(crate) fn me() -> Me {
    Me {
        name: "ada".into(),
        role: "labeler".into(),
        token_expires_at_us: Some(NOW_US),
    }
}

pub(crate) fn users_page() -> UsersPage {
    UsersPage {
        users: vec![UserRecord {
            name: "ada".into(),
            role: "labeler".into(),
            disabled: false,
            has_password: true,
            must_change_password: true,
            created_at_us: NOW_US,
        }],
        next: Some("ada".into()),
    }
}

pub(crate) fn user_create() -> UserCreate {
    UserCreate {
        name: "ada".into(),
        role: "labeler".into(),
        password: Some("correct horse battery".into()),
    }
}

pub(crate) fn user_change() -> UserChange {
    UserChange {
        role: Some("reviewer".into()),
        disabled: Some(true),
        password: None,
    }
}

pub(crate) fn tokens_page() -> TokensPage {
    TokensPage {
        tokens: vec![TokenRecord {
            token_id: "5f".into(),
            name: "worker in room 3".into(),
            created_at_us: NOW_US,
            expires_at_us: None,
        }],
    }
}

pub(crate) fn token_created() -> TokenCreated {
    TokenCreated {
        token_id: "5f".into(),
        token: "fovea_00".into(),
        expires_at_us: NOW_US,
    }
}

pub(crate) fn case_access() -> CaseAccess {
    CaseAccess {
        sharing: Sharing::Restricted,
        owner: "ada".into(),
        accounts: vec!["bob".into()],
    }
}

pub(crate) fn oidc_started() -> OidcStarted {
    OidcStarted {
        authorization_url: "https://login.example.org/authorize".into(),
        state: "s".into(),
        attempt: "fovea_00".into(),
        expires_at_us: NOW_US,
    }
}

pub(crate) fn oidc_device() -> OidcDevice {
    OidcDevice {
        attempt: "fovea_00".into(),
        user_code: "WDJB-MJHT".into(),
        verification_uri: "https://login.example.org/device".into(),
        verification_uri_complete: None,
        interval_s: 5,
        expires_at_us: NOW_US,
    }
}
