-- Clients that the operator did not register: they did it themselves (RFC 7591), or their client_id is the address of
-- their metadata.

ALTER TABLE clients ADD COLUMN origin TEXT NOT NULL DEFAULT 'operator'
    CHECK (origin IN ('operator', 'dynamic', 'metadata_document'));
-- of the token that manages the registration (RFC 7592)
ALTER TABLE clients ADD COLUMN registration_hash TEXT;
-- when tokens were issued to it first; what is never used is cleaned up
ALTER TABLE clients ADD COLUMN used_at BIGINT;
-- until when a metadata document need not be fetched again
ALTER TABLE clients ADD COLUMN fresh_until BIGINT;
CREATE INDEX clients_from_outside ON clients (origin) WHERE origin <> 'operator';
CREATE INDEX clients_unused ON clients (created_at) WHERE origin <> 'operator' AND used_at IS NULL;

-- initial access tokens (RFC 7591 §1.2): whoever holds one may register clients
CREATE TABLE registration_tokens (
    id           TEXT PRIMARY KEY,
    hash         TEXT NOT NULL UNIQUE,
    hint         TEXT NOT NULL,
    name         TEXT NOT NULL,
    -- none: any number
    uses_left    BIGINT,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at   BIGINT
);
CREATE INDEX registration_tokens_expiry ON registration_tokens (expires_at);
