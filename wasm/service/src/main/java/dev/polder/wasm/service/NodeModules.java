package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Installed npm packages by the content of the lock file, so that the second build with the same packages installs
 * nothing: a source folder gets a link to the installed ones.
 */
final class NodeModules {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long MAX_LOCK_BYTES = 16 << 20;

    /** Runs an npm command in a folder; throws when it fails. */
    interface Npm {
        void run(Path folder, List<String> command);
    }

    private final Path store;

    NodeModules(Path store) {
        this.store = store;
    }

    /**
     * Makes {@code node_modules} of a folder that has a {@code package.json} but no packages yet.
     *
     * @return the link that was made and has to be removed after the build, or empty when npm installed in place
     */
    Optional<Path> install(Path folder, Npm npm) throws IOException {
        Path lock = folder.resolve("package-lock.json");
        if (!Files.isRegularFile(lock)) {
            npm.run(folder, List.of("npm", "install", "--ignore-scripts", "--no-package-lock"));
            return Optional.empty();
        }
        Optional<Digest> key = key(lock);
        if (key.isEmpty()) {
            npm.run(folder, List.of("npm", "ci", "--ignore-scripts"));
            return Optional.empty();
        }
        Path installed = store.resolve(key.get().hex()).resolve("node_modules");
        if (!Files.isDirectory(installed)) {
            fill(folder, installed, npm);
        }
        return Optional.of(Files.createSymbolicLink(folder.resolve("node_modules"), installed.toAbsolutePath()));
    }

    private void fill(Path folder, Path installed, Npm npm) throws IOException {
        Files.createDirectories(store);
        Path fresh = Files.createTempDirectory(store, "new-");
        try {
            for (String file : List.of("package.json", "package-lock.json", ".npmrc")) {
                if (Files.isRegularFile(folder.resolve(file))) {
                    Files.copy(folder.resolve(file), fresh.resolve(file));
                }
            }
            npm.run(fresh, List.of("npm", "ci", "--ignore-scripts"));
            Files.createDirectories(fresh.resolve("node_modules"));
            Path target = installed.getParent();
            try {
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (!Files.isDirectory(installed)) { // another build may have been first
                    throw e;
                }
            }
        } finally {
            delete(fresh);
        }
    }

    /** Names the set of packages; empty when some of them stand in the source folder itself. */
    private static Optional<Digest> key(Path lock) throws IOException {
        if (Files.size(lock) > MAX_LOCK_BYTES) {
            return Optional.empty();
        }
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(lock));
        } catch (JacksonException e) {
            return Optional.empty(); // npm says better what is wrong with it
        }
        if (!(root.path("packages") instanceof ObjectNode packages)) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, JsonNode> entry : packages.properties()) {
            if (entry.getKey().isEmpty()) {
                JsonNode own = entry.getValue();
                text.append(own.path("dependencies")).append(own.path("devDependencies"));
            } else if (!entry.getKey().startsWith("node_modules/")
                    || entry.getValue().has("link")
                    || !entry.getValue().has("integrity")) {
                return Optional.empty();
            } else {
                text.append('\n').append(entry.getKey()).append(' ').append(entry.getValue());
            }
        }
        return Optional.of(Digest.of(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
