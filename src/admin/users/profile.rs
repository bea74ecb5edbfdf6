//! The profile tab: every standard claim of a person. OIDC Core §5.1.

use askama::Template;
use askama_web::WebTemplate;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::typed::Typed;
use crate::admin::typed::some;
use crate::admin::users::WRITE;
use crate::admin::users::frame;
use crate::admin::users::frame::Frame;
use crate::domain::id::UserId;
use crate::domain::user::Address;
use crate::domain::user::Profile;
use crate::domain::user::User;
use crate::domain::user::UserInput;
use crate::error::PageError;
use crate::ops;
use crate::ops::users::SaveUser;
use crate::web::csrf::CheckedForm;
use crate::web::params::Params;
use crate::web::path::Path;
use crate::web::shell::Shell;

/// A field of the form: name, label, hint.
type Field = (&'static str, &'static str, &'static str);

const CLAIMS: &[Field] = &[
    ("given_name", "Given name", ""),
    ("middle_name", "Middle name", ""),
    ("family_name", "Family name", ""),
    ("nickname", "Nickname", ""),
    ("profile", "Profile page", "A web address."),
    ("picture", "Picture", "A web address."),
    ("website", "Website", "A web address."),
    ("gender", "Gender", ""),
    ("birthdate", "Date of birth", "YYYY-MM-DD, 0000-MM-DD or YYYY."),
    ("zoneinfo", "Time zone", "Such as Europe/Berlin."),
    ("locale", "Language", "Such as en-US."),
    ("phone_number", "Telephone", "Such as +49 30 1234."),
];

const ADDRESS: &[Field] = &[
    ("street_address", "Street", ""),
    ("postal_code", "Post code", ""),
    ("locality", "City", ""),
    ("region", "Region", ""),
    ("country", "Country", ""),
    ("formatted", "Whole address", "As on a label; overrides nothing."),
];

#[derive(Template, WebTemplate)]
#[template(path = "admin/users/profile.html")]
struct ProfilePage {
    shell: Shell,
    frame: Frame,
    typed: Typed,
    claims: &'static [Field],
    address: &'static [Field],
}

async fn render(admin: &mut Admin, frame: Frame, typed: Typed) -> Result<Response, PageError> {
    let status = if typed.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let shell = admin.shell(frame.user.display_name()).await?;
    Ok((
        status,
        ProfilePage {
            shell,
            frame,
            typed,
            claims: CLAIMS,
            address: ADDRESS,
        },
    )
        .into_response())
}

/// `GET /admin/users/{id}`.
pub(super) async fn page(mut admin: Admin, Path(id): Path<UserId>) -> Result<Response, PageError> {
    let frame = frame::frame(&admin, &id, "").await?;
    let typed = stored(&frame.user);
    render(&mut admin, frame, typed).await
}

/// `POST /admin/users/{id}`.
pub(super) async fn save(
    mut admin: Admin,
    Path(id): Path<UserId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    admin.require_over(&id).await?;
    let mut typed = Typed::sent(&form);
    match ops::users::update(admin.ops(), &admin.context(), &id, input(&form)).await? {
        SaveUser::Saved(_) => return admin.done("ok", "Profile saved.", &link::user(&id)).await,
        SaveUser::Invalid(problems) => problems.iter().for_each(|p| typed.wrong(p.field, p.problem)),
        SaveUser::Taken(field) => typed.wrong(field, "belongs to another user"),
        SaveUser::Weak(_) | SaveUser::Missing => return Err(PageError::not_found()),
    }
    let frame = frame::frame(&admin, &id, "").await?;
    render(&mut admin, frame, typed).await
}

fn stored(user: &User) -> Typed {
    let typed = Typed::default()
        .with("username", &user.username)
        .with("name", user.name.clone().unwrap_or_default())
        .with("email", user.email.clone().unwrap_or_default())
        .ticked("email_verified", user.email_verified)
        .ticked(
            "phone_number_verified",
            user.profile.phone_number_verified == Some(true),
        );
    // the fields carry the names of the claims, and so does the stored form
    let profile = serde_json::to_value(&user.profile).unwrap_or_default();
    let text = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let typed = CLAIMS
        .iter()
        .fold(typed, |typed, (name, ..)| typed.with(name, text(&profile, name)));
    ADDRESS.iter().fold(typed, |typed, (name, ..)| {
        typed.with(name, text(&profile["address"], name))
    })
}

fn input(form: &Params) -> UserInput {
    let text = |name: &str| some(&form.text(name));
    let address = Address {
        formatted: some(form.get("formatted").unwrap_or("")),
        street_address: text("street_address"),
        locality: text("locality"),
        region: text("region"),
        postal_code: text("postal_code"),
        country: text("country"),
    };
    let phone_number = text("phone_number");
    let profile = Profile {
        given_name: text("given_name"),
        family_name: text("family_name"),
        middle_name: text("middle_name"),
        nickname: text("nickname"),
        profile: text("profile"),
        picture: text("picture"),
        website: text("website"),
        gender: text("gender"),
        birthdate: text("birthdate"),
        zoneinfo: text("zoneinfo"),
        locale: text("locale"),
        phone_number_verified: phone_number
            .as_ref()
            .map(|_| form.get("phone_number_verified").is_some()),
        phone_number,
        address: (address != Address::default()).then_some(address),
    };
    UserInput {
        username: form.text("username"),
        email: text("email"),
        email_verified: form.get("email_verified").is_some(),
        name: text("name"),
        profile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::domain::user::UserStatus;

    #[test]
    fn what_the_form_shows_is_what_it_saves() {
        let fields: Vec<String> = CLAIMS
            .iter()
            .chain(ADDRESS)
            .map(|(name, ..)| format!("{name}=x-{name}"))
            .collect();
        let form = format!(
            "username=amara&email=a%40b.test&email_verified=on&name=Amara&{}",
            fields.join("&")
        );
        let input = input(&Params::parse(form.as_bytes()).unwrap());
        let at = Timestamp::from_secs(1);
        let user = User {
            id: UserId::from_bits(1),
            username: input.username.clone(),
            email: input.email.clone(),
            email_verified: input.email_verified,
            name: input.name.clone(),
            profile: input.profile.clone(),
            status: UserStatus::Active,
            has_password: false,
            created_at: at,
            updated_at: at,
            last_sign_in_at: None,
        };
        let shown = stored(&user);
        for (name, ..) in CLAIMS.iter().chain(ADDRESS) {
            assert_eq!(shown.v(name), format!("x-{name}"));
        }
        assert!(shown.on("email_verified") && !shown.on("phone_number_verified"));
    }
}
