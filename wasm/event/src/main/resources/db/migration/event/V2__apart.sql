-- Long payloads stand apart and the beginning stays with the letter, so that lists and sums do not read them.
-- What is deleted can be brought back for a while: deleted_at is null while a letter is there.
CREATE TABLE dead_letter_payloads (
    id      BIGINT NOT NULL PRIMARY KEY,
    payload TEXT   NOT NULL
);
ALTER TABLE dead_letters ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;
ALTER TABLE dead_letters ADD COLUMN deleted_at BIGINT;
UPDATE dead_letters SET kept = LENGTH(payload) / 4 * 3;
INSERT INTO dead_letter_payloads (id, payload) SELECT id, payload FROM dead_letters WHERE LENGTH(payload) > 344;
UPDATE dead_letters SET payload = SUBSTR(payload, 1, 344) WHERE LENGTH(payload) > 344;
CREATE INDEX dead_letters_sizes ON dead_letters (workload, trigger_id, deleted_at, kept);
CREATE INDEX dead_letters_deleted ON dead_letters (deleted_at);
