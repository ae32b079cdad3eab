-- Locations that somebody registered while Polder ran.
CREATE TABLE catalog_location (
    id         TEXT PRIMARY KEY,
    type       TEXT NOT NULL,
    target     TEXT NOT NULL,
    entity_ref TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (type, target)
);

-- The final entities as they were served last. They keep uids and etags over restarts, are served before the first
-- look at the disk is over, and stand in for descriptors that are broken when Polder starts.
CREATE TABLE catalog_entity (
    entity_ref   TEXT PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,
    location_key TEXT NOT NULL,
    origin       TEXT NOT NULL,
    parents      TEXT NOT NULL,
    hash         TEXT NOT NULL,
    entity       TEXT NOT NULL
);
