package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.EventSink;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /api/polder/facts}: the strip of many components at once, and as a stream. */
public final class FactsApi {

    private static final int MAX_REFS = 200;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS_BETWEEN_PINGS = 15;

    private final Facts facts;

    public FactsApi(Facts facts) {
        this.facts = facts;
    }

    public Routes routes() {
        return new Routes("/api/polder", ErrorBody.problem())
                .get("/facts", this::list)
                .events("/facts/stream", this::stream);
    }

    private HttpResponse list(Request request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode items = body.putArray("items");
        for (EntityRef ref : refs(request)) {
            facts.of(ref).ifPresentOrElse(items::add, items::addNull);
        }
        return Responses.json(body);
    }

    /** Looks once a second at what is in memory anyway, and tells what changed. */
    private void stream(Request request, EventSink sink) throws InterruptedException {
        List<EntityRef> refs = refs(request);
        Map<EntityRef, String> told = new HashMap<>();
        for (int tick = 1; sink.open(); tick++) {
            for (EntityRef ref : refs) {
                Optional<String> now = facts.of(ref).map(ObjectNode::toString);
                if (now.isPresent() && !now.get().equals(told.put(ref, now.get()))) {
                    sink.send("facts", now.get());
                }
            }
            if (tick % TICKS_BETWEEN_PINGS == 0) {
                sink.send("ping", "{}");
            }
            Thread.sleep(TICK);
        }
    }

    private static List<EntityRef> refs(Request request) {
        List<String> asked = request.queryAll("ref");
        if (asked.isEmpty() || asked.size() > MAX_REFS) {
            throw Problem.invalid("ref: " + asked.size() + " of them (expected: 1 to " + MAX_REFS + ")");
        }
        return asked.stream()
                .map(ref -> EntityRef.parse(ref, "component", EntityRef.DEFAULT_NAMESPACE))
                .toList();
    }
}
