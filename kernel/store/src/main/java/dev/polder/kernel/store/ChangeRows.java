package dev.polder.kernel.store;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.store.ResourceStore.ResourceEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The statements on the tables {@code changes} and {@code feed}. */
final class ChangeRows {

    /** The channel on which replicas tell each other of changes (PostgreSQL only). */
    static final String CHANNEL = "polder_changes";

    private ChangeRows() {}

    /** Numbers handed out within one transaction. */
    static final class Numbers {
        private final long before;
        private long last;

        private Numbers(long before) {
            this.before = before;
            this.last = before;
        }

        long next() {
            return ++last;
        }
    }

    /** Locks the sequence until the transaction ends; see the migration for why. */
    static Numbers lock(Connection connection) throws SQLException {
        try (Statement update = connection.createStatement();
                ResultSet row = update.executeQuery("UPDATE feed SET last = last WHERE id = 1 RETURNING last")) {
            row.next();
            return new Numbers(row.getLong(1));
        }
    }

    /** Keeps the numbers that were used, and tells other replicas on commit. Returns the last one. */
    static long finish(Connection connection, Numbers numbers, Database.Dialect dialect) throws SQLException {
        if (numbers.last == numbers.before) {
            return numbers.last;
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE feed SET last = ? WHERE id = 1")) {
            update.setLong(1, numbers.last);
            update.executeUpdate();
        }
        if (dialect == Database.Dialect.POSTGRESQL) {
            try (Statement notify = connection.createStatement()) {
                notify.execute("NOTIFY " + CHANNEL);
            }
        }
        return numbers.last;
    }

    static void add(Connection connection, Resource resource, ResourceEvent.Type type, String document)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO changes (resource_version, changed_at, type, api_group, kind, document)"
                        + " VALUES (?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, resource.metadata().resourceVersion());
            insert.setLong(2, System.currentTimeMillis());
            insert.setString(3, type.name());
            insert.setString(4, resource.key().group());
            insert.setString(5, resource.kind());
            insert.setString(6, document);
            insert.executeUpdate();
        }
    }

    static long last(Connection connection) throws SQLException {
        return feed(connection, "last");
    }

    /** Changes up to this version are gone. */
    static long compacted(Connection connection) throws SQLException {
        return feed(connection, "compacted");
    }

    private static long feed(Connection connection, String column) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT " + column + " FROM feed WHERE id = 1")) {
            row.next();
            return row.getLong(1);
        }
    }

    static List<ResourceEvent> after(Connection connection, String group, String kind, long version, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT type, document FROM changes"
                + " WHERE api_group = ? AND kind = ? AND resource_version > ? ORDER BY resource_version LIMIT ?")) {
            select.setString(1, group);
            select.setString(2, kind);
            select.setLong(3, version);
            select.setInt(4, limit);
            List<ResourceEvent> events = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(new ResourceEvent(
                            ResourceEvent.Type.valueOf(rows.getString(1)), ResourceRows.ofDocument(rows.getString(2))));
                }
            }
            return events;
        }
    }

    /** Drops changes up to a version that were made before a time. */
    static void compact(Connection connection, long upTo, long beforeMillis) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM changes WHERE resource_version <= ? AND changed_at < ?")) {
            delete.setLong(1, upTo);
            delete.setLong(2, beforeMillis);
            if (delete.executeUpdate() == 0) {
                return;
            }
        }
        try (Statement update = connection.createStatement()) {
            update.executeUpdate("UPDATE feed SET compacted ="
                    + " COALESCE((SELECT MIN(resource_version) - 1 FROM changes), last) WHERE id = 1");
        }
    }
}
