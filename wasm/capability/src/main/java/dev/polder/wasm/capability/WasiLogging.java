package dev.polder.wasm.capability;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Wit;

/** {@code wasi:logging/logging@0.1.0-draft}. */
public final class WasiLogging {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("wasi:logging/logging", "0.1.0-draft", WasiLogging.class);

    private static final int MAX_CONTEXT = 200;
    private static final int MAX_MESSAGE = 16 * 1024;

    /** {@code enum level}. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR,
        CRITICAL
    }

    /** Where a line goes; must not throw. */
    @FunctionalInterface
    public interface Sink {
        void log(Level level, String context, String message);
    }

    private final Sink sink;

    public WasiLogging(Sink sink) {
        this.sink = sink;
    }

    /** What is too long is cut, with an ellipsis to show it. */
    @Wit("log")
    public void log(Level level, String context, String message) {
        sink.log(level, cut(context, MAX_CONTEXT), cut(message, MAX_MESSAGE));
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) + "…" : text;
    }
}
