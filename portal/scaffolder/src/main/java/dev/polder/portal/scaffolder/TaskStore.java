package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import dev.polder.kernel.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Tasks and their events in SQL. A status changes only from the one that was expected, so two can never run one task. */
final class TaskStore {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String COLUMNS = "id, spec, status, created_at, created_by, heartbeat_at";

    private final Database database;

    /** A task that was just claimed. */
    record Claimed(Task task, Principal.Kind callerKind, boolean hadSecrets) {}

    /** What a list asks for; empty lists mean everything. */
    record Query(List<String> createdBy, List<TaskStatus> status, List<Order> order, int limit, int offset) {}

    /** One key of an order. */
    record Order(String column, boolean ascending) {}

    TaskStore(Database database) {
        this.database = database;
        database.migrate("scaffolder");
    }

    boolean singleProcess() {
        return database.dialect() == Database.Dialect.SQLITE;
    }

    void insert(Task task, Principal.Kind callerKind, boolean hasSecrets) {
        database.write(c -> update(
                c,
                "INSERT INTO scaffolder_task (id, spec, status, created_at, created_by, caller_kind, had_secrets)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                task.id(),
                JSON.writeValueAsString(task.spec()),
                task.status().word(),
                task.createdAt().toString(),
                task.createdBy().orElse(null),
                callerKind.name(),
                hasSecrets ? 1 : 0));
    }

    Optional<Task> find(String id) {
        return database.read(c -> select(c, "SELECT " + COLUMNS + " FROM scaffolder_task WHERE id = ?", id).stream()
                .findFirst());
    }

    List<Task> list(Query query) {
        List<Object> values = new ArrayList<>();
        String where = where(query, values);
        StringBuilder order = new StringBuilder();
        for (Order key : query.order()) {
            order.append(key.column()).append(key.ascending() ? " ASC, " : " DESC, ");
        }
        values.add(query.limit());
        values.add(query.offset());
        return database.read(c -> select(
                c,
                "SELECT " + COLUMNS + " FROM scaffolder_task" + where + " ORDER BY " + order
                        + (query.order().isEmpty() ? "created_at DESC, " : "") + "id LIMIT ? OFFSET ?",
                values.toArray()));
    }

    long count(Query query) {
        List<Object> values = new ArrayList<>();
        String where = where(query, values);
        return database.read(c -> number(c, "SELECT COUNT(*) FROM scaffolder_task" + where, values.toArray()));
    }

    private static String where(Query query, List<Object> values) {
        List<String> terms = new ArrayList<>();
        if (!query.createdBy().isEmpty()) {
            terms.add("created_by IN (" + marks(query.createdBy().size()) + ")");
            values.addAll(query.createdBy());
        }
        if (!query.status().isEmpty()) {
            terms.add("status IN (" + marks(query.status().size()) + ")");
            query.status().forEach(status -> values.add(status.word()));
        }
        return terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
    }

    private static String marks(int count) {
        return String.join(", ", java.util.Collections.nCopies(count, "?"));
    }

    /** Takes the oldest open task for this process. */
    Optional<Claimed> claim(Instant now) {
        return database.write(c -> {
            for (Task task : select(
                    c,
                    "SELECT " + COLUMNS
                            + " FROM scaffolder_task WHERE status = 'open' ORDER BY created_at, id LIMIT 5")) {
                int taken = update(
                        c,
                        "UPDATE scaffolder_task SET status = 'processing', heartbeat_at = ? WHERE id = ? AND status = 'open'",
                        now.toString(),
                        task.id());
                if (taken == 1) {
                    return Optional.of(claimed(c, task));
                }
            }
            return Optional.empty();
        });
    }

    private static Claimed claimed(Connection c, Task task) throws SQLException {
        try (PreparedStatement statement =
                c.prepareStatement("SELECT caller_kind, had_secrets FROM scaffolder_task WHERE id = ?")) {
            statement.setString(1, task.id());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw Problem.internal("task " + task.id() + " disappeared while it was claimed", null);
                }
                return new Claimed(task, Principal.Kind.valueOf(row.getString(1)), row.getInt(2) == 1);
            }
        }
    }

    /** Ends a task, and writes its last event with it; false when it was not in the expected status. */
    boolean end(String id, TaskStatus from, TaskStatus to, ObjectNode body, Instant now) {
        return database.write(c -> {
            int changed = update(
                    c,
                    "UPDATE scaffolder_task SET status = ?, cancel_asked = 0, had_secrets = 0 WHERE id = ? AND status = ?",
                    to.word(),
                    id,
                    from.word());
            if (changed == 1) {
                append(c, id, TaskEvent.Type.COMPLETION, false, body, now);
            }
            return changed == 1;
        });
    }

    /** Opens an ended or abandoned task again; its old ending disappears from the history. */
    boolean reopen(String id, TaskStatus from, ObjectNode body, boolean hasSecrets, Instant now) {
        return database.write(c -> {
            int changed = update(
                    c,
                    "UPDATE scaffolder_task SET status = 'open', cancel_asked = 0, heartbeat_at = NULL, had_secrets = ?"
                            + " WHERE id = ? AND status = ?",
                    hasSecrets ? 1 : 0,
                    id,
                    from.word());
            if (changed == 1) {
                update(
                        c,
                        "DELETE FROM scaffolder_task_event WHERE task_id = ? AND type IN ('cancelled', 'completion')",
                        id);
                append(c, id, TaskEvent.Type.RECOVERED, false, body, now);
            }
            return changed == 1;
        });
    }

    void askToCancel(String id, ObjectNode body, Instant now) {
        database.write(c -> {
            update(c, "UPDATE scaffolder_task SET cancel_asked = 1 WHERE id = ?", id);
            append(c, id, TaskEvent.Type.CANCELLED, false, body, now);
            return null;
        });
    }

    /** Says that a running task is alive; tells whether somebody asked to cancel it. */
    boolean heartbeat(String id, Instant now) {
        return database.write(c -> {
            update(
                    c,
                    "UPDATE scaffolder_task SET heartbeat_at = ? WHERE id = ? AND status = 'processing'",
                    now.toString(),
                    id);
            return number(c, "SELECT COUNT(*) FROM scaffolder_task WHERE id = ? AND cancel_asked = 1", id) > 0;
        });
    }

    /** Tasks that are said to run but whose process has not been heard of since. */
    List<Task> abandoned(Instant before) {
        return database.read(c -> select(
                c,
                "SELECT " + COLUMNS + " FROM scaffolder_task WHERE status = 'processing'"
                        + " AND (heartbeat_at IS NULL OR heartbeat_at < ?)",
                before.toString()));
    }

    void append(String id, TaskEvent.Type type, ObjectNode body, Instant now) {
        database.write(c -> {
            append(c, id, type, false, body, now);
            return null;
        });
    }

    /** Events after one, and endings whatever their id: a client that reconnects late must still learn of the end. */
    List<TaskEvent> events(String id, long after) {
        return database.read(c -> {
            List<TaskEvent> events = new ArrayList<>();
            try (PreparedStatement statement =
                    c.prepareStatement("SELECT id, type, created_at, recoverable, body FROM scaffolder_task_event"
                            + " WHERE task_id = ? AND (id > ? OR type = 'completion') ORDER BY id")) {
                statement.setString(1, id);
                statement.setLong(2, after);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        events.add(new TaskEvent(
                                row.getLong(1),
                                id,
                                TaskEvent.Type.valueOf(row.getString(2).toUpperCase(java.util.Locale.ROOT)),
                                Instant.parse(row.getString(3)),
                                row.getInt(4) == 1,
                                object(row.getString(5))));
                    }
                }
            }
            return events;
        });
    }

    private static void append(
            Connection c, String id, TaskEvent.Type type, boolean recoverable, ObjectNode body, Instant now)
            throws SQLException {
        update(
                c,
                "INSERT INTO scaffolder_task_event (task_id, id, type, created_at, recoverable, body)"
                        + " SELECT ?, COALESCE(MAX(id), 0) + 1, ?, ?, ?, ? FROM scaffolder_task_event WHERE task_id = ?",
                id,
                type.word(),
                now.toString(),
                recoverable ? 1 : 0,
                JSON.writeValueAsString(body),
                id);
    }

    private static int update(Connection c, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    private static long number(Connection c, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private static List<Task> select(Connection c, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            bind(statement, values);
            List<Task> tasks = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tasks.add(new Task(
                            row.getString(1),
                            object(row.getString(2)),
                            TaskStatus.parse(row.getString(3)),
                            Instant.parse(row.getString(4)),
                            Optional.ofNullable(row.getString(6)).map(Instant::parse),
                            Optional.ofNullable(row.getString(5))));
                }
            }
            return tasks;
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private static ObjectNode object(String json) {
        return JSON.readTree(json) instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }
}
