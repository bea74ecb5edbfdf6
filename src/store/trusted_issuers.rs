//! Issuers whose JWTs count here.

use sea_orm::QueryResult;

use crate::domain::time::Timestamp;
use crate::domain::trusted_issuer::IssuerKeys;
use crate::domain::trusted_issuer::SubjectRule;
use crate::domain::trusted_issuer::TrustedIssuer;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::all;
use crate::store::one;
use crate::store::run;

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "trusted_issuers",
        column,
    }
}

fn read(row: &QueryResult) -> Result<TrustedIssuer, StoreError> {
    let jwks: Option<String> = row.try_get_by_index(1)?;
    let uri: Option<String> = row.try_get_by_index(2)?;
    let subjects: Option<String> = row.try_get_by_index(3)?;
    let keys = match (jwks, uri) {
        (Some(jwks), _) => IssuerKeys::Set(serde_json::from_str(&jwks).map_err(|_| corrupt("jwks"))?),
        (None, Some(uri)) => IssuerKeys::Uri(uri),
        (None, None) => return Err(corrupt("jwks")),
    };
    let subjects = subjects.map(|text| SubjectRule::parse(&text).ok_or(corrupt("subjects")));
    Ok(TrustedIssuer {
        issuer: row.try_get_by_index(0)?,
        keys,
        subjects: subjects.transpose()?,
        created_at: Timestamp::from_micros(row.try_get_by_index(4)?),
    })
}

/// Every trusted issuer, by name.
pub async fn list(on: &impl Reader) -> Result<Vec<TrustedIssuer>, StoreError> {
    const SQL: &str = "SELECT issuer, jwks, jwks_uri, subjects, created_at FROM trusted_issuers \
        ORDER BY issuer LIMIT 1000";
    all(on, SQL, []).await?.iter().map(read).collect()
}

/// One trusted issuer, by its exact name.
pub async fn find(on: &impl Reader, issuer: &str) -> Result<Option<TrustedIssuer>, StoreError> {
    const SQL: &str =
        "SELECT issuer, jwks, jwks_uri, subjects, created_at FROM trusted_issuers WHERE issuer = $1";
    one(on, SQL, [issuer.into()])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Trusts an issuer; `false` when it is trusted already.
pub async fn insert(tx: &Tx, new: &TrustedIssuer) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO trusted_issuers (issuer, jwks, jwks_uri, subjects, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (issuer) DO NOTHING";
    let (jwks, uri) = match &new.keys {
        IssuerKeys::Set(set) => (Some(set.to_string()), None),
        IssuerKeys::Uri(uri) => (None, Some(uri.clone())),
    };
    let values = [
        new.issuer.as_str().into(),
        jwks.into(),
        uri.into(),
        new.subjects.map(SubjectRule::as_str).into(),
        new.created_at.as_micros().into(),
    ];
    Ok(run(tx, SQL, values).await? == 1)
}

/// Trusts an issuer no more; `false` when it was not trusted.
pub async fn delete(tx: &Tx, issuer: &str) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM trusted_issuers WHERE issuer = $1";
    Ok(run(tx, SQL, [issuer.into()]).await? == 1)
}
