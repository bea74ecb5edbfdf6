//! Whom a client means. CIBA §7.1: exactly one hint.

use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::domain::user::User;
use crate::domain::user::UserStatus;
use crate::error::ProtocolError;
use crate::oidc::ciba::request::Asked;
use crate::ops::Ops;
use crate::ops::id_token_hint;
use crate::store;

/// The person; one who may not sign in is not told from one who is not there.
pub(super) async fn person(ops: &Ops, client: &Client, asked: &Asked) -> Result<User, ProtocolError> {
    let hints = ["login_hint", "id_token_hint", "login_hint_token"];
    let given: Vec<_> = hints
        .iter()
        .filter_map(|name| Some((*name, asked.get(name)?)))
        .collect();
    let found = match given[..] {
        [("login_hint", hint)] => by_name(ops, hint).await?,
        [("id_token_hint", token)] => {
            let person = id_token_hint::person(ops, client, token).await?;
            let invalid = || ProtocolError::invalid_request("The id_token_hint is not one for this client.");
            Some(person.ok_or_else(invalid)?.user)
        }
        [("login_hint_token", _)] => {
            let text = "login_hint_token is not served here. Send login_hint or id_token_hint.";
            return Err(ProtocolError::invalid_request(text));
        }
        _ => {
            let text = "Exactly one of login_hint and id_token_hint must be sent.";
            return Err(ProtocolError::invalid_request(text));
        }
    };
    found
        .filter(|user| user.status == UserStatus::Active)
        .ok_or_else(|| ProtocolError::new(ErrorCode::UnknownUserId, "Nobody fits the hint."))
}

/// By user name, or by a mail address that was verified: anybody may claim one that was not.
async fn by_name(ops: &Ops, hint: &str) -> Result<Option<User>, ProtocolError> {
    let found = store::users::find_for_sign_in(&ops.db, hint).await?;
    let named = found
        .map(|candidate| candidate.user)
        .filter(|user| user.email_verified || user.username.to_lowercase() == hint.trim().to_lowercase());
    Ok(named)
}
