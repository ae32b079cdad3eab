package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real registry server, Debian's package docker-registry, on a free port of loopback. */
public final class RegistryProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:([0-9]+)");

    private final Process process;
    private final int port;

    private RegistryProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a server that keeps its data below a folder. */
    public static RegistryProcess start(Path folder) throws IOException {
        return start(folder, "", "");
    }

    /**
     * Starts a server that keeps its data below a folder.
     *
     * @param http more settings of its section {@code http}, indented by two
     * @param more more sections
     */
    public static RegistryProcess start(Path folder, String http, String more) throws IOException {
        String program = List.of("/usr/bin/docker-registry", "/usr/local/bin/docker-registry").stream()
                .filter(file -> Files.isExecutable(Path.of(file)))
                .findFirst()
                .orElse("");
        assumeTrue(!program.isEmpty(), "docker-registry is not installed: apt install docker-registry");
        Path settings =
                Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                log:
                  level: info
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:0
                  secret: test
                %s
                %s
                """.formatted(folder.resolve("data"), http, more));
        Process process = new ProcessBuilder(program, "serve", settings.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                Thread.ofVirtual().start(() -> out.lines().forEach(rest -> {}));
                return new RegistryProcess(process, Integer.parseInt(matcher.group(1)));
            }
        }
        throw new AssertionError("docker-registry did not start: " + said);
    }

    /** Host and port, as a reference names them. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
