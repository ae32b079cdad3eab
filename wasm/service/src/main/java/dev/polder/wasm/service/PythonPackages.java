package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Installed Python packages by the content of {@code requirements.txt}, so that the second build with the same
 * requirements installs nothing. Packages come as wheels only: what a package's own build would do here is nobody's to
 * choose. Source: pip's documentation of {@code --target} and of requirements files.
 */
final class PythonPackages {

    static final String FILE = "requirements.txt";
    private static final int MAX_SHARED_BYTES = 4 << 20;

    /** Options and paths that lead to other files, so that this file alone does not say what is installed. */
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?m)^\\s*(-r|-c|-e|--requirement|--constraint|--editable|[./~])|\\bfile:");

    private final Path store;

    PythonPackages(Path store) {
        this.store = store;
    }

    /**
     * Installs what is not installed yet, by a pip command that {@code run} carries out and that throws when it fails.
     *
     * @return the variables with which Python and the shell find the packages and their programs
     */
    Map<String, String> install(Path folder, Map<String, String> variables, Consumer<List<String>> run)
            throws IOException {
        Path requirements = folder.resolve(FILE);
        if (!Files.isRegularFile(requirements)) {
            return variables;
        }
        Path installed = place(folder, requirements);
        if (!Files.isDirectory(installed)) {
            fill(installed, run);
        }
        Map<String, String> with = new TreeMap<>(variables);
        with.put("PYTHONPATH", installed.toString());
        with.put("VIRTUAL_ENV", environment(installed).toString());
        with.put("PATH", installed.resolve("bin") + ":" + variables.getOrDefault("PATH", ""));
        return with;
    }

    /** Shared by all sources with the same requirements; in the source folder itself when those are in other files too. */
    private Path place(Path folder, Path requirements) throws IOException {
        if (Files.size(requirements) <= MAX_SHARED_BYTES) {
            byte[] bytes = Files.readAllBytes(requirements);
            if (!ELSEWHERE.matcher(new String(bytes, StandardCharsets.UTF_8)).find()) {
                return store.resolve(Digest.of(bytes).hex());
            }
        }
        return folder.resolve(".python-packages").toAbsolutePath();
    }

    /** The packages in the shape of a virtual environment, where componentize-py looks for the worlds of SDKs. */
    private static Path environment(Path installed) throws IOException {
        Path environment = installed.resolveSibling(installed.getFileName() + ".env");
        Path packages = environment.resolve("lib/python3/site-packages");
        if (!Files.isDirectory(packages)) {
            Files.createDirectories(environment.resolve("lib/python3"));
            try {
                Files.createSymbolicLink(packages, installed);
            } catch (FileAlreadyExistsException e) {
                // another build was first
            }
        }
        return environment;
    }

    private static void fill(Path installed, Consumer<List<String>> run) throws IOException {
        Path parent = installed.getParent();
        Files.createDirectories(parent);
        Path fresh = Files.createTempDirectory(parent, "new-");
        try {
            run.accept(List.of(
                    "python3",
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--only-binary=:all:",
                    "--target",
                    fresh.toString(),
                    "-r",
                    FILE));
            Files.move(fresh, installed, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(installed)) { // another build may have been first
                throw e;
            }
        } finally {
            NodeModules.delete(fresh);
        }
    }
}
