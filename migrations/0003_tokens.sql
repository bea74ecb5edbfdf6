-- Codes, refresh-token families and keys. Only hashes of what is handed out are stored.
--
-- The tables of the hot path have no foreign keys: checking one locks the row it points to, and every token of a busy
-- client points to the same row. Deleting a person or a client deletes their codes and families in the same
-- transaction; a token without its family counts for nothing and runs out.

CREATE TABLE authorization_codes (
    hash       TEXT PRIMARY KEY,
    client_id  TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    session_id TEXT NOT NULL,
    -- a refresh token was granted with it
    offline    BOOLEAN NOT NULL,
    -- everything the tokens are made from, as JSON
    grant_json TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at);

-- Everything that descends from one sign-in at one client. A code becomes a family once:
-- the unique code_hash is what makes the code single-use.
CREATE TABLE token_families (
    id         TEXT PRIMARY KEY,
    code_hash  TEXT UNIQUE,
    client_id  TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    session_id TEXT,
    grant_json TEXT NOT NULL,
    -- outlives the browser session (offline_access)
    offline    BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT,
    end_reason TEXT
);
-- ids sort by age
CREATE INDEX token_families_user ON token_families (user_id, id);
CREATE INDEX token_families_client ON token_families (client_id, id);
CREATE INDEX token_families_session ON token_families (session_id);
CREATE INDEX token_families_expiry ON token_families (expires_at);

-- One row per rotation. A token is used as soon as its family has the next generation:
-- the unique (family_id, generation) lets only one successor exist.
CREATE TABLE refresh_tokens (
    hash       TEXT PRIMARY KEY,
    family_id  TEXT NOT NULL,
    generation BIGINT NOT NULL,
    -- this token, sealed under a key derived from its predecessor, so that a lost answer can be repeated
    sealed     TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip         TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    UNIQUE (family_id, generation)
);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

-- a used token presented again: a lost answer repeated, or reuse
CREATE TABLE refresh_token_repeats (
    id           TEXT PRIMARY KEY,
    family_id    TEXT NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
    generation   BIGINT NOT NULL,
    outcome      TEXT NOT NULL CHECK (outcome IN ('repeated', 'reuse')),
    presented_at BIGINT NOT NULL,
    ip           TEXT NOT NULL,
    user_agent   TEXT NOT NULL
);
CREATE INDEX refresh_token_repeats_family ON refresh_token_repeats (family_id, generation);

-- access tokens revoked one by one, until they would have expired anyway
CREATE TABLE revoked_access_tokens (
    jti        TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX revoked_access_tokens_expiry ON revoked_access_tokens (expires_at);

CREATE TABLE signing_keys (
    kid            TEXT PRIMARY KEY,
    alg            TEXT NOT NULL,
    public_jwk     TEXT NOT NULL,
    -- PKCS#8 DER, sealed under the master key
    private_sealed TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    -- signs from here on …
    active_from    BIGINT NOT NULL,
    -- … until here, and stays published until expires_at
    retired_at     BIGINT,
    expires_at     BIGINT
);
CREATE INDEX signing_keys_expiry ON signing_keys (expires_at);

-- random keys of this installation (client-secret pepper …), sealed under the master key
CREATE TABLE sealed_secrets (
    name   TEXT PRIMARY KEY,
    sealed TEXT NOT NULL
);
