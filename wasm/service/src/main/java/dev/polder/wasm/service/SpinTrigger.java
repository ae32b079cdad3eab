package dev.polder.wasm.service;

import dev.polder.kernel.model.Where;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What makes a component run. Source: Spin's triggers, and the cron and MQTT trigger plugins; the messaging trigger is
 * Polder's own.
 */
public sealed interface SpinTrigger {

    /** A trigger that is no HTTP route. */
    sealed interface Event extends SpinTrigger {
        String component();

        /** The word of the manifest: {@code redis}, {@code cron}, {@code mqtt} or {@code messaging}. */
        String kind();

        /** This trigger with its templates resolved. */
        Event resolved(UnaryOperator<String> render);
    }

    /** As written, or as Spin names one that has none: {@code cart-http-trigger}. */
    String id();

    Where where();

    /**
     * Requests that match a route.
     *
     * @param route the pattern as written ({@code /a/:p/...}), or null for a private endpoint, which only components of
     *     the same app reach
     */
    record Http(String id, @Nullable String route, Answer answer, Where where) implements SpinTrigger {

        /** The component that answers, or null when the response is static. */
        public @Nullable String component() {
            return answer instanceof Run run ? run.component() : null;
        }
    }

    /** Who answers a request. */
    sealed interface Answer {}

    /** A component. */
    record Run(String component, Executor executor) implements Answer {}

    /** The host itself. */
    record Static(int status, List<HttpHeader> headers, String body) implements Answer {
        public Static {
            headers = List.copyOf(headers);
        }
    }

    /** How a component is entered. */
    sealed interface Executor {}

    /** By {@code wasi:http/incoming-handler} or one of its relatives. */
    record Components() implements Executor {}

    /**
     * The WAGI executor: a WASI command with CGI variables, entered at {@code _start}, or at {@code wasi:cli/run} when it is
     * a component.
     *
     * @param argv space-separated arguments; <code>${SCRIPT_NAME}</code> and <code>${ARGS}</code> are replaced
     */
    record Wagi(String argv) implements Executor {
        /** What Spin uses when the manifest says nothing. */
        public static final Wagi DEFAULT = new Wagi("${SCRIPT_NAME} ${ARGS}");
    }

    /** Messages of a Redis channel; address and channel may be templates. */
    record Redis(String id, String address, String channel, String component, Where where) implements Event {
        @Override
        public String kind() {
            return "redis";
        }

        @Override
        public Redis resolved(UnaryOperator<String> render) {
            return new Redis(id, render.apply(address), render.apply(channel), component, where);
        }

        @Override
        public String toString() {
            return "Redis[" + id + ", " + channel + " to " + component + "]"; // no password
        }
    }

    /** Times, in UTC. */
    record Cron(String id, String expression, String component, Where where) implements Event {
        @Override
        public String kind() {
            return "cron";
        }

        @Override
        public Cron resolved(UnaryOperator<String> render) {
            return this;
        }
    }

    /**
     * Messages of an MQTT topic; all texts may be templates.
     *
     * @param topic may hold the wildcards of MQTT
     * @param qos 0, 1 or 2
     * @param keepAliveSeconds of the connection
     */
    record Mqtt(
            String id,
            String address,
            String username,
            String password,
            int keepAliveSeconds,
            String topic,
            int qos,
            String component,
            Where where)
            implements Event {
        @Override
        public String kind() {
            return "mqtt";
        }

        @Override
        public Mqtt resolved(UnaryOperator<String> render) {
            return new Mqtt(
                    id,
                    render.apply(address),
                    render.apply(username),
                    render.apply(password),
                    keepAliveSeconds,
                    render.apply(topic),
                    qos,
                    component,
                    where);
        }

        @Override
        public String toString() {
            return "Mqtt[" + id + ", " + topic + " to " + component + "]"; // no password
        }
    }

    /**
     * Messages of a subject, for {@code wasmcloud:messaging} and {@code wasi:messaging}; all texts may be templates.
     *
     * @param address {@code nats://…}, or {@code ""} for the broker inside Polder
     * @param subject may hold the wildcards of NATS
     * @param stream the JetStream stream that keeps the messages, or {@code ""} for those that nobody keeps
     */
    record Messaging(String id, String address, String subject, String stream, String component, Where where)
            implements Event {
        @Override
        public String kind() {
            return "messaging";
        }

        @Override
        public Messaging resolved(UnaryOperator<String> render) {
            return new Messaging(
                    id, render.apply(address), render.apply(subject), render.apply(stream), component, where);
        }

        @Override
        public String toString() {
            return "Messaging[" + id + ", " + subject + " to " + component + "]"; // no password
        }
    }
}
