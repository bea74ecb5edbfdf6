-- Resource servers that tokens can be for (RFC 8707), and what can be asked for there.

CREATE TABLE apis (
    id            TEXT PRIMARY KEY,
    -- an absolute URI without fragment: the aud claim of tokens
    identifier    TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    -- JSON: [{"name", "description"}]
    scopes        TEXT NOT NULL,
    -- JSON: [{"name", "description"}], types of authorization_details (RFC 9396)
    details_types TEXT NOT NULL,
    -- the client by which the API itself introspects tokens
    client_id     TEXT REFERENCES clients (id) ON DELETE SET NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);
CREATE INDEX apis_client ON apis (client_id);
