package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.wasm.event.DeadLetter;
import dev.polder.wasm.event.DeadLetters;
import dev.polder.wasm.event.EventTriggers;
import dev.polder.wasm.event.TriggerState;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The event triggers of a workload, and its dead letters: {@code /api/polder/workloads/{namespace}/{name}/…}. */
public final class EventsApi {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int PREVIEW_BYTES = 256;
    private static final int PAGE = 50;

    /** Of a payload; all of it can be downloaded. */
    private static final int SHOWN_BYTES = 65_535;

    /** Less than the time of a request. */
    private static final Duration LONGEST = Duration.ofSeconds(45);

    private final EventTriggers triggers;

    public EventsApi(EventTriggers triggers) {
        this.triggers = triggers;
    }

    public Routes routes() {
        String one = "/workloads/{namespace}/{name}";
        String letters = one + "/dead-letters";
        return new Routes("/api/polder", ErrorBody.problem())
                .get(one + "/triggers", this::list)
                .post(one + "/triggers/{id}/fire", this::fire)
                .get(letters, this::page)
                .delete(letters, this::deleteAll)
                .post(letters + "/redeliver", this::redeliverAll)
                .post(letters + "/restore", this::restore)
                .get(letters + "/{id}", this::letter)
                .get(letters + "/{id}/payload", this::payload)
                .delete(letters + "/{id}", this::delete)
                .post(letters + "/{id}/redeliver", this::redeliver);
    }

    private HttpResponse list(Request request) {
        WorkloadRef workload = workload(request);
        ObjectNode body = JSON.objectNode();
        ArrayNode items = body.putArray("items");
        triggers.states(workload).forEach(state -> items.add(trigger(workload, state)));
        return Responses.json(body);
    }

    private ObjectNode trigger(WorkloadRef workload, TriggerState state) {
        ObjectNode node = JSON.objectNode();
        node.put("id", state.trigger().id());
        node.put("kind", state.trigger().kind());
        node.put("component", state.trigger().component());
        node.put("source", state.source());
        node.put("delivery", state.redelivers() ? "at-least-once" : "at-most-once");
        node.put("state", state.phase().id());
        node.put("since", state.since().toString());
        node.put("lastEventAt", text(state.lastEventAt()));
        if (state.lastError() == null) {
            node.putNull("lastError");
        } else {
            node.putObject("lastError")
                    .put("at", state.lastError().at().toString())
                    .put("message", state.lastError().message());
        }
        node.put("nextAt", text(state.nextAt()));
        node.put("running", state.running());
        node.put("waiting", state.waiting());
        node.put("received", state.received());
        node.put("succeeded", state.succeeded());
        node.put("failed", state.failed());
        node.put("redelivered", state.redelivered());
        node.put("dropped", state.dropped());
        node.put(
                "deadLetters",
                triggers.deadLetters().total(workload, state.trigger().id()).count());
        return node;
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private HttpResponse fire(Request request) {
        JsonNode body = request.body().length == 0 ? JSON.objectNode() : request.json();
        String text = body.path("payload").asString("");
        byte[] payload = switch (body.path("encoding").asString("text")) {
            case "text" -> text.getBytes(StandardCharsets.UTF_8);
            case "base64" -> decoded(text);
            case String other -> throw Problem.invalid("encoding: \"" + other + "\" (expected: text or base64)");
        };
        long began = System.nanoTime();
        triggers.fire(
                workload(request),
                request.path("id"),
                payload,
                body.path("subject").asString(""));
        return Responses.json(JSON.objectNode().put("millis", (System.nanoTime() - began) / 1_000_000));
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("payload: " + e.getMessage() + " (expected: Base64)");
        }
    }

    private HttpResponse page(Request request) {
        WorkloadRef workload = workload(request);
        long limit = request.query("limit").map(text -> number("limit", text)).orElse((long) PAGE);
        long before =
                request.query("before").map(text -> number("before", text)).orElse(Long.MAX_VALUE);
        if (limit < 1 || limit > DeadLetters.MAX_PAGE) {
            throw Problem.invalid("limit: " + limit + " (expected: 1 to " + DeadLetters.MAX_PAGE + ")");
        }
        DeadLetters.Page page = triggers.deadLetters()
                .page(
                        workload,
                        request.query("trigger").orElse(null),
                        request.query("words").filter(words -> !words.isBlank()).orElse(null),
                        before,
                        (int) limit);
        DeadLetters.Total total = triggers.deadLetters().total(workload, null);
        ObjectNode body = JSON.objectNode();
        ArrayNode items = body.putArray("items");
        page.letters().forEach(letter -> items.add(summary(letter)));
        body.put("next", page.next() == null ? null : page.next().toString());
        body.put("total", total.count());
        body.put("bytes", total.bytes());
        return Responses.json(body);
    }

    private HttpResponse letter(Request request) {
        DeadLetter letter = found(request);
        ObjectNode body = summary(letter);
        body.put("replyTo", letter.event().message().replyTo().orElse(null));
        ArrayNode metadata = body.putArray("metadata");
        letter.event()
                .message()
                .metadata()
                .forEach(header ->
                        metadata.addObject().put("name", header.name()).put("value", header.value()));
        byte[] payload = letter.event().message().body();
        int shown = Math.min(payload.length, SHOWN_BYTES);
        if (isText(payload)) {
            while (shown < payload.length && (payload[shown] & 0xC0) == 0x80) {
                shown--; // not in the middle of a character
            }
            body.putObject("payload")
                    .put("encoding", "text")
                    .put("data", new String(payload, 0, shown, StandardCharsets.UTF_8))
                    .put("shown", shown);
        } else {
            body.putObject("payload")
                    .put("encoding", "base64")
                    .put("data", Base64.getEncoder().encodeToString(Arrays.copyOf(payload, shown)))
                    .put("shown", shown);
        }
        return Responses.json(body);
    }

    private HttpResponse payload(Request request) {
        DeadLetter letter = found(request);
        return Responses.download(
                "dead-letter-" + letter.id(),
                MediaType.OCTET_STREAM,
                letter.event().message().body());
    }

    private DeadLetter found(Request request) {
        WorkloadRef workload = workload(request);
        return triggers.deadLetters()
                .get(workload, id(request))
                .orElseThrow(() -> Problem.notFound("workload " + workload + ": no dead letter " + request.path("id")));
    }

    /** The id is text: it is larger than what JavaScript counts exactly. */
    private static ObjectNode summary(DeadLetter letter) {
        ObjectNode node = JSON.objectNode();
        node.put("id", Long.toString(letter.id()));
        node.put("trigger", letter.trigger());
        node.put("kind", letter.kind());
        node.put("component", letter.component());
        node.put("source", letter.source());
        node.put("subject", letter.event().message().subject());
        node.put("at", letter.at().toString());
        node.put("firstAt", letter.event().at().toString());
        node.put("error", letter.error());
        node.put("attempts", letter.attempts());
        node.put("bytes", letter.bytes());
        node.put("truncated", letter.truncated());
        byte[] payload = letter.event().message().body();
        node.put("preview", new String(payload, 0, Math.min(payload.length, PREVIEW_BYTES), StandardCharsets.UTF_8));
        return node;
    }

    private static boolean isText(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .chars()
                    .noneMatch(c -> c < ' ' && "\t\r\n\u001b".indexOf(c) < 0);
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private HttpResponse redeliver(Request request) {
        triggers.redeliver(workload(request), id(request));
        return Responses.empty(204);
    }

    private HttpResponse redeliverAll(Request request) {
        JsonNode body = request.body().length == 0 ? JSON.objectNode() : request.json();
        String trigger = body.path("trigger").asString("");
        EventTriggers.Redelivered done =
                triggers.redeliverAll(workload(request), trigger.isEmpty() ? null : trigger, LONGEST);
        return Responses.json(JSON.objectNode()
                .put("delivered", done.delivered())
                .put("failed", done.failed())
                .put("left", done.left()));
    }

    private HttpResponse delete(Request request) {
        WorkloadRef workload = workload(request);
        DeadLetters.Deleted deleted = triggers.deadLetters().delete(workload, id(request));
        if (deleted.count() == 0) {
            throw Problem.notFound("workload " + workload + ": no dead letter " + request.path("id"));
        }
        return deleted(deleted);
    }

    private HttpResponse deleteAll(Request request) {
        return deleted(triggers.deadLetters()
                .deleteAll(workload(request), request.query("trigger").orElse(null)));
    }

    private static HttpResponse deleted(DeadLetters.Deleted deleted) {
        return Responses.json(
                JSON.objectNode().put("deleted", deleted.count()).put("undo", Long.toString(deleted.undo())));
    }

    private HttpResponse restore(Request request) {
        long undo = number("undo", request.json().path("undo").asString(""));
        int restored = triggers.deadLetters().restore(workload(request), undo);
        if (restored == 0) {
            throw Problem.notFound("undo: " + undo + " (expected: of a deletion in the last "
                    + DeadLetters.UNDO.toMinutes() + " minutes)");
        }
        return Responses.json(JSON.objectNode().put("restored", restored));
    }

    private static WorkloadRef workload(Request request) {
        return new WorkloadRef(request.path("namespace"), request.path("name"));
    }

    private static long id(Request request) {
        return number("id", request.path("id"));
    }

    private static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Problem.invalid(name + ": \"" + text + "\" (expected: a whole number)");
        }
    }
}
