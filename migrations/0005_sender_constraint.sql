-- Tokens bound to a key of the client, and identifiers that may be seen once.

-- the key or certificate that a public client must show with each refresh ("jkt …", "x5t#S256 …")
ALTER TABLE token_families ADD COLUMN bound_to TEXT;

-- identifiers (jti) of assertions, proofs and request objects, until they would be refused for their age anyway;
-- shared by all nodes, because a replay may reach another one
CREATE TABLE replayed_ids (
    hash       TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX replayed_ids_expiry ON replayed_ids (expires_at);

-- access tokens of clients that chose opaque ones, with the claims that a JWT would carry
CREATE TABLE opaque_access_tokens (
    hash       TEXT PRIMARY KEY,
    claims     TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX opaque_access_tokens_expiry ON opaque_access_tokens (expires_at);
