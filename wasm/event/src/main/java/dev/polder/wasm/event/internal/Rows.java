package dev.polder.wasm.event.internal;

import dev.polder.wasm.capability.MessageBroker;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A message in the columns {@code subject, reply_to, metadata, payload} of a row, in this order. */
public final class Rows {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Rows() {}

    /** @param first the parameter's number of {@code subject} */
    public static void set(PreparedStatement statement, int first, MessageBroker.Message message) throws SQLException {
        statement.setString(first, message.subject());
        statement.setString(first + 1, message.replyTo().orElse(null));
        ArrayNode metadata = JsonNodeFactory.instance.arrayNode();
        for (MessageBroker.Header header : message.metadata()) {
            metadata.addArray().add(header.name()).add(header.value());
        }
        statement.setString(first + 2, metadata.toString());
        statement.setString(first + 3, Base64.getEncoder().encodeToString(message.body()));
    }

    /** Reads the columns by their names. */
    public static MessageBroker.Message get(ResultSet row) throws SQLException {
        return get(row, row.getString("payload"));
    }

    /** @param payload in Base64, in place of the column */
    public static MessageBroker.Message get(ResultSet row, String payload) throws SQLException {
        List<MessageBroker.Header> metadata = new ArrayList<>();
        for (JsonNode pair : JSON.readTree(row.getString("metadata"))) {
            metadata.add(new MessageBroker.Header(
                    pair.path(0).asString(""), pair.path(1).asString("")));
        }
        return new MessageBroker.Message(
                row.getString("subject"),
                Base64.getDecoder().decode(payload),
                Optional.ofNullable(row.getString("reply_to")),
                metadata);
    }
}
