-- Browsers, the accounts signed in to them, and the authorization requests on their way.

-- the row behind a session cookie; its key is the hash of the cookie's value
CREATE TABLE browser_sessions (
    hash       TEXT PRIMARY KEY,
    data       TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX browser_sessions_expiry ON browser_sessions (expires_at);

-- one account signed in to one browser; a browser may hold several. `id` is the `sid` claim
CREATE TABLE account_sessions (
    id              TEXT PRIMARY KEY,
    browser_id      TEXT NOT NULL,
    user_id         TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    auth_time       BIGINT NOT NULL,
    -- JSON array, RFC 8176
    amr             TEXT NOT NULL,
    remembered      BOOLEAN NOT NULL DEFAULT FALSE,
    ip              TEXT NOT NULL,
    user_agent      TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    last_seen_at    BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    ended_at        BIGINT,
    end_reason      TEXT
);
CREATE INDEX account_sessions_browser ON account_sessions (browser_id);
CREATE INDEX account_sessions_user ON account_sessions (user_id, created_at);
CREATE INDEX account_sessions_created ON account_sessions (created_at, id);
CREATE INDEX account_sessions_expiry ON account_sessions (expires_at);

-- a parked authorization request; its id is in the URL, so that tabs are independent
CREATE TABLE authorization_transactions (
    id         TEXT PRIMARY KEY,
    client_id  TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    request    TEXT NOT NULL,
    -- what the person has settled on the way: chosen account, consent
    progress   TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX authorization_transactions_expiry ON authorization_transactions (expires_at);

CREATE TABLE consents (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id  TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope      TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id)
);
CREATE INDEX consents_client ON consents (client_id);
