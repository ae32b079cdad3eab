package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Wit;
import java.util.Locale;

/** The variant {@code scheme}. */
public sealed interface Scheme {

    @Wit("HTTP")
    record Http() implements Scheme {}

    @Wit("HTTPS")
    record Https() implements Scheme {}

    @Wit("other")
    record Other(String name) implements Scheme {}

    static Scheme of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "http" -> new Http();
            case "https" -> new Https();
            default -> new Other(name);
        };
    }

    /** In small letters. */
    default String wireName() {
        return switch (this) {
            case Http _ -> "http";
            case Https _ -> "https";
            case Other(String name) -> name.toLowerCase(Locale.ROOT);
        };
    }
}
