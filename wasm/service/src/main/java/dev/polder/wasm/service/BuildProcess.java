package dev.polder.wasm.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a program to its end, or ends it with everything that it started: it leads a session and process group of its
 * own (by {@code setsid} where there is one), and the group is killed when the time is over, when the caller gives up,
 * and also after a normal end, so that nothing stays behind.
 */
final class BuildProcess {

    /** How it came out. */
    sealed interface Result {}

    /** It ended by itself. */
    record Exited(int code) implements Result {}

    /** It was killed at its deadline. */
    record TimedOut() implements Result {}

    /** It was killed because the caller gave up. */
    record Cancelled() implements Result {}

    /** It could not be started. */
    record NotStarted(String why) implements Result {}

    static final int MAX_OUTPUT_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(BuildProcess.class);
    private static final int MAX_LINE = 4096;
    private static final long POLL_MILLIS = 50;
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private BuildProcess() {}

    /**
     * @param output gets each line of standard output and standard error as it comes, on a thread of its own
     * @param cancelled asked about twenty times a second
     */
    static Result run(
            List<String> command,
            Path folder,
            Map<String, String> environment,
            Duration wallTime,
            Consumer<String> output,
            BooleanSupplier cancelled) {
        boolean ownGroup = Files.isExecutable(SETSID);
        List<String> line = new ArrayList<>();
        if (ownGroup) {
            line.add(SETSID.toString());
        }
        line.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return new NotStarted(String.valueOf(e.getMessage()));
        }
        Thread reader = Thread.ofVirtual().name("build-output-" + process.pid()).start(() -> {
            try (InputStream in = process.getInputStream()) {
                readLines(in, guarded(output));
            } catch (IOException e) {
                LOG.debug("the output of a build ended early", e);
            }
        });
        Result result;
        try {
            result = await(process, wallTime, cancelled);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result = new Cancelled();
        }
        kill(process, ownGroup);
        join(reader);
        return result;
    }

    private static Result await(Process process, Duration wallTime, BooleanSupplier cancelled)
            throws InterruptedException {
        long end = System.nanoTime() + wallTime.toNanos();
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (cancelled.getAsBoolean()) {
                return new Cancelled();
            }
            if (System.nanoTime() > end) {
                return new TimedOut();
            }
        }
        return new Exited(process.exitValue());
    }

    private static void kill(Process process, boolean ownGroup) {
        // by handle: Process.destroyForcibly would also throw away output that was not read yet
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
        if (!ownGroup) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("/bin/kill", "-KILL", "--", "-" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(5, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.warn("the process group {} could not be killed: {}", process.pid(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread reader) {
        try {
            reader.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A listener that fails hears nothing more; the output is read on, so that the program does not wait for ever. */
    private static Consumer<String> guarded(Consumer<String> output) {
        boolean[] failed = new boolean[1];
        return line -> {
            try {
                if (!failed[0]) {
                    output.accept(line);
                }
            } catch (RuntimeException e) {
                failed[0] = true;
                LOG.warn("the listener of a build's output failed and hears nothing more", e);
            }
        };
    }

    /** Lines end at a line feed or after {@value #MAX_LINE} bytes; past the limit the rest is read and dropped. */
    static void readLines(InputStream in, Consumer<String> output) throws IOException {
        byte[] line = new byte[MAX_LINE];
        byte[] buffer = new byte[8192];
        int length = 0;
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                if (++total > MAX_OUTPUT_BYTES) {
                    if (total == MAX_OUTPUT_BYTES + 1) {
                        output.accept("… more than " + MAX_OUTPUT_BYTES + " bytes of output; the rest is not kept");
                    }
                    continue;
                }
                byte b = buffer[i];
                if (b == '\n' || length == MAX_LINE) {
                    output.accept(text(line, length));
                    length = 0;
                }
                if (b != '\n') {
                    line[length++] = b;
                }
            }
        }
        if (length > 0) {
            output.accept(text(line, length));
        }
    }

    private static String text(byte[] line, int length) {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return new String(line, 0, end, StandardCharsets.UTF_8);
    }
}
