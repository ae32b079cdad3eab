package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Wit;
import java.util.Locale;

/** The variant {@code method}. */
public sealed interface Method {

    record Get() implements Method {}

    record Head() implements Method {}

    record Post() implements Method {}

    record Put() implements Method {}

    record Delete() implements Method {}

    record Connect() implements Method {}

    record Options() implements Method {}

    record Trace() implements Method {}

    record Patch() implements Method {}

    /** Any other token. */
    @Wit("other")
    record Other(String name) implements Method {}

    /** Of a method's name as it stands on the wire. */
    static Method of(String name) {
        return switch (name) {
            case "GET" -> new Get();
            case "HEAD" -> new Head();
            case "POST" -> new Post();
            case "PUT" -> new Put();
            case "DELETE" -> new Delete();
            case "CONNECT" -> new Connect();
            case "OPTIONS" -> new Options();
            case "TRACE" -> new Trace();
            case "PATCH" -> new Patch();
            default -> new Other(name);
        };
    }

    /** The name as it stands on the wire. */
    default String wireName() {
        return this instanceof Other(String name)
                ? name
                : getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }
}
