//! `gatepost users list` and `show`.

use std::fmt::Write as _;

use clap::Args;
use clap::ValueEnum;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::error::CliError;
use crate::cli::lookup;
use crate::cli::views;
use crate::domain::page::Cursor;
use crate::domain::page::PageRequest;
use crate::domain::user::UserStatus;
use crate::ops::Ops;
use crate::store;
use crate::store::users::UserFilter;

/// Which people, and how many.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Start of a name, user name or mail address
    #[arg(long, value_name = "TEXT", default_value = "")]
    search: String,
    /// Only users with this status
    #[arg(long)]
    status: Option<Status>,
    /// Users per page
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
    /// The next page: what the page before gave as `next`
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

/// The statuses that can be asked for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Status {
    /// May sign in
    Active,
    /// May not sign in
    Disabled,
}

/// Lists people.
pub(super) async fn run(args: &ListArgs, ops: &Ops) -> Result<Answer, CliError> {
    let cursor = cursor(args.after.as_deref())?;
    let status = args.status.map(|status| match status {
        Status::Active => UserStatus::Active,
        Status::Disabled => UserStatus::Disabled,
    });
    let filter = UserFilter {
        text: args.search.clone(),
        status,
        ..UserFilter::default()
    };
    let request = PageRequest {
        cursor,
        size: args.limit,
        ..PageRequest::default()
    };
    let page = store::users::list(&ops.db, &filter, &request).await?;
    let rows: Vec<_> = page
        .rows
        .iter()
        .map(|user| {
            let email = user.email.clone().unwrap_or_default();
            let name = user.name.clone().unwrap_or_default();
            vec![
                user.id.to_string(),
                user.username.clone(),
                email,
                name,
                user.status.as_str().to_owned(),
            ]
        })
        .collect();
    let json: Vec<_> = page.rows.iter().map(views::user).collect();
    let mut answer = Answer::list(
        "users",
        &["id", "username", "email", "name", "status"],
        &rows,
        &json,
    );
    paged(&mut answer, page.next.as_ref());
    Ok(answer)
}

/// Prints one person with roles and groups.
pub(super) async fn show(ops: &Ops, user: &str) -> Result<Answer, CliError> {
    let user = lookup::user(ops, user).await?;
    let roles = store::roles::of_user(&ops.db, &user.id).await?;
    let groups = store::groups::of_user(&ops.db, &user.id).await?;
    let mut json = views::user(&user);
    let roles: Vec<_> = roles
        .iter()
        .map(|r| match &r.role.client_id {
            Some(client) => format!("{} (client {client})", r.role.name),
            None => r.role.name.clone(),
        })
        .collect();
    let groups: Vec<_> = groups.iter().map(|group| group.name.clone()).collect();
    views::merge(&mut json, json!({ "roles": roles, "groups": groups }));
    Ok(Answer::new(views::lines(&json), json))
}

/// Where a page starts.
pub(in crate::cli) fn cursor(text: Option<&str>) -> Result<Option<Cursor>, CliError> {
    let wrong = || CliError::usage("--after takes what the page before gave as `next`.");
    text.map(|text| Cursor::parse(text).ok_or_else(wrong)).transpose()
}

/// Says how to get the next page.
pub(in crate::cli) fn paged(answer: &mut Answer, next: Option<&Cursor>) {
    let next = next.map(Cursor::encode);
    if let Some(next) = &next {
        let _ = writeln!(answer.text, "There are more: --after '{next}'");
    }
    views::merge(&mut answer.json, json!({ "next": next }));
}
