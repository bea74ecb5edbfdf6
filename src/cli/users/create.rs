//! `gatepost users create`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::cli::metadata;
use crate::cli::password::PasswordArgs;
use crate::domain::audit::Context;
use crate::domain::id::UserId;
use crate::domain::user::Profile;
use crate::domain::user::UserInput;
use crate::ops;
use crate::ops::Ops;
use crate::ops::users::SaveUser;

/// Who to create.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The name to sign in with
    #[arg(long)]
    username: String,
    /// Mail address
    #[arg(long)]
    email: Option<String>,
    /// Trust the mail address
    #[arg(long)]
    email_verified: bool,
    /// Full name
    #[arg(long)]
    name: Option<String>,
    /// Given name
    #[arg(long)]
    given_name: Option<String>,
    /// Family name
    #[arg(long)]
    family_name: Option<String>,
    /// Middle name
    #[arg(long)]
    middle_name: Option<String>,
    /// Nickname
    #[arg(long)]
    nickname: Option<String>,
    /// Language, such as en or de-CH
    #[arg(long)]
    locale: Option<String>,
    /// Time zone, such as Europe/Zurich
    #[arg(long)]
    zoneinfo: Option<String>,
    /// Telephone number
    #[arg(long)]
    phone_number: Option<String>,
    /// A JSON file with standard claims (OIDC Core §5.1), or - for standard input; options win over it
    #[arg(long = "profile", value_name = "FILE")]
    profile_file: Option<PathBuf>,
    /// A global role to give, by name or id; may be repeated
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Create the user without a password; they get one with `users reset-link`
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Runs the command.
pub(super) async fn run(args: &CreateArgs, ops: &Ops) -> Result<Answer, CliError> {
    let input = args.input()?;
    let mut roles = Vec::new();
    for role in &args.roles {
        roles.push(lookup::role(ops, role, None).await?);
    }
    let password = if args.no_password {
        None
    } else {
        Some(args.password.read()?)
    };
    let outcome = ops::users::create(ops, &Context::cli(), input, password).await?;
    let id = saved("The user was not created.", outcome)?;
    for role in &roles {
        ops::roles::assign(ops, &Context::cli(), &id, &role.id).await?;
    }
    let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    let json = json!({ "id": id, "username": args.username.trim(), "roles": names });
    Ok(Answer::new(
        format!("User {} was created: {id}", args.username.trim()),
        json,
    ))
}

impl CreateArgs {
    /// The file with the options over it.
    fn input(&self) -> Result<UserInput, CliError> {
        let mut input = match &self.profile_file {
            Some(path) => from_claims(metadata::read_object(path)?)?,
            None => UserInput::default(),
        };
        input.username.clone_from(&self.username);
        input.email_verified |= self.email_verified;
        let profile = &mut input.profile;
        for (field, option) in [
            (&mut input.email, &self.email),
            (&mut input.name, &self.name),
            (&mut profile.given_name, &self.given_name),
            (&mut profile.family_name, &self.family_name),
            (&mut profile.middle_name, &self.middle_name),
            (&mut profile.nickname, &self.nickname),
            (&mut profile.locale, &self.locale),
            (&mut profile.zoneinfo, &self.zoneinfo),
            (&mut profile.phone_number, &self.phone_number),
        ] {
            if option.is_some() {
                field.clone_from(option);
            }
        }
        Ok(input)
    }
}

/// Claims that are fields of their own, apart from the profile.
const OWN_FIELDS: &[&str] = &["email", "email_verified", "name"];

/// The standard claims that are in the profile.
const PROFILE_FIELDS: &[&str] = &[
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
];

/// From a flat object of standard claims.
fn from_claims(claims: serde_json::Map<String, serde_json::Value>) -> Result<UserInput, CliError> {
    let mut own = serde_json::Map::new();
    let mut profile = serde_json::Map::new();
    let mut problems = Vec::new();
    for (name, value) in claims {
        let single = serde_json::Map::from_iter([(name.clone(), value.clone())]);
        if OWN_FIELDS.contains(&name.as_str()) {
            let checked = serde_json::from_value::<UserInput>(single.into());
            problems.extend(checked.err().map(|error| format!("{name}: {error}")));
            own.insert(name, value);
        } else if PROFILE_FIELDS.contains(&name.as_str()) {
            let checked = serde_json::from_value::<Profile>(single.into());
            problems.extend(checked.err().map(|error| format!("{name}: {error}")));
            profile.insert(name, value);
        } else {
            problems.push(format!("{name}: is not a standard claim that can be set"));
        }
    }
    own.insert("profile".to_owned(), profile.into());
    match serde_json::from_value(own.into()) {
        Ok(input) if problems.is_empty() => Ok(input),
        _ => Err(CliError::refused("The profile cannot be used.", problems)),
    }
}

/// The person that was saved, or why not; `refusal` says what was not done.
pub(in crate::cli) fn saved(refusal: &str, outcome: SaveUser) -> Result<UserId, CliError> {
    let details = match outcome {
        SaveUser::Saved(id) => return Ok(id),
        SaveUser::Invalid(problems) => problems.iter().map(ToString::to_string).collect(),
        SaveUser::Taken(field) => vec![format!("{field} belongs to somebody else")],
        SaveUser::Weak(weak) => vec![weak.to_string()],
        SaveUser::Missing => vec!["There is no such user any more.".to_owned()],
    };
    Err(CliError::refused(refusal, details))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn claims(json: &str) -> Result<UserInput, CliError> {
        let Ok(Value::Object(map)) = serde_json::from_str(json) else {
            panic!("not an object")
        };
        from_claims(map)
    }

    #[test]
    fn claims_find_their_fields() {
        let input =
            claims(r#"{"name":"A","email_verified":true,"birthdate":"1980","address":{"locality":"X"}}"#);
        let input = input.unwrap();
        assert_eq!((input.name.as_deref(), input.email_verified), (Some("A"), true));
        assert_eq!(input.profile.address.unwrap().locality.as_deref(), Some("X"));
    }

    #[test]
    fn every_claim_that_cannot_be_used_is_named() {
        let error = claims(r#"{"nick":"x","name":3,"address":"here","sub":"1"}"#)
            .unwrap_err()
            .to_string();
        for name in ["nick", "name", "address", "sub"] {
            assert!(error.contains(&format!("\n  {name}: ")), "{name} in {error}");
        }
    }
}
