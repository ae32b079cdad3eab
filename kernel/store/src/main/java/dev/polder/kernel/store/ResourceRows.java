package dev.polder.kernel.store;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.YamlDocument;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The statements on the table {@code resources} and the shape of its rows. */
final class ResourceRows {

    static final JsonMapper JSON = JsonMapper.shared();

    private static final String COLUMNS = "api_group, kind, namespace, name, api_version, uid, resource_version,"
            + " generation, metadata, fields, status";

    private ResourceRows() {}

    static Optional<Resource> find(Connection connection, ResourceKey key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                + " FROM resources WHERE api_group = ? AND kind = ? AND namespace = ? AND name = ?")) {
            setKey(select, 1, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        }
    }

    static List<Resource> list(Connection connection, String group, String kind, @Nullable String namespace)
            throws SQLException {
        String narrowed = namespace == null ? "" : " AND namespace = ?";
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                + " FROM resources WHERE api_group = ? AND kind = ?" + narrowed + " ORDER BY namespace, name")) {
            select.setString(1, group);
            select.setString(2, kind);
            if (namespace != null) {
                select.setString(3, namespace);
            }
            List<Resource> resources = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    resources.add(read(rows));
                }
            }
            return resources;
        }
    }

    static void write(Connection connection, Resource resource) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO resources (" + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (api_group, kind, namespace, name) DO UPDATE SET"
                + " api_version = excluded.api_version, resource_version = excluded.resource_version,"
                + " generation = excluded.generation, metadata = excluded.metadata, fields = excluded.fields,"
                + " status = excluded.status")) {
            setKey(upsert, 1, resource.key());
            upsert.setString(5, resource.apiVersion());
            upsert.setString(6, resource.metadata().uid());
            upsert.setLong(7, resource.metadata().resourceVersion());
            upsert.setLong(8, resource.metadata().generation());
            upsert.setString(9, JSON.writeValueAsString(metadata(resource)));
            upsert.setString(10, JSON.writeValueAsString(resource.fields()));
            upsert.setString(11, JSON.writeValueAsString(resource.status()));
            upsert.executeUpdate();
        }
    }

    static void delete(Connection connection, ResourceKey key) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM resources WHERE api_group = ? AND kind = ? AND namespace = ? AND name = ?")) {
            setKey(delete, 1, key);
            delete.executeUpdate();
        }
    }

    private static void setKey(PreparedStatement statement, int from, ResourceKey key) throws SQLException {
        statement.setString(from, key.group());
        statement.setString(from + 1, key.kind());
        statement.setString(from + 2, key.namespace());
        statement.setString(from + 3, key.name());
    }

    private static Resource read(ResultSet row) throws SQLException {
        JsonNode metadata = JSON.readTree(row.getString("metadata"));
        return new Resource(
                row.getString("api_version"),
                row.getString("kind"),
                new Resource.Metadata(
                        row.getString("name"),
                        row.getString("namespace"),
                        strings(metadata.path("labels")),
                        strings(metadata.path("annotations")),
                        row.getString("uid"),
                        row.getLong("resource_version"),
                        row.getLong("generation"),
                        created(metadata.path("created"))),
                object(row.getString("fields")),
                object(row.getString("status")));
    }

    private static ObjectNode metadata(Resource resource) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        ObjectNode labels = metadata.putObject("labels");
        resource.metadata().labels().forEach(labels::put);
        ObjectNode annotations = metadata.putObject("annotations");
        resource.metadata().annotations().forEach(annotations::put);
        Instant created = resource.metadata().creationTimestamp();
        if (created != null) {
            metadata.put("created", created.toEpochMilli());
        }
        return metadata;
    }

    /** Rows that were written before the time was kept have none. */
    private static @Nullable Instant created(JsonNode millis) {
        return millis.isNumber() ? Instant.ofEpochMilli(millis.asLong()) : null;
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new HashMap<>();
        object.properties()
                .forEach(entry -> strings.put(entry.getKey(), entry.getValue().stringValue()));
        return strings;
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) JSON.readTree(text);
    }

    /** The whole resource as one text, for the change feed. */
    static String document(Resource resource) {
        return JSON.writeValueAsString(ResourceCodec.encode(resource));
    }

    static Resource ofDocument(String text) {
        return ResourceCodec.decode(new YamlDocument("change feed", 0, JSON.readTree(text), Map.of()), "");
    }
}
