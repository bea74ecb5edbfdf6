//! One family: what became of each of its refresh tokens.

use askama::Template;
use askama_web::WebTemplate;

use crate::admin::families::revoke;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::question::Question;
use crate::admin::view;
use crate::domain::id::FamilyId;
use crate::domain::permission::Area;
use crate::domain::time::Timestamp;
use crate::domain::token_family::EndReason;
use crate::domain::token_family::FamilyDetail;
use crate::domain::token_family::FamilyState;
use crate::domain::token_family::LineageToken;
use crate::domain::token_family::RepeatedUse;
use crate::error::PageError;
use crate::store;
use crate::web::path::Path;
use crate::web::shell::Shell;
use crate::web::when::When;

#[derive(Template, WebTemplate)]
#[template(path = "admin/family.html")]
pub(super) struct FamilyPage {
    shell: Shell,
    detail: FamilyDetail,
    short: String,
    kind: &'static str,
    state: String,
    cause: Option<Cause>,
    lineage: Vec<TokenView>,
    user_href: String,
    client_href: String,
    session_href: Option<String>,
    started: When,
    last_used: When,
    expires: When,
    signed_in: When,
    ended: bool,
    questions: Vec<Question>,
}

/// Why a family ended, in a sentence.
struct Cause {
    level: &'static str,
    title: String,
    text: String,
}

/// One refresh token of the rail.
struct TokenView {
    class: &'static str,
    title: String,
    kind: &'static str,
    badge: &'static str,
    meta: String,
    forks: Vec<Fork>,
}

/// A later use of a used token.
struct Fork {
    level: &'static str,
    title: &'static str,
    meta: String,
}

/// `GET /admin/families/{id}`.
pub(super) async fn page(mut admin: Admin, Path(id): Path<FamilyId>) -> Result<FamilyPage, PageError> {
    let found = store::families::find(&admin.ops().db, &id, admin.now()).await?;
    let detail = found.ok_or_else(PageError::not_found)?;
    let shell = admin
        .shell(format!("Token family {}", view::short(id.as_str())))
        .await?;
    let family = &detail.view;
    let (kind, state) = view::family_state(family.state);
    let mut questions = Vec::new();
    if admin.may_write(Area::Tokens) {
        if family.state == FamilyState::Active {
            questions.push(revoke::question(family, &link::family(&id)));
        }
        questions.push(revoke::question_user(&family.user_id, &family.user_name));
        questions.push(revoke::question_client(&family.client_id, &family.client_name));
    }
    Ok(FamilyPage {
        short: view::short(id.as_str()),
        kind,
        state,
        cause: cause(&detail),
        lineage: lineage(&detail),
        user_href: link::user(&family.user_id),
        client_href: link::client(&family.client_id),
        session_href: family.session_id.as_ref().map(link::session),
        started: When::exact(family.created_at),
        last_used: When::exact(family.last_used_at),
        expires: When::exact(family.expires_at),
        signed_in: When::exact(detail.granted.auth_time),
        ended: matches!(family.state, FamilyState::Ended(..)),
        questions,
        detail,
        shell,
    })
}

fn cause(detail: &FamilyDetail) -> Option<Cause> {
    let FamilyState::Ended(at, reason) = detail.view.state else {
        return None;
    };
    let name = &detail.view.user_name;
    let (level, title, text) = match reason {
        EndReason::Reuse => {
            let twice = detail
                .lineage
                .iter()
                .find(|t| t.repeats.iter().any(|r| !r.allowed));
            let number = twice.map_or(detail.view.generation, |t| t.generation);
            let title = format!("Token {number} was presented a second time");
            let text = format!(
                "It had already been exchanged for token {}. Every token in this family was revoked and {name} must \
                 sign in again.",
                number + 1
            );
            ("bad", title, text)
        }
        EndReason::CodeReuse => {
            let text = format!("Everything it had issued was revoked and {name} must sign in again.");
            (
                "bad",
                "The authorization code was presented a second time".to_owned(),
                text,
            )
        }
        EndReason::CodeMismatch
        | EndReason::ClientRevoked
        | EndReason::AdminRevoked
        | EndReason::ConsentRemoved
        | EndReason::SessionEnded
        | EndReason::UserDisabled
        | EndReason::ClientDisabled
        | EndReason::PasswordChanged => {
            let text = format!("It ended on {at}. {name} must sign in at this client again.");
            ("info", format!("This family has ended: {}", reason.words()), text)
        }
    };
    Some(Cause { level, title, text })
}

fn lineage(detail: &FamilyDetail) -> Vec<TokenView> {
    let used_at = |index: usize| detail.lineage.get(index + 1).map(|next| next.issued_at);
    detail
        .lineage
        .iter()
        .enumerate()
        .map(|(i, token)| token_view(detail, token, used_at(i)))
        .collect()
}

fn token_view(detail: &FamilyDetail, token: &LineageToken, used_at: Option<Timestamp>) -> TokenView {
    let reused = token.repeats.iter().any(|r| !r.allowed);
    let (class, kind, badge) = match (used_at, detail.view.state) {
        _ if reused => ("bad", "bad", "used twice"),
        (Some(_), _) => ("off", "plain", "rotated"),
        (None, FamilyState::Active) => ("now", "ok", "active"),
        (None, FamilyState::Expired) => ("off", "", "expired"),
        (None, FamilyState::Ended(..)) => ("off", "bad", "revoked"),
    };
    let mut meta = vec![token.issued_at.to_string()];
    if token.generation == 1 {
        meta.push("authorization code".to_owned());
    }
    meta.extend([token.origin.ip.clone(), token.origin.device()]);
    if used_at.is_none() && !reused {
        meta.push("never used".to_owned());
    }
    TokenView {
        class,
        title: if token.generation == 1 {
            "Token 1 issued".to_owned()
        } else {
            format!("Token {}", token.generation)
        },
        kind,
        badge,
        meta: meta
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        forks: token.repeats.iter().map(|repeat| fork(repeat, used_at)).collect(),
    }
}

fn fork(repeat: &RepeatedUse, used_at: Option<Timestamp>) -> Fork {
    let mut meta = vec![
        repeat.at.to_string(),
        repeat.origin.ip.clone(),
        repeat.origin.device(),
    ];
    if let Some(used_at) = used_at {
        meta.push(format!("{} after first use", gap(repeat.at.secs_since(used_at))));
    }
    let (level, title) = if repeat.allowed {
        ("warn", "Repeated after a lost answer: allowed")
    } else {
        ("", "Second use: rejected")
    };
    Fork {
        level,
        title,
        meta: meta
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    }
}

/// A length of time in one unit, as people say it.
fn gap(secs: i64) -> String {
    match secs {
        ..60 => format!("{secs} s"),
        60..5_400 => format!("{} min", secs / 60),
        5_400..172_800 => format!("{} h", secs / 3_600),
        _ => format!("{} days", secs / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_said_in_one_unit() {
        assert_eq!(
            [gap(0), gap(59), gap(1_363), gap(7_300), gap(260_000)],
            ["0 s", "59 s", "22 min", "2 h", "3 days"]
        );
    }
}
