CREATE TABLE scaffolder_task (
    id TEXT NOT NULL PRIMARY KEY,
    spec TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT,
    caller_kind TEXT NOT NULL,
    heartbeat_at TEXT,
    had_secrets INTEGER NOT NULL,
    cancel_asked INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX scaffolder_task_status ON scaffolder_task (status, created_at);

CREATE TABLE scaffolder_task_event (
    task_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    type TEXT NOT NULL,
    created_at TEXT NOT NULL,
    recoverable INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (task_id, id)
);
