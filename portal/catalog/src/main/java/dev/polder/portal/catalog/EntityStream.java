package dev.polder.portal.catalog;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.server.Responses;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers a long list piece by piece, waiting for the client to take each, so that its size does not matter. */
final class EntityStream {

    private static final int SMALL = 100;
    private static final int PIECE_BYTES = 64 * 1024;

    private EntityStream() {}

    static HttpResponse of(ServiceRequestContext context, List<Entity> entities, @Nullable FieldSelection fields) {
        if (entities.size() <= SMALL) {
            ArrayNode items = JsonNodeFactory.instance.arrayNode();
            entities.forEach(entity -> items.add(selected(entity, fields)));
            return Responses.json(items);
        }
        HttpResponseWriter writer = HttpResponse.streaming();
        writer.write(ResponseHeaders.of(
                HttpStatus.OK, com.linecorp.armeria.common.HttpHeaderNames.CONTENT_TYPE, MediaType.JSON_UTF_8));
        Thread.ofVirtual().name("entities").start(context.makeContextAware(() -> write(writer, entities, fields)));
        return writer;
    }

    private static void write(HttpResponseWriter writer, List<Entity> entities, @Nullable FieldSelection fields) {
        JsonMapper json = JsonMapper.shared();
        ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE_BYTES * 2);
        piece.write('[');
        try {
            for (int i = 0; i < entities.size(); i++) {
                if (i > 0) {
                    piece.write(',');
                }
                piece.writeBytes(json.writeValueAsBytes(selected(entities.get(i), fields)));
                if (piece.size() >= PIECE_BYTES) {
                    if (!writer.tryWrite(HttpData.wrap(piece.toByteArray()))) {
                        return;
                    }
                    piece.reset();
                    writer.whenConsumed().join();
                }
            }
            piece.write(']');
            writer.write(HttpData.wrap(piece.toByteArray()));
            writer.close();
        } catch (CompletionException e) {
            // The client went away in the middle; there is nobody left to tell.
            writer.close(e);
        }
    }

    private static JsonNode selected(Entity entity, @Nullable FieldSelection fields) {
        ObjectNode json = entity.json();
        return fields == null ? json : fields.of(json);
    }
}
