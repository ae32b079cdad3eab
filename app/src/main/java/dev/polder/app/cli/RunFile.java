package dev.polder.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a running Polder leaves in its data folder for the commands on the same machine.
 *
 * @param url the portal's base URL
 * @param pid its process
 */
public record RunFile(String url, long pid) {

    private static final String NAME = "run.json";
    private static final String TOKEN = "local.token";

    /** The file that holds the token of local commands; readable by its owner only. */
    public static Path tokenFile(Path data) {
        return data.resolve(TOKEN);
    }

    /** Reads the file when there is one and its process lives. */
    static Optional<RunFile> read(Path data) {
        Path file = data.resolve(NAME);
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        JsonNode json = JsonMapper.shared().readTree(file.toFile());
        RunFile run =
                new RunFile(json.path("url").asString(""), json.path("pid").asLong(0));
        return ProcessHandle.of(run.pid()).filter(ProcessHandle::isAlive).map(alive -> run);
    }

    /** Writes the file; atomically, so that no reader sees half of it. */
    public void write(Path data) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("url", url).put("pid", pid);
        try {
            Path temporary = data.resolve(NAME + ".tmp");
            Files.write(temporary, JsonMapper.shared().writeValueAsBytes(json));
            Files.move(temporary, data.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + data.resolve(NAME), e);
        }
    }

    /** Removes the file at shutdown. */
    public static void remove(Path data) {
        try {
            Files.deleteIfExists(data.resolve(NAME));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + data.resolve(NAME), e);
        }
    }
}
