-- Events that no attempt could deliver. Payloads are Base64: they are bounded, and unlike blobs they can be deleted.
CREATE TABLE dead_letters (
    id         BIGINT NOT NULL PRIMARY KEY,
    workload   TEXT   NOT NULL,
    trigger_id TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    component  TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    reply_to   TEXT,
    metadata   TEXT   NOT NULL,
    payload    TEXT   NOT NULL,
    bytes      BIGINT NOT NULL,
    truncated  BIGINT NOT NULL,
    error      TEXT   NOT NULL,
    attempts   BIGINT NOT NULL,
    first_at   BIGINT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX dead_letters_of_workload ON dead_letters (workload, id);

-- The broker inside Polder: who listens to what, and what each listener has not handled yet.
CREATE TABLE event_subscriptions (
    id        TEXT NOT NULL PRIMARY KEY,
    namespace TEXT NOT NULL,
    pattern   TEXT NOT NULL
);
CREATE TABLE event_messages (
    id           BIGINT NOT NULL PRIMARY KEY,
    subscription TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    reply_to     TEXT,
    metadata     TEXT   NOT NULL,
    payload      TEXT   NOT NULL,
    bytes        BIGINT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX event_messages_of_subscription ON event_messages (subscription, id);
