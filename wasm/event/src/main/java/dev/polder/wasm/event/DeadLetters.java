package dev.polder.wasm.event;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Database;
import dev.polder.wasm.event.internal.Ids;
import dev.polder.wasm.event.internal.Rows;
import dev.polder.wasm.service.AppEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The dead letters of all apps, in the database; bounded for each app. Blocks; for any thread. */
public final class DeadLetters {

    /** The largest page of {@link #page}. */
    public static final int MAX_PAGE = 200;

    /** What is kept of a payload that is too big to be delivered. */
    static final int TRUNCATED_BYTES = 4096;

    private static final int MAX_ERROR = 4000;

    private final Database database;
    private final EventLimits limits;
    private final Ids ids;

    /** Dead letters newest first, and where the next page begins. */
    public record Page(List<DeadLetter> letters, @Nullable Long next) {
        public Page {
            letters = List.copyOf(letters);
        }
    }

    /** How many are kept, and the bytes of their payloads. */
    public record Total(long count, long bytes) {}

    public DeadLetters(Database database, EventLimits limits) {
        database.migrate("event");
        this.database = database;
        this.limits = limits;
        this.ids = new Ids(database, "dead_letters");
    }

    /**
     * Keeps a letter, and drops the oldest ones of the app that are over its limits.
     *
     * @param letter its id is not looked at
     * @return how many were dropped
     */
    int add(DeadLetter letter) {
        byte[] payload = letter.event().message().body();
        return database.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO dead_letters (id, workload, trigger_id, kind, component, source, subject, reply_to,
                        metadata, payload, bytes, truncated, error, attempts, first_at, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)) {
                insert.setLong(1, ids.next());
                insert.setString(2, letter.workload().toString());
                insert.setString(3, letter.trigger());
                insert.setString(4, letter.kind());
                insert.setString(5, letter.component());
                insert.setString(6, letter.source());
                Rows.set(insert, 7, letter.event().message());
                insert.setLong(11, letter.truncated() ? letter.bytes() : payload.length);
                insert.setLong(12, letter.truncated() ? 1 : 0);
                insert.setString(13, shortened(letter.error()));
                insert.setLong(14, letter.attempts());
                insert.setLong(15, letter.event().at().toEpochMilli());
                insert.setLong(16, letter.at().toEpochMilli());
                insert.executeUpdate();
            }
            return dropOldest(connection, letter.workload());
        });
    }

    private int dropOldest(Connection connection, WorkloadRef workload) throws SQLException {
        long last = -1;
        int over = 0;
        long count = 0;
        long bytes = 0;
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT id, LENGTH(payload) / 4 * 3 FROM dead_letters WHERE workload = ? ORDER BY id DESC")) {
            select.setString(1, workload.toString());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    count++;
                    bytes += row.getLong(2);
                    if (count > limits.deadLetters() || (bytes > limits.deadLetterBytes() && count > 1)) {
                        last = last < 0 ? row.getLong(1) : last;
                        over++;
                    }
                }
            }
        }
        if (over > 0) {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM dead_letters WHERE workload = ? AND id <= ?")) {
                delete.setString(1, workload.toString());
                delete.setLong(2, last);
                delete.executeUpdate();
            }
        }
        return over;
    }

    /**
     * The letters of an app, newest first.
     *
     * @param trigger of this trigger only, or null for all
     * @param before only those with smaller ids; {@link Page#next} of the page before
     * @param limit 1 to {@value #MAX_PAGE}
     */
    public Page page(WorkloadRef workload, @Nullable String trigger, long before, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw Problem.invalid("limit: " + limit + " (expected: 1 to " + MAX_PAGE + ")");
        }
        List<DeadLetter> found = database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT * FROM dead_letters WHERE workload = ?"
                    + (trigger == null ? "" : " AND trigger_id = ?") + " AND id < ? ORDER BY id DESC LIMIT ?")) {
                int at = 1;
                select.setString(at++, workload.toString());
                if (trigger != null) {
                    select.setString(at++, trigger);
                }
                select.setLong(at++, before);
                select.setInt(at, limit + 1);
                List<DeadLetter> letters = new ArrayList<>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        letters.add(letter(workload, row));
                    }
                }
                return letters;
            }
        });
        boolean more = found.size() > limit;
        List<DeadLetter> shown = more ? found.subList(0, limit) : found;
        return new Page(shown, more ? shown.getLast().id() : null);
    }

    /** One letter of an app. */
    public Optional<DeadLetter> get(WorkloadRef workload, long id) {
        return database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT * FROM dead_letters WHERE workload = ? AND id = ?")) {
                select.setString(1, workload.toString());
                select.setLong(2, id);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(letter(workload, row)) : Optional.<DeadLetter>empty();
                }
            }
        });
    }

    /** How many letters of an app are kept; of one trigger when it is not null. */
    public Total total(WorkloadRef workload, @Nullable String trigger) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT COUNT(*), COALESCE(SUM(LENGTH(payload) / 4 * 3), 0) FROM dead_letters WHERE workload = ?"
                            + (trigger == null ? "" : " AND trigger_id = ?"))) {
                select.setString(1, workload.toString());
                if (trigger != null) {
                    select.setString(2, trigger);
                }
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? new Total(row.getLong(1), row.getLong(2)) : new Total(0, 0);
                }
            }
        });
    }

    /** Notes one attempt more that failed. */
    void failedAgain(DeadLetter letter, String error) {
        int _ = database.<Integer>write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE dead_letters SET attempts = attempts + 1, error = ? WHERE id = ?")) {
                update.setString(1, shortened(error));
                update.setLong(2, letter.id());
                return update.executeUpdate();
            }
        });
    }

    /** Deletes a letter; false when it was not there. */
    public boolean delete(WorkloadRef workload, long id) {
        return database.<Integer>write(connection -> {
                    try (PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM dead_letters WHERE workload = ? AND id = ?")) {
                        delete.setString(1, workload.toString());
                        delete.setLong(2, id);
                        return delete.executeUpdate();
                    }
                })
                > 0;
    }

    /** Deletes the letters of an app, or of one trigger of it; returns how many there were. */
    public int deleteAll(WorkloadRef workload, @Nullable String trigger) {
        return database.<Integer>write(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM dead_letters WHERE workload = ?" + (trigger == null ? "" : " AND trigger_id = ?"))) {
                delete.setString(1, workload.toString());
                if (trigger != null) {
                    delete.setString(2, trigger);
                }
                return delete.executeUpdate();
            }
        });
    }

    private static DeadLetter letter(WorkloadRef workload, ResultSet row) throws SQLException {
        return new DeadLetter(
                row.getLong("id"),
                workload,
                row.getString("trigger_id"),
                row.getString("kind"),
                row.getString("component"),
                row.getString("source"),
                new AppEvent(Rows.get(row), Instant.ofEpochMilli(row.getLong("first_at"))),
                row.getLong("bytes"),
                row.getLong("truncated") != 0,
                row.getString("error"),
                row.getInt("attempts"),
                Instant.ofEpochMilli(row.getLong("at")));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR) + "…";
    }
}
