-- Tokens and sessions; the secret itself is never here, only its SHA-256. Times are ISO 8601 in UTC.
CREATE TABLE credentials (
    secret     TEXT NOT NULL PRIMARY KEY,
    used_as    TEXT NOT NULL,
    label      TEXT NOT NULL,
    subject    TEXT NOT NULL,
    principal  TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT
);
