//! What a development database starts with. The names and passwords are the same on every machine and known to all:
//! they must never meet a network.

use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::cli::metadata;
use crate::cli::metadata::MetadataArgs;
use crate::cli::users;
use crate::domain::audit::Context;
use crate::domain::client::ClientMetadata;
use crate::domain::secret::Secret;
use crate::domain::user::Address;
use crate::domain::user::Profile;
use crate::domain::user::UserInput;
use crate::ops;
use crate::ops::Ops;
use crate::ops::clients::SaveClient;
use crate::store;

/// User name and password of somebody to sign in as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) username: &'static str,
    pub(super) password: &'static str,
}

/// May do everything in the console.
pub(super) const ADMIN: Account = Account {
    username: "admin",
    password: "seven quiet lanterns",
};
/// A person with a complete profile.
pub(super) const AMARA: Account = Account {
    username: "amara",
    password: "copper kettle garden",
};
/// `client_id` of the demo application.
pub(super) const CLIENT_ID: &str = "demo";
/// Its secret.
pub(super) const CLIENT_SECRET: &str = "for-development-only";

const REFUSAL: &str = "The development database could not be filled.";

/// Puts in what is missing. What is there already stays as somebody may have changed it, but for the addresses of the
/// demo application, which follow `demo_url`.
pub(super) async fn run(ops: &Ops, demo_url: &str) -> Result<(), CliError> {
    let context = Context::cli();
    if !ops::bootstrap::has_admin(ops).await? {
        let input = UserInput {
            name: Some("Ada Administrator".to_owned()),
            ..person(ADMIN.username)
        };
        let password = Secret::new(ADMIN.password.to_owned());
        users::saved(
            REFUSAL,
            ops::bootstrap::create_admin(ops, &context, input, password).await?,
        )?;
    }
    if store::users::find_for_sign_in(&ops.db, AMARA.username)
        .await?
        .is_none()
    {
        let password = Secret::new(AMARA.password.to_owned());
        users::saved(
            REFUSAL,
            ops::users::create(ops, &context, amara(), Some(password)).await?,
        )?;
    }
    let metadata = demo_client(demo_url)?;
    let id = lookup::client_id(CLIENT_ID)?;
    let outcome = match store::clients::find(&ops.db, &id).await? {
        None => {
            let secret = Secret::new(CLIENT_SECRET.to_owned());
            ops::clients::create(ops, &context, Some(id), Some(secret), metadata).await?
        }
        Some(client) if client.metadata.redirect_uris == metadata.redirect_uris => return Ok(()),
        Some(client) => {
            let (redirect_uris, post_logout_redirect_uris) =
                (metadata.redirect_uris, metadata.post_logout_redirect_uris);
            let moved = ClientMetadata {
                redirect_uris,
                post_logout_redirect_uris,
                ..client.metadata
            };
            ops::clients::update(ops, &context, &id, moved).await?
        }
    };
    match outcome {
        SaveClient::Saved(..) => Ok(()),
        SaveClient::Invalid(problems) => {
            let problems = problems.iter().map(ToString::to_string).collect();
            Err(CliError::refused(
                "The demo application was not registered.",
                problems,
            ))
        }
        SaveClient::Taken | SaveClient::Missing => {
            Err(CliError::new("The demo application was not registered."))
        }
    }
}

fn person(username: &str) -> UserInput {
    UserInput {
        username: username.to_owned(),
        email: Some(format!("{username}@example.test")),
        email_verified: true,
        ..UserInput::default()
    }
}

fn amara() -> UserInput {
    let text = |text: &str| Some(text.to_owned());
    let address = Address {
        formatted: text("12 Harbour Street\nLeeds LS1 4AP\nUnited Kingdom"),
        street_address: text("12 Harbour Street"),
        locality: text("Leeds"),
        region: text("West Yorkshire"),
        postal_code: text("LS1 4AP"),
        country: text("United Kingdom"),
    };
    let profile = Profile {
        given_name: text("Amara"),
        family_name: text("Okafor"),
        middle_name: text("Ngozi"),
        nickname: text("Ama"),
        profile: text("https://example.test/amara"),
        picture: text("https://example.test/amara/picture.jpg"),
        website: text("https://amara.example.test/"),
        gender: text("female"),
        birthdate: text("1987-04-23"),
        zoneinfo: text("Europe/London"),
        locale: text("en-GB"),
        phone_number: text("+44 113 496 0000"),
        phone_number_verified: Some(true),
        address: Some(address),
    };
    UserInput {
        name: text("Amara Ngozi Okafor"),
        profile,
        ..person(AMARA.username)
    }
}

/// The demo application asks for every scope, refreshes, and signs out.
fn demo_client(demo_url: &str) -> Result<ClientMetadata, CliError> {
    let members = serde_json::json!({
        "client_name": "Demo application",
        "redirect_uris": [format!("{demo_url}/callback")],
        "post_logout_redirect_uris": [format!("{demo_url}/")],
        "grant_types": ["authorization_code", "refresh_token"],
        "client_uri": format!("{demo_url}/"),
    });
    let members = members.as_object().cloned().unwrap_or_default();
    Ok(metadata::merge(members, &MetadataArgs::default())?.metadata)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::password;

    #[test]
    fn the_passwords_meet_the_default_policy() {
        for account in [ADMIN, AMARA] {
            let words = [account.username, "example.test", "Gatepost"];
            assert_eq!(
                password::check(account.password, 15, &words),
                Ok(()),
                "{}",
                account.username
            );
        }
    }

    #[test]
    fn the_person_has_every_standard_claim() {
        let input = amara();
        assert_eq!(input.problems(), []);
        let profile = serde_json::to_value(&input.profile).unwrap();
        assert_eq!(profile.as_object().unwrap().len(), 14);
    }

    #[test]
    fn the_demo_application_comes_back_to_its_own_address() {
        let client = demo_client("http://localhost:8081").unwrap();
        assert_eq!(client.redirect_uris[0].as_str(), "http://localhost:8081/callback");
        assert_eq!(
            client.post_logout_redirect_uris[0].as_str(),
            "http://localhost:8081/"
        );
    }
}
