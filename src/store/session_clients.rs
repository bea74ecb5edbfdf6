//! Which clients are told that a session has ended.

use crate::domain::client::ClientMetadata;
use crate::domain::id::ClientId;
use crate::domain::id::SessionId;
use crate::store::Reader;
use crate::store::StoreError;
use crate::store::all;
use crate::store::run;

/// Notes that a client has learned of a session.
pub async fn note(on: &impl Reader, session: &SessionId, client: &ClientId) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO session_clients (session_id, client_id) \
        SELECT id, $2 FROM account_sessions WHERE id = $1 ON CONFLICT DO NOTHING";
    let values = [session.as_str().into(), client.as_str().into()];
    run(on, SQL, values).await.map(|_| ())
}

/// The enabled clients with a logout URI that have learned of a session, now or by a token family.
pub async fn of_session(
    on: &impl Reader,
    session: &SessionId,
) -> Result<Vec<(ClientId, ClientMetadata)>, StoreError> {
    // the text of the metadata holds the member only where a URI is registered
    const SQL: &str = "SELECT c.id, c.metadata FROM clients c WHERE c.enabled \
        AND c.metadata LIKE '%channel_logout_uri\":%' AND c.id IN \
        (SELECT client_id FROM session_clients WHERE session_id = $1 \
         UNION SELECT client_id FROM token_families WHERE session_id = $1) ORDER BY c.id";
    let corrupt = |column| StoreError::Corrupt {
        table: "clients",
        column,
    };
    let rows = all(on, SQL, [session.as_str().into()]).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get_by_index(0)?;
            let metadata: String = row.try_get_by_index(1)?;
            Ok((
                id.parse().map_err(|_| corrupt("id"))?,
                serde_json::from_str(&metadata).map_err(|_| corrupt("metadata"))?,
            ))
        })
        .collect()
}
