-- One row per resource as it is now. The trees are JSON texts; nothing is searched inside them.
CREATE TABLE resources (
    api_group        TEXT   NOT NULL,
    kind             TEXT   NOT NULL,
    namespace        TEXT   NOT NULL,
    name             TEXT   NOT NULL,
    api_version      TEXT   NOT NULL,
    uid              TEXT   NOT NULL,
    resource_version BIGINT NOT NULL,
    generation       BIGINT NOT NULL,
    metadata         TEXT   NOT NULL,
    fields           TEXT   NOT NULL,
    status           TEXT   NOT NULL,
    PRIMARY KEY (api_group, kind, namespace, name)
);

-- What changed, in order; old rows are dropped, see feed.compacted.
CREATE TABLE changes (
    resource_version BIGINT NOT NULL PRIMARY KEY,
    changed_at       BIGINT NOT NULL,
    type             TEXT   NOT NULL,
    api_group        TEXT   NOT NULL,
    kind             TEXT   NOT NULL,
    document         TEXT   NOT NULL
);
CREATE INDEX changes_of_kind ON changes (api_group, kind, resource_version);

-- The store-wide sequence. Each writing transaction updates this row first, so on PostgreSQL too transactions take
-- their numbers in the order in which they commit, and a reader of changes never sees a gap that is filled later.
CREATE TABLE feed (
    id        BIGINT NOT NULL PRIMARY KEY,
    last      BIGINT NOT NULL,
    compacted BIGINT NOT NULL
);
INSERT INTO feed (id, last, compacted) VALUES (1, 0, 0);
