package dev.polder.wasm.service;

import dev.polder.kernel.model.Where;
import dev.polder.wasm.service.SpinManifest.Component;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/** Reads the triggers of one {@code spin.toml} and the inline components in them. */
final class TriggerReader {

    private static final int MAX_TRIGGERS = 200;
    private static final String KINDS = "http, redis, cron, mqtt, messaging";
    private static final int MAX_TEXT = SpinManifestReader.MAX_TEXT;
    private static final String MIDDLEWARE = "middleware is of wasi:http/handler@0.3.0, which WASI 0.3 has";
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\t]{0,8192}");

    private final String source;
    private final TomlCursor.Mistakes mistakes;
    private final Map<String, Component> components;
    private final ComponentReader componentReader;
    private final List<SpinTrigger.Http> http = new ArrayList<>();
    private final List<SpinTrigger.Event> others = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    TriggerReader(
            String source,
            TomlCursor.Mistakes mistakes,
            Map<String, Component> components,
            ComponentReader componentReader) {
        this.source = source;
        this.mistakes = mistakes;
        this.components = components;
        this.componentReader = componentReader;
    }

    List<SpinTrigger.Http> http() {
        return http;
    }

    List<SpinTrigger.Event> others() {
        return others;
    }

    /** @param defaults {@code [application.trigger]} */
    void read(@Nullable TomlCursor table, @Nullable TomlCursor defaults) {
        if (table == null || table.keys().isEmpty()) {
            Where where = table == null ? Where.of(source) : table.here();
            mistakes.add(where.field("trigger.http"), "no [[trigger.http]] (expected: at least one trigger)");
        }
        readDefaults(defaults);
        if (table == null) {
            return;
        }
        Map<String, Where> routes = new HashMap<>();
        for (TomlCursor trigger : table.tables("http", MAX_TRIGGERS)) {
            SpinTrigger.Http read = http(trigger);
            http.add(read);
            if (read.route() != null) {
                Where first = routes.putIfAbsent(RoutePattern.canonical(read.route()), trigger.where("route"));
                if (first != null) {
                    trigger.mistake("route", "\"" + read.route() + "\" is also the route at line " + first.line());
                }
            }
        }
        for (TomlCursor trigger : table.tables("redis", MAX_TRIGGERS)) {
            others.add(redis(trigger, defaults == null ? null : defaults.table("redis")));
        }
        for (TomlCursor trigger : table.tables("cron", MAX_TRIGGERS)) {
            others.add(cron(trigger));
        }
        for (TomlCursor trigger : table.tables("mqtt", MAX_TRIGGERS)) {
            others.add(mqtt(trigger, defaults == null ? null : defaults.table("mqtt")));
        }
        for (TomlCursor trigger : table.tables("messaging", MAX_TRIGGERS)) {
            others.add(messaging(trigger, defaults == null ? null : defaults.table("messaging")));
        }
        table.finish(KINDS);
    }

    /** The address of the broker for the app's own messages, or null when the manifest asks for none. */
    @Nullable
    String broker(@Nullable TomlCursor defaults) {
        TomlCursor table = defaults == null ? null : defaults.table("messaging");
        if (table != null) {
            return SpinManifestReader.orEmpty(table.text("address", MAX_TEXT));
        }
        return others.stream().anyMatch(trigger -> trigger instanceof SpinTrigger.Messaging) ? "" : null;
    }

    private void readDefaults(@Nullable TomlCursor defaults) {
        if (defaults == null) {
            return;
        }
        TomlCursor http = defaults.table("http");
        if (http != null) {
            if (!"/".equals(http.value("base")) && http.has("base")) {
                http.mistake(
                        "base",
                        TomlCursor.shown(Objects.requireNonNull(http.value("base")))
                                + " (expected: none, and each route with it in front)");
            }
            http.finish("none");
        }
        TomlCursor cron = defaults.table("cron");
        if (cron != null) {
            cron.finish("none");
        }
        TomlCursor redis = defaults.table("redis");
        if (redis != null) {
            redis.text("address", MAX_TEXT);
            redis.finish("address");
        }
        TomlCursor mqtt = defaults.table("mqtt");
        if (mqtt != null) {
            for (String key : List.of("address", "username", "password", "keep_alive_interval")) {
                mqtt.value(key);
            }
            mqtt.finish("address, username, password, keep_alive_interval");
        }
        TomlCursor messaging = defaults.table("messaging");
        if (messaging != null) {
            optional(messaging, "address");
            messaging.finish("address");
        }
        defaults.finish(KINDS);
    }

    private SpinTrigger.Http http(TomlCursor table) {
        String route = route(table);
        SpinTrigger.Executor executor = executor(table);
        TomlCursor answer = table.table("static_response");
        SpinTrigger.Answer to;
        String id = id(table, "http");
        if (answer != null) {
            if (table.has("component") || table.has("executor")) {
                table.mistake("static_response", "stands beside a component or an executor (expected: one of them)");
            }
            table.value("component");
            to = staticResponse(answer);
        } else {
            to = new SpinTrigger.Run(component(table, id), executor);
        }
        table.unsupported("components", MIDDLEWARE);
        table.unsupported("dependencies", MIDDLEWARE);
        table.finish("id, route, component, static_response, executor, components, dependencies");
        return new SpinTrigger.Http(id, route, to, table.here());
    }

    private @Nullable String route(TomlCursor table) {
        if (table.value("route") instanceof TomlTable) {
            TomlCursor inner = Objects.requireNonNull(table.table("route"));
            if (!inner.flag("private")) {
                table.mistake("route", "a table without private = true (expected: a pattern or { private = true })");
            }
            inner.finish("private");
            return null;
        }
        String written = table.requiredText("route", 1000);
        String route = written.isEmpty() || written.startsWith("/") ? written : "/" + written; // as Spin has it
        String fault = route.isEmpty() ? null : RoutePattern.fault(route);
        if (fault != null) {
            table.mistake("route", fault);
        }
        return route;
    }

    private static SpinTrigger.Executor executor(TomlCursor trigger) {
        TomlCursor table = trigger.table("executor");
        if (table == null) {
            return new SpinTrigger.Components();
        }
        String type = table.requiredText("type", 100);
        if (!type.equals("wagi")) {
            if (type.equals("wasip3-unstable")) {
                table.unsupported("type", "components of WASI 0.3 do not run; \"http\" is for those of 0.2");
            } else if (!type.isEmpty() && !type.equals("http") && !type.equals("spin")) {
                table.mistake("type", TomlCursor.shown(type) + " (expected: \"http\" or \"wagi\")");
            }
            table.finish("type");
            return new SpinTrigger.Components();
        }
        @Nullable String argv = table.text("argv", MAX_TEXT);
        @Nullable String entrypoint = table.text("entrypoint", 200);
        if (entrypoint != null && !entrypoint.isEmpty() && !entrypoint.equals("_start")) {
            table.mistake(
                    "entrypoint",
                    TomlCursor.shown(entrypoint) + " (expected: \"_start\", which every WASI command has)");
        }
        table.finish("type, argv, entrypoint");
        return argv == null ? SpinTrigger.Wagi.DEFAULT : new SpinTrigger.Wagi(argv);
    }

    private static SpinTrigger.Static staticResponse(TomlCursor table) {
        long status = table.number("status_code", 200);
        if (status < 200 || status > 599) {
            table.mistake("status_code", status + " (expected: 200 to 599)");
        }
        List<HttpHeader> headers = new ArrayList<>();
        table.strings("headers", 100, 8192).forEach((name, value) -> {
            if (!HEADER.matcher(name).matches() || !HEADER_VALUE.matcher(value).matches()) {
                table.mistake(
                        "headers", TomlCursor.shown(name) + " (expected: a header's name, visible text as value)");
            }
            headers.add(new HttpHeader(name, value));
        });
        String body = SpinManifestReader.orEmpty(table.text("body", 256 * 1024));
        table.finish("status_code, headers, body");
        return new SpinTrigger.Static((int) status, headers, body);
    }

    private SpinTrigger.Event redis(TomlCursor table, @Nullable TomlCursor defaults) {
        String id = id(table, "redis");
        String channel = template(table, "channel", table.requiredText("channel", MAX_TEXT));
        String address = withDefault(table, defaults, "address");
        SpinTrigger.Event trigger = new SpinTrigger.Redis(id, address, channel, component(table, id), table.here());
        table.finish("id, channel, address, component");
        return trigger;
    }

    private SpinTrigger.Event cron(TomlCursor table) {
        String id = id(table, "cron");
        String expression = table.requiredText("cron_expression", 500);
        String fault = expression.isEmpty() ? null : CronSchedule.fault(expression);
        if (fault != null) {
            table.mistake("cron_expression", TomlCursor.shown(expression) + fault);
        }
        SpinTrigger.Event trigger = new SpinTrigger.Cron(id, expression, component(table, id), table.here());
        table.finish("id, cron_expression, component");
        return trigger;
    }

    private SpinTrigger.Event mqtt(TomlCursor table, @Nullable TomlCursor defaults) {
        String id = id(table, "mqtt");
        String topic = template(table, "topic", table.requiredText("topic", MAX_TEXT));
        long qos = table.numberOrText("qos", 1);
        if (qos < 0 || qos > 2) {
            table.mistake("qos", qos + " (expected: 0, 1 or 2)");
        }
        long keepAlive = defaults == null ? 30 : defaults.numberOrText("keep_alive_interval", 30);
        if (keepAlive < 0 || keepAlive > 65_535) {
            Objects.requireNonNull(defaults).mistake("keep_alive_interval", keepAlive + " (expected: 0 to 65535 s)");
        }
        SpinTrigger.Event trigger = new SpinTrigger.Mqtt(
                id,
                withDefault(table, defaults, "address"),
                optional(defaults, "username"),
                optional(defaults, "password"),
                (int) keepAlive,
                topic,
                (int) qos,
                component(table, id),
                table.here());
        table.finish("id, topic, qos, address, component");
        return trigger;
    }

    private SpinTrigger.Event messaging(TomlCursor table, @Nullable TomlCursor defaults) {
        String id = id(table, "messaging");
        String subject = template(table, "subject", table.requiredText("subject", MAX_TEXT));
        String address = table.has("address") ? optional(table, "address") : optional(defaults, "address");
        String stream = optional(table, "stream");
        if (!stream.isEmpty() && address.isEmpty()) {
            table.mistake("stream", "a stream without the address of a NATS server (expected: address = \"nats://…\")");
        }
        SpinTrigger.Event trigger =
                new SpinTrigger.Messaging(id, address, subject, stream, component(table, id), table.here());
        table.finish("id, subject, address, stream, component");
        return trigger;
    }

    private String withDefault(TomlCursor table, @Nullable TomlCursor defaults, String key) {
        if (!table.has(key) && defaults != null && defaults.has(key)) {
            return template(defaults, key, defaults.requiredText(key, MAX_TEXT));
        }
        return template(table, key, table.requiredText(key, MAX_TEXT));
    }

    private String optional(@Nullable TomlCursor table, String key) {
        String text = table == null ? null : table.text(key, MAX_TEXT);
        return table == null || text == null ? "" : template(table, key, text);
    }

    private String template(TomlCursor table, String key, String text) {
        componentReader.checkTemplate(table, key, text);
        return text;
    }

    /** The id as written, or the one that Spin makes up. */
    private String id(TomlCursor table, String kind) {
        String written = SpinManifestReader.orEmpty(table.text("id", 200));
        if (!written.isEmpty()) {
            if (!ids.add(written)) {
                table.mistake("id", TomlCursor.shown(written) + " stands twice (expected: each id once)");
            }
            return written;
        }
        if (table.value("component") instanceof String component && ids.add(component + "-" + kind + "-trigger")) {
            return component + "-" + kind + "-trigger";
        }
        int number = 1;
        while (!ids.add(kind + "-trigger" + number)) {
            number++;
        }
        return kind + "-trigger" + number;
    }

    private String component(TomlCursor table, String triggerId) {
        if (table.value("component") instanceof TomlTable) {
            return inline(Objects.requireNonNull(table.table("component")), triggerId);
        }
        String component = table.requiredText("component", 200);
        if (!component.isEmpty() && !components.containsKey(component)) {
            table.mistake(
                    "component",
                    "\"" + component + "\" is not a component (expected one of: "
                            + String.join(", ", components.keySet()) + ")");
        }
        return component;
    }

    private String inline(TomlCursor table, String triggerId) {
        String id = triggerId + "-component";
        int number = 1;
        while (components.containsKey(id) || !SpinManifestReader.ID.matcher(id).matches()) {
            id = "inline-component" + number++;
        }
        if (components.size() >= SpinManifestReader.MAX_COMPONENTS) {
            mistakes.add(
                    table.here(), "more than " + SpinManifestReader.MAX_COMPONENTS + " components (expected: fewer)");
        } else {
            components.put(id, componentReader.component(id, table));
        }
        return id;
    }
}
