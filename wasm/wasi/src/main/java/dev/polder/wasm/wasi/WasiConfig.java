package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Everything that one run of a guest is granted. Streams are used by that run alone.
 *
 * @param args the program's name, then its arguments
 * @param env environment variables, in this order
 * @param stdin read on the guest's thread; not closed
 * @param stdout where standard output goes
 * @param stderr where standard error goes
 * @param preopens folders that the guest may use; their order gives the descriptors 3, 4, …
 * @param clock the time that it sees
 * @param random fills an array with random bytes
 */
public record WasiConfig(
        List<String> args,
        Map<String, String> env,
        InputStream stdin,
        OutputSink stdout,
        OutputSink stderr,
        List<Preopen> preopens,
        WasiClock clock,
        Consumer<byte[]> random) {

    public WasiConfig {
        args = List.copyOf(args);
        env = new LinkedHashMap<>(env);
        preopens = List.copyOf(preopens);
        for (String arg : args) {
            noNul("argument", arg);
        }
        for (Map.Entry<String, String> variable : env.entrySet()) {
            noNul("environment variable", variable.getKey());
            noNul("environment variable " + variable.getKey(), variable.getValue());
            if (variable.getKey().isEmpty() || variable.getKey().indexOf('=') >= 0) {
                throw Problem.invalid(
                        "environment variable: \"" + variable.getKey() + "\" (expected: a name without =)");
            }
        }
    }

    private static void noNul(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            throw Problem.invalid(what + ": holds a NUL character (expected: none)");
        }
    }

    /** Grants nothing: no arguments but the name, empty input, output that is dropped; real clock and random. */
    public static Builder builder(String programName) {
        return new Builder(programName);
    }

    /** Collects what is granted. */
    public static final class Builder {
        private final List<String> args = new ArrayList<>();
        private final Map<String, String> env = new LinkedHashMap<>();
        private final List<Preopen> preopens = new ArrayList<>();
        private InputStream stdin = InputStream.nullInputStream();
        private OutputSink stdout = OutputSink.discard("stdout");
        private OutputSink stderr = OutputSink.discard("stderr");
        private WasiClock clock = WasiClock.SYSTEM;
        private Consumer<byte[]> random = SystemRandom::fill;

        private Builder(String programName) {
            args.add(programName);
        }

        public Builder args(List<String> arguments) {
            args.addAll(arguments);
            return this;
        }

        public Builder env(String name, String value) {
            env.put(name, value);
            return this;
        }

        public Builder env(Map<String, String> variables) {
            env.putAll(variables);
            return this;
        }

        public Builder stdin(byte[] bytes) {
            return stdin(new ByteArrayInputStream(bytes));
        }

        public Builder stdin(InputStream stream) {
            stdin = stream;
            return this;
        }

        public Builder stdout(OutputSink sink) {
            stdout = sink;
            return this;
        }

        public Builder stderr(OutputSink sink) {
            stderr = sink;
            return this;
        }

        public Builder preopen(Preopen preopen) {
            preopens.add(preopen);
            return this;
        }

        public Builder clock(WasiClock guestClock) {
            clock = guestClock;
            return this;
        }

        public Builder random(Consumer<byte[]> source) {
            random = source;
            return this;
        }

        public WasiConfig build() {
            return new WasiConfig(args, env, stdin, stdout, stderr, preopens, clock, random);
        }
    }
}
