-- What happened, what has to be sent, and what an operator has set.

CREATE TABLE audit_log (
    id           TEXT PRIMARY KEY,
    at           BIGINT NOT NULL,
    actor_kind   TEXT NOT NULL CHECK (actor_kind IN ('user', 'client', 'cli', 'job', 'system')),
    actor_id     TEXT,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    client_id    TEXT,
    ip           TEXT,
    user_agent   TEXT,
    request_id   TEXT,
    reason       TEXT,
    -- JSON snapshots; secrets never included
    before_json  TEXT,
    after_json   TEXT,
    expires_at   BIGINT
);
CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_action ON audit_log (action, at);
CREATE INDEX audit_log_actor ON audit_log (actor_id, at);
CREATE INDEX audit_log_subject ON audit_log (subject_id, at);
CREATE INDEX audit_log_expiry ON audit_log (expires_at);

-- mails, back-channel logouts and webhooks, written with their cause and delivered later
CREATE TABLE outbox (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('mail', 'backchannel_logout', 'webhook')),
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
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE delivered_at IS NULL;
CREATE INDEX outbox_expiry ON outbox (expires_at);

-- which check ran on a request, on what, with what result
CREATE TABLE decision_traces (
    -- the request id
    id         TEXT PRIMARY KEY,
    endpoint   TEXT NOT NULL,
    client_id  TEXT,
    user_id    TEXT,
    outcome    TEXT NOT NULL,
    steps      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX decision_traces_client ON decision_traces (client_id, created_at);
CREATE INDEX decision_traces_expiry ON decision_traces (expires_at);

-- one typed settings model; a row exists only where an operator departed from the default
CREATE TABLE settings (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);
