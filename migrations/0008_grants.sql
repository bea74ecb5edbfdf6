-- Grants that are decided elsewhere than where they are asked for, and the word of other issuers.

-- whose JWTs count here: as a client's credential, as an assertion, in a token exchange
CREATE TABLE trusted_issuers (
    -- exactly as `iss` says it
    issuer     TEXT PRIMARY KEY,
    -- a JWK set, or where it is published
    jwks       TEXT,
    jwks_uri   TEXT,
    -- what `sub` is of a person here; NULL: it is nobody here
    subjects   TEXT CHECK (subjects IN ('username', 'email', 'id')),
    created_at BIGINT NOT NULL,
    CHECK ((jwks IS NULL) <> (jwks_uri IS NULL))
);

-- device codes (RFC 8628) and CIBA requests, until they are answered or run out
CREATE TABLE pending_grants (
    -- of the device_code or auth_req_id
    hash           TEXT PRIMARY KEY,
    -- what pages call it
    id             TEXT NOT NULL UNIQUE,
    kind           TEXT NOT NULL CHECK (kind IN ('device', 'ciba')),
    client_id      TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- of what a person types; under the installation's key, because it is short
    user_code_hash TEXT UNIQUE,
    -- the person it belongs to: with CIBA from the start, with a device from the first who enters the code
    user_id        TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- what is asked for, as JSON
    request        TEXT NOT NULL,
    state          TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'allowed', 'denied')),
    interval_secs  BIGINT NOT NULL,
    next_poll_at   BIGINT NOT NULL,
    -- what a ping needs, sealed under the master key
    ping_sealed    TEXT,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX pending_grants_expiry ON pending_grants (expires_at);
CREATE INDEX pending_grants_user ON pending_grants (user_id, kind, state);

-- one more kind of delivery; a CHECK cannot be changed in place on both databases
CREATE TABLE outbox_0008 (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('mail', 'backchannel_logout', 'webhook', 'ciba_ping')),
    -- JSON sealed under the master key: a mail holds its link
    payload_sealed  TEXT NOT NULL,
    target          TEXT NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    delivered_at    BIGINT,
    last_error      TEXT,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL
);
INSERT INTO outbox_0008
    SELECT id, kind, payload_sealed, target, attempts, next_attempt_at, delivered_at, last_error, created_at, expires_at
    FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_0008 RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE delivered_at IS NULL;
CREATE INDEX outbox_expiry ON outbox (expires_at);
