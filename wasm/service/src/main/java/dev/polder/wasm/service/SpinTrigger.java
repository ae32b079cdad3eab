package dev.polder.wasm.service;

import dev.polder.kernel.model.Where;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a component run. Source: Spin's triggers, and the cron and MQTT trigger plugins. */
public sealed interface SpinTrigger {

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
     * The WAGI executor: a WASI command with CGI variables, entered at {@code _start}.
     *
     * @param argv space-separated arguments; <code>${SCRIPT_NAME}</code> and <code>${ARGS}</code> are replaced
     */
    record Wagi(String argv) implements Executor {
        /** What Spin uses when the manifest says nothing. */
        public static final Wagi DEFAULT = new Wagi("${SCRIPT_NAME} ${ARGS}");
    }

    /** Messages of a Redis channel; address and channel may be templates. */
    record Redis(String id, String address, String channel, String component, Where where) implements SpinTrigger {}

    /** Times. */
    record Cron(String id, String expression, String component, Where where) implements SpinTrigger {}

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
            implements SpinTrigger {
        @Override
        public String toString() {
            return "Mqtt[" + id + ", " + topic + " to " + component + "]"; // no password
        }
    }
}
