package dev.polder.wasm.event;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Database;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.event.internal.Ids;
import dev.polder.wasm.event.internal.Rows;
import dev.polder.wasm.service.AppEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of all apps, in the database; bounded for each app. What is deleted can be brought back for
 * {@link #UNDO}; the first change after that ends it. Blocks; for any thread.
 */
public final class DeadLetters {

    /** The largest page of {@link #page}. */
    public static final int MAX_PAGE = 200;

    /** How long what was deleted can be brought back. */
    public static final Duration UNDO = Duration.ofMinutes(10);

    /** What is kept of a payload that is too big to be delivered. */
    static final int TRUNCATED_BYTES = 4096;

    private static final int MAX_ERROR = 4000;

    /** Of a payload in Base64: what a page shows. Longer ones stand in a table of their own. */
    private static final int BEGINNING = 344;

    private static final String OF_APP = " FROM dead_letters WHERE workload = ? AND deleted_at IS NULL";
    private static final String OF_TRIGGER = " AND trigger_id = ?";

    private final Database database;
    private final EventLimits limits;
    private final Ids ids;

    /** Dead letters newest first, each with the beginning of its payload only, and where the next page begins. */
    public record Page(List<DeadLetter> letters, @Nullable Long next) {
        public Page {
            letters = List.copyOf(letters);
        }
    }

    /** How many are kept, and the bytes of their payloads. */
    public record Total(long count, long bytes) {}

    /**
     * What was deleted.
     *
     * @param undo names the deletion for {@link #restore}
     */
    public record Deleted(int count, long undo) {}

    public DeadLetters(Database database, EventLimits limits) {
        database.migrate("event");
        this.database = database;
        this.limits = limits;
        this.ids = new Ids(database, "dead_letters");
        int _ = database.<Integer>write(this::purge);
    }

    /**
     * Keeps a letter, and drops the oldest ones of the app that are over its limits.
     *
     * @param letter its id is not looked at
     * @return how many were dropped
     */
    int add(DeadLetter letter) {
        MessageBroker.Message message = letter.event().message();
        String payload = Base64.getEncoder().encodeToString(message.body());
        return database.write(connection -> {
            purge(connection);
            long id = ids.next();
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO dead_letters (id, workload, trigger_id, kind, component, source, subject, reply_to,
                        metadata, payload, bytes, kept, truncated, error, attempts, first_at, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)) {
                insert.setLong(1, id);
                insert.setString(2, letter.workload().toString());
                insert.setString(3, letter.trigger());
                insert.setString(4, letter.kind());
                insert.setString(5, letter.component());
                insert.setString(6, letter.source());
                Rows.set(insert, 7, message);
                insert.setString(10, payload.substring(0, Math.min(payload.length(), BEGINNING)));
                insert.setLong(11, letter.truncated() ? letter.bytes() : message.body().length);
                insert.setLong(12, message.body().length);
                insert.setLong(13, letter.truncated() ? 1 : 0);
                insert.setString(14, shortened(letter.error()));
                insert.setLong(15, letter.attempts());
                insert.setLong(16, letter.event().at().toEpochMilli());
                insert.setLong(17, letter.at().toEpochMilli());
                insert.executeUpdate();
            }
            if (payload.length() > BEGINNING) {
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO dead_letter_payloads (id, payload) VALUES (?, ?)")) {
                    insert.setLong(1, id);
                    insert.setString(2, payload);
                    insert.executeUpdate();
                }
            }
            return dropOldest(connection, letter.workload());
        });
    }

    private int dropOldest(Connection connection, WorkloadRef workload) throws SQLException {
        Total now = total(connection, workload, null);
        long count = now.count();
        long bytes = now.bytes();
        if (fits(count, bytes)) {
            return 0;
        }
        long last = -1;
        try (PreparedStatement select = connection.prepareStatement("SELECT id, kept" + OF_APP + " ORDER BY id")) {
            select.setString(1, workload.toString());
            try (ResultSet row = select.executeQuery()) {
                while (!fits(count, bytes) && row.next()) {
                    last = row.getLong(1);
                    count--;
                    bytes -= row.getLong(2);
                }
            }
        }
        return drop(connection, "workload = ? AND deleted_at IS NULL AND id <= ?", workload.toString(), last);
    }

    private boolean fits(long count, long bytes) {
        return count <= limits.deadLetters() && (bytes <= limits.deadLetterBytes() || count <= 1);
    }

    /** Ends what was deleted long enough ago. */
    private int purge(Connection connection) throws SQLException {
        return drop(connection, "deleted_at < ?", ids.next() - UNDO.toMillis() * 1000);
    }

    /** Drops letters with their payloads; returns how many. */
    private static int drop(Connection connection, String where, Object... values) throws SQLException {
        String payloads =
                "DELETE FROM dead_letter_payloads WHERE id IN (SELECT id FROM dead_letters WHERE " + where + ")";
        try (PreparedStatement first = connection.prepareStatement(payloads);
                PreparedStatement then = connection.prepareStatement("DELETE FROM dead_letters WHERE " + where)) {
            for (int i = 0; i < values.length; i++) {
                first.setObject(i + 1, values[i]);
                then.setObject(i + 1, values[i]);
            }
            first.executeUpdate();
            return then.executeUpdate();
        }
    }

    /**
     * The letters of an app, newest first.
     *
     * @param trigger of this trigger only, or null for all
     * @param words only those whose subject or error has this text in it, whatever the case; or null for all
     * @param before only those with smaller ids; {@link Page#next} of the page before
     * @param limit 1 to {@value #MAX_PAGE}
     */
    public Page page(WorkloadRef workload, @Nullable String trigger, @Nullable String words, long before, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw Problem.invalid("limit: " + limit + " (expected: 1 to " + MAX_PAGE + ")");
        }
        List<DeadLetter> found = database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT *" + OF_APP
                    + (trigger == null ? "" : OF_TRIGGER)
                    + (words == null ? "" : " AND (LOWER(subject) LIKE ? ESCAPE '!' OR LOWER(error) LIKE ? ESCAPE '!')")
                    + " AND id < ? ORDER BY id DESC LIMIT ?")) {
                int at = 1;
                select.setString(at++, workload.toString());
                if (trigger != null) {
                    select.setString(at++, trigger);
                }
                if (words != null) {
                    String like = "%" + words.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
                    select.setString(at++, like);
                    select.setString(at++, like);
                }
                select.setLong(at++, before);
                select.setInt(at, limit + 1);
                List<DeadLetter> letters = new ArrayList<>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        letters.add(letter(workload, row, Rows.get(row)));
                    }
                }
                return letters;
            }
        });
        boolean more = found.size() > limit;
        List<DeadLetter> shown = more ? found.subList(0, limit) : found;
        return new Page(shown, more ? shown.getLast().id() : null);
    }

    /** One letter of an app, with its payload. */
    public Optional<DeadLetter> get(WorkloadRef workload, long id) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT l.*, p.payload AS whole FROM dead_letters l LEFT JOIN dead_letter_payloads p ON p.id = l.id
                    WHERE l.workload = ? AND l.deleted_at IS NULL AND l.id = ?
                    """)) {
                select.setString(1, workload.toString());
                select.setLong(2, id);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return Optional.<DeadLetter>empty();
                    }
                    @Nullable String whole = row.getString("whole");
                    return Optional.of(letter(workload, row, whole == null ? Rows.get(row) : Rows.get(row, whole)));
                }
            }
        });
    }

    /** The letters of an app, or of one trigger of it, oldest first. */
    List<Long> ids(WorkloadRef workload, @Nullable String trigger) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT id" + OF_APP + (trigger == null ? "" : OF_TRIGGER) + " ORDER BY id")) {
                select.setString(1, workload.toString());
                if (trigger != null) {
                    select.setString(2, trigger);
                }
                List<Long> found = new ArrayList<>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(row.getLong(1));
                    }
                }
                return found;
            }
        });
    }

    /** How many letters of an app are kept; of one trigger when it is not null. */
    public Total total(WorkloadRef workload, @Nullable String trigger) {
        return database.read(connection -> total(connection, workload, trigger));
    }

    private static Total total(Connection connection, WorkloadRef workload, @Nullable String trigger)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT COUNT(*), COALESCE(SUM(kept), 0)" + OF_APP + (trigger == null ? "" : OF_TRIGGER))) {
            select.setString(1, workload.toString());
            if (trigger != null) {
                select.setString(2, trigger);
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? new Total(row.getLong(1), row.getLong(2)) : new Total(0, 0);
            }
        }
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

    /** Ends a letter that was delivered. */
    void delivered(DeadLetter letter) {
        int _ = database.<Integer>write(connection -> drop(connection, "id = ?", letter.id()));
    }

    /** Deletes a letter; none when it was not there. */
    public Deleted delete(WorkloadRef workload, long id) {
        return delete("workload = ? AND deleted_at IS NULL AND id = ?", workload.toString(), id);
    }

    /** Deletes the letters of an app, or of one trigger of it. */
    public Deleted deleteAll(WorkloadRef workload, @Nullable String trigger) {
        String all = "workload = ? AND deleted_at IS NULL";
        return trigger == null
                ? delete(all, workload.toString())
                : delete(all + OF_TRIGGER, workload.toString(), trigger);
    }

    private Deleted delete(String where, Object... values) {
        return database.write(connection -> {
            purge(connection);
            long undo = ids.next();
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE dead_letters SET deleted_at = ? WHERE " + where)) {
                update.setLong(1, undo);
                for (int i = 0; i < values.length; i++) {
                    update.setObject(i + 2, values[i]);
                }
                return new Deleted(update.executeUpdate(), undo);
            }
        });
    }

    /**
     * Brings back what one deletion took; the oldest ones are dropped when meanwhile the app has more than its limits.
     *
     * @param undo of {@link Deleted}
     * @return how many came back; 0 when it was too long ago
     */
    public int restore(WorkloadRef workload, long undo) {
        return database.<Integer>write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE dead_letters SET deleted_at = NULL WHERE workload = ? AND deleted_at = ?")) {
                update.setString(1, workload.toString());
                update.setLong(2, undo);
                int back = update.executeUpdate();
                return back - Math.min(back, dropOldest(connection, workload));
            }
        });
    }

    private static DeadLetter letter(WorkloadRef workload, ResultSet row, MessageBroker.Message message)
            throws SQLException {
        return new DeadLetter(
                row.getLong("id"),
                workload,
                row.getString("trigger_id"),
                row.getString("kind"),
                row.getString("component"),
                row.getString("source"),
                new AppEvent(message, Instant.ofEpochMilli(row.getLong("first_at"))),
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
