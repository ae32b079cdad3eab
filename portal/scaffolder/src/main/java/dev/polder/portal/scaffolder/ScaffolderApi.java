package dev.polder.portal.scaffolder;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.EventSink;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Backstage's scaffolder API, version 2, under {@code /api/scaffolder}; the real clients work against it. */
public final class ScaffolderApi {

    private static final Duration LONG_POLL = Duration.ofSeconds(25);
    private static final int MAX_LIST = 1_000;
    private static final int MAX_FILES = 5_000;
    private static final Set<String> ORDER = Set.of("created_at", "status", "created_by");

    private final Scaffolder scaffolder;

    private ScaffolderApi(Scaffolder scaffolder) {
        this.scaffolder = scaffolder;
    }

    /** The routes; a dry run's body may be large, so the server should allow 10 MB. */
    public static Routes routes(Scaffolder scaffolder) {
        ScaffolderApi api = new ScaffolderApi(scaffolder);
        return new Routes("/api/scaffolder", ErrorBody.backstage())
                .get("/v2/templates/{namespace}/{kind}/{name}/parameter-schema", api::parameterSchema)
                .get("/v2/actions", api::actions)
                .post("/v2/tasks", api::create)
                .get("/v2/tasks", api::list)
                .get("/v2/tasks/{id}", request -> Responses.json(json(scaffolder.task(request.path("id")))))
                .events("/v2/tasks/{id}/eventstream", api::stream)
                .get("/v2/tasks/{id}/events", api::poll)
                .post("/v2/tasks/{id}/cancel", api::cancel)
                .post("/v2/tasks/{id}/retry", api::retry)
                .post("/v2/dry-run", api::dryRun)
                .add(HttpMethod.POST, "/v2/autocomplete/{provider}/{resource}", Access.READ, api::autocomplete)
                .get("/v2/templating-extensions", api::extensions);
    }

    private HttpResponse parameterSchema(Request request) {
        EntityRef ref = EntityRef.of(request.path("kind"), request.path("namespace"), request.path("name"));
        TemplateSpec template = scaffolder.template(ref);
        JsonNode metadata = template.entity().path("metadata");
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("title", metadata.has("title") ? metadata.path("title") : metadata.path("name"));
        copy(template.spec(), "presentation", body);
        copy(metadata, "description", body);
        copy(metadata, "ui:options", body);
        ArrayNode steps = body.putArray("steps");
        for (JsonNode page : template.pages()) {
            ObjectNode step = steps.addObject();
            step.put("title", page.path("title").asString("Please enter the following information"));
            copy(page, "description", step);
            step.set("schema", page);
        }
        copy(template.spec(), "formDecorators", body);
        return Responses.json(body);
    }

    private static void copy(JsonNode from, String field, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.path(field));
        }
    }

    private HttpResponse actions(Request request) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (TemplateAction action : scaffolder.actions()) {
            ObjectNode shown = list.addObject().put("id", action.id()).put("description", action.description());
            ArrayNode examples = shown.putArray("examples");
            action.examples()
                    .forEach(example -> examples.addObject()
                            .put("description", example.description())
                            .put("example", example.example()));
            ObjectNode schema = shown.putObject("schema");
            schema.set("input", action.inputSchema());
            action.outputSchema().ifPresent(output -> schema.set("output", output));
        }
        return Responses.json(list);
    }

    private HttpResponse create(Request request) {
        JsonNode body = request.json();
        EntityRef ref = templateRef(body);
        ObjectNode values = object(body, "values");
        Map<String, String> secrets = secrets(body);
        ArrayNode errors = scaffolder.check(ref, values, secrets);
        if (!errors.isEmpty()) {
            return refused(errors);
        }
        String id = scaffolder.create(ref, values, secrets, request.caller());
        return Responses.json(201, JsonNodeFactory.instance.objectNode().put("id", id));
    }

    static EntityRef templateRef(JsonNode body) {
        if (!body.path("templateRef").isString()) {
            throw Problem.invalid(
                    "templateRef: " + body.path("templateRef") + " (expected: text such as template:default/x)");
        }
        return EntityRef.parse(body.path("templateRef").asString(), "template", EntityRef.DEFAULT_NAMESPACE);
    }

    static ObjectNode object(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw Problem.invalid(field + ": " + value.getNodeType() + " (expected: an object)");
    }

    private static Map<String, String> secrets(JsonNode body) {
        Map<String, String> secrets = new HashMap<>();
        object(body, "secrets").properties().forEach(field -> {
            if (!field.getValue().isString()) {
                throw Problem.invalid("secrets." + field.getKey() + ": not text (expected: text)");
            }
            secrets.put(field.getKey(), field.getValue().asString());
        });
        return secrets;
    }

    private static HttpResponse refused(ArrayNode errors) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("errors", errors);
        return Responses.json(400, body);
    }

    private HttpResponse list(Request request) {
        List<TaskStore.Order> order = new ArrayList<>();
        for (String item : request.queryAll("order")) {
            int colon = item.indexOf(':');
            String direction = colon < 0 ? "" : item.substring(0, colon);
            if (!direction.equals("asc") && !direction.equals("desc")) {
                throw Problem.invalid(
                        "Invalid order parameter \"" + item + "\", expected \"<asc or desc>:<field name>\"");
            }
            String field = item.substring(colon + 1);
            if (!ORDER.contains(field)) {
                throw Problem.invalid("Invalid order field \"" + field + "\"");
            }
            order.add(new TaskStore.Order(field, direction.equals("asc")));
        }
        TaskStore.Query query = new TaskStore.Query(
                request.queryAll("createdBy"),
                request.queryAll("status").stream().map(TaskStatus::parse).toList(),
                order,
                (int) number(request, "limit", MAX_LIST, MAX_LIST),
                (int) number(request, "offset", 0, Integer.MAX_VALUE));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode tasks = body.putArray("tasks");
        scaffolder.list(query).forEach(task -> tasks.add(json(task)));
        body.put("totalTasks", scaffolder.count(query));
        return Responses.json(body);
    }

    private static long number(Request request, String name, long otherwise, long most) {
        String text = request.query(name).orElse("");
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw Problem.invalid(name + ": \"" + text + "\" (expected: a whole number)");
        }
        return Math.min(Long.parseLong(text), most);
    }

    static ObjectNode json(Task task) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", task.id());
        json.set("spec", task.spec());
        json.put("status", task.status().word());
        json.put("createdAt", task.createdAt().toString());
        task.lastHeartbeatAt().ifPresent(at -> json.put("lastHeartbeatAt", at.toString()));
        task.createdBy().ifPresent(by -> json.put("createdBy", by));
        return json;
    }

    private void stream(Request request, EventSink sink) throws InterruptedException {
        Iterator<TaskEvent> events = scaffolder.events(request.path("id"), number(request, "after", 0, Long.MAX_VALUE));
        while (events.hasNext()) {
            TaskEvent event = events.next();
            sink.send(event.type().word(), JsonMapper.shared().writeValueAsString(event.toJson()));
        }
    }

    private HttpResponse poll(Request request) throws InterruptedException {
        String id = request.path("id");
        scaffolder.task(id);
        ArrayNode events = JsonNodeFactory.instance.arrayNode();
        scaffolder
                .awaitEvents(id, number(request, "after", 0, Long.MAX_VALUE), LONG_POLL)
                .forEach(event -> events.add(event.toJson()));
        return Responses.json(events);
    }

    private HttpResponse cancel(Request request) {
        scaffolder.cancel(request.path("id"));
        return Responses.json(JsonNodeFactory.instance.objectNode().put("status", "cancelled"));
    }

    private HttpResponse retry(Request request) {
        String id = request.path("id");
        JsonNode body = request.body().length == 0 ? JsonNodeFactory.instance.objectNode() : request.json();
        Map<String, String> secrets = secrets(body);
        ArrayNode errors = scaffolder.retryErrors(scaffolder.task(id), secrets);
        if (!errors.isEmpty()) {
            return refused(errors);
        }
        scaffolder.retry(id, secrets);
        return Responses.json(201, JsonNodeFactory.instance.objectNode().put("id", id));
    }

    private HttpResponse dryRun(Request request) throws Exception {
        JsonNode body = request.json();
        ObjectNode template = object(body, "template");
        ObjectNode values = object(body, "values");
        Map<String, String> secrets = secrets(body);
        Map<String, byte[]> files = new HashMap<>();
        JsonNode contents = body.path("directoryContents");
        if (!contents.isArray() || contents.size() > MAX_FILES) {
            throw Problem.invalid("directoryContents: " + contents.getNodeType() + " (expected: a list of at most "
                    + MAX_FILES + " files)");
        }
        for (JsonNode file : contents) {
            try {
                files.put(
                        file.path("path").asString(""),
                        Base64.getDecoder().decode(file.path("base64Content").asString("")));
            } catch (IllegalArgumentException e) {
                throw Problem.invalid("directoryContents: " + file.path("path").asString("") + ": not Base64");
            }
        }
        ArrayNode errors = scaffolder.dryRunErrors(template, values, secrets);
        if (!errors.isEmpty()) {
            return refused(errors);
        }
        return Responses.json(scaffolder.dryRun(template, values, secrets, files, request.caller()));
    }

    private HttpResponse autocomplete(Request request) {
        if (request.json().path("token").asString("").isEmpty()) {
            throw Problem.invalid("Missing token query parameter");
        }
        throw Problem.invalid("Unsupported provider: " + request.path("provider"));
    }

    private HttpResponse extensions(Request request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode filters = body.putObject("filters");
        scaffolder.filters().forEach(filters::putObject);
        ObjectNode globals = body.putObject("globals");
        ObjectNode functions = globals.putObject("functions");
        functions.putObject("always").put("description", "True; a step whose if asks it runs after a failure too");
        functions.putObject("failure").put("description", "Whether a step before this one failed");
        globals.putObject("values");
        return Responses.json(body);
    }
}
