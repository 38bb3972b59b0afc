//! `[oidc]` in `server.toml`.

use std::path::{Path, PathBuf};

use openidconnect::{ClientId, IssuerUrl};
use reqwest::Url;
use serde::Deserialize;

use crate::auth::Role;

/// As it stands in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcSection {
    /// The provider, as it names itself.
    issuer: String,
    /// What it knows this server by.
    client_id: String,
    /// File with the client's secret on its first line, for a provider that gave one.
    client_secret_file: Option<PathBuf>,
    /// What is asked for beside `openid`.
    #[serde(default = "default_scopes")]
    scopes: Vec<String>,
    /// The claim that becomes the name of the account.
    #[serde(default = "default_name_claim")]
    name_claim: String,
    /// The claim that decides about the role: a text, or a list of texts.
    role_claim: String,
    /// Which of its values is which role; the first that a person has counts.
    roles: Vec<RoleSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleSection {
    value: String,
    role: String,
}

fn default_scopes() -> Vec<String> {
    ["profile", "email"].map(String::from).to_vec()
}

fn default_name_claim() -> String {
    "preferred_username".into()
}

/// The settings in force.
#[derive(Clone)]
pub(crate) struct OidcSettings {
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) client_secret: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) name_claim: String,
    pub(super) role_claim: String,
    pub(super) roles: Vec<(String, Role)>,
}

impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcSettings").finish_non_exhaustive()
    }
}

impl OidcSection {
    /// Checks the section; paths are relative to `folder`. An error is half a sentence.
    pub(crate) fn settings(self, folder: &Path) -> Result<OidcSettings, String> {
        let issuer = IssuerUrl::new(self.issuer.clone())
            .ok()
            .filter(|issuer| is_trusted(issuer.url()))
            .ok_or("[oidc] issuer must begin with https://, or be on this machine")?;
        if self.client_id.is_empty() || self.roles.is_empty() {
            return Err("[oidc] needs a client_id and at least one entry of roles".into());
        }
        let role = |section: RoleSection| match section.role.parse() {
            Ok(role) => Ok((section.value, role)),
            Err(error) => Err(format!("[oidc] roles: {error}")),
        };
        let read = |path: PathBuf| {
            let path = folder.join(path);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("[oidc]: {} cannot be read: {error}", path.display()))?;
            Ok::<_, String>(text.lines().next().unwrap_or_default().trim().to_owned())
        };
        Ok(OidcSettings {
            issuer,
            client_id: ClientId::new(self.client_id),
            client_secret: self.client_secret_file.map(read).transpose()?,
            scopes: self.scopes,
            name_claim: self.name_claim,
            role_claim: self.role_claim,
            roles: self.roles.into_iter().map(role).collect::<Result<_, _>>()?,
        })
    }
}

/// Nobody on the way must be able to answer in the provider's place.
pub(super) fn is_trusted(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => ["127.0.0.1", "[::1]", "localhost"].contains(&host),
        _ => false,
    }
}
