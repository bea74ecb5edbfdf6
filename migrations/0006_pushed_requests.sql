-- Authorization requests that clients pushed (RFC 9126): checked, and waiting for a browser to bring their request_uri.
--
-- As the tables of the hot path it has no foreign keys: whoever opens a request looks its client up anyway.

CREATE TABLE pushed_requests (
    -- of the request_uri
    hash       TEXT PRIMARY KEY,
    client_id  TEXT NOT NULL,
    -- the checked request, as JSON
    request    TEXT NOT NULL,
    -- until then it may be opened; a request that is open may be answered later
    open_until BIGINT NOT NULL,
    -- when it was answered: granted or refused, once
    used_at    BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pushed_requests_expiry ON pushed_requests (expires_at);
