//! The requests about accounts.

use fovea_protocol::{
    TokenCreate, TokenCreated, TokensPage, UserChange, UserCreate, UserRecord, UsersPage,
};
use reqwest::{Method, Url};

use crate::http::{HttpTransport, incompatible};
use crate::transport::Answer;

impl HttpTransport {
    /// `GET /v1/users`.
    pub(super) async fn users(&self, after: Option<&str>) -> Answer<UsersPage> {
        let mut url = self.user_url(&[])?;
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        self.json(self.request(Method::GET, url.as_str())?).await
    }

    /// `POST /v1/users`.
    pub(super) async fn create_user(&self, user: &UserCreate) -> Answer<UserRecord> {
        let request = self.request(Method::POST, "/v1/users")?;
        self.json(request.json(user)).await
    }

    /// `PATCH /v1/users/{name}`.
    pub(super) async fn change_user(&self, name: &str, change: &UserChange) -> Answer<UserRecord> {
        let request = self.request(Method::PATCH, self.user_url(&[name])?.as_str())?;
        self.json(request.json(change)).await
    }

    /// `GET /v1/users/{name}/tokens`.
    pub(super) async fn tokens(&self, name: &str) -> Answer<TokensPage> {
        let url = self.user_url(&[name, "tokens"])?;
        self.json(self.request(Method::GET, url.as_str())?).await
    }

    /// `POST /v1/users/{name}/tokens`.
    pub(super) async fn create_token(
        &self,
        name: &str,
        token: &TokenCreate,
    ) -> Answer<TokenCreated> {
        let url = self.user_url(&[name, "tokens"])?;
        let request = self.request(Method::POST, url.as_str())?;
        self.json(request.json(token)).await
    }

    /// `DELETE /v1/users/{name}/tokens/{token_id}`.
    pub(super) async fn end_token(&self, name: &str, token_id: &str) -> Answer<()> {
        let url = self.user_url(&[name, "tokens", token_id])?;
        let request = self.request(Method::DELETE, url.as_str())?;
        self.send(request).await.map(drop)
    }

    /// An address below `/v1/users`; names may hold letters that mean something in an address.
    fn user_url(&self, parts: &[&str]) -> Answer<Url> {
        let mut url = self.url("/v1/users")?;
        url.path_segments_mut()
            .map_err(|()| incompatible("the address takes no path".to_owned()))?
            .extend(parts);
        Ok(url)
    }
}
