-- Which clients have learned of a session and want to hear of its end: those with a logout URI. Families are a record
-- too, but an implicit answer leaves none, and they run out before the session does.

CREATE TABLE session_clients (
    session_id TEXT NOT NULL REFERENCES account_sessions (id) ON DELETE CASCADE,
    client_id  TEXT NOT NULL,
    PRIMARY KEY (session_id, client_id)
);
