package dev.polder.app.bridge;

import dev.polder.wasm.engine.CompileListener;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Says how a long compilation goes: after a second, every five seconds, and when it is done. For any thread. */
final class CompileWords implements CompileListener {

    private static final long EVERY_SECONDS = 5;

    private final Consumer<String> output;
    private long next = 1;

    CompileWords(Consumer<String> output) {
        this.output = output;
    }

    @Override
    public synchronized void at(Phase phase, Duration elapsed) {
        long seconds = elapsed.toSeconds();
        if (phase == Phase.COMPILING) {
            if (seconds >= next) {
                output.accept("Compiling to machine code, " + seconds + " s");
                next = seconds - seconds % EVERY_SECONDS + EVERY_SECONDS;
            }
        } else {
            if (next > 1 && phase == Phase.COMPILED) {
                output.accept(String.format(Locale.ROOT, "Compiled in %.1f s", elapsed.toMillis() / 1000.0));
            }
            next = 1; // an app may have several components
        }
    }
}
