package dev.polder.portal.catalog;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Programs from npm that tests compare Polder with, installed once into a cache folder of the user. Versions are pinned
 * in {@code src/test/node}.
 */
final class NodePackages {

    private static final String NODE_VERSION = "22.23.3";
    private static final int INSTALL_MINUTES = 5;

    private final Path folder;

    private NodePackages(Path folder) {
        this.folder = folder;
    }

    /** Installs the project below {@code src/test/node}, unless this very one has been installed before. */
    static NodePackages install(String project) throws IOException, InterruptedException {
        assumeTrue(works("npm", "--version"), "npm is not on the PATH; install Node.js 20 or newer to run this test");
        Path source = Path.of("src/test/node", project).toAbsolutePath();
        byte[] manifest = Files.readAllBytes(source.resolve("package.json"));
        String name =
                project + "-" + dev.polder.kernel.model.Digest.of(manifest).shortForm();
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "polder-test");
        Path folder = cache.resolve(name);
        Files.createDirectories(folder);
        // Two builds on one machine must not install over each other.
        try (var lock = java.nio.channels.FileChannel.open(
                        cache.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            assumeTrue(held.isValid(), "the cache folder cannot be locked");
            if (!Files.exists(folder.resolve("installed"))) {
                Files.write(folder.resolve("package.json"), manifest);
                Path log = folder.resolve("install.log");
                Process npm = new ProcessBuilder(
                                "npm",
                                "install",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--no-package-lock",
                                "--no-save",
                                nodePackage() + "@" + NODE_VERSION)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
                boolean ended = npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES);
                npm.destroyForcibly();
                assumeTrue(ended && npm.exitValue() == 0, "npm could not install " + project + ", see " + log);
                Files.writeString(folder.resolve("installed"), NODE_VERSION);
            }
        }
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return new NodePackages(folder);
    }

    private static String nodePackage() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        return system.contains("mac") ? "node-bin-darwin-" + machine : "node-linux-" + machine;
    }

    static boolean works(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    Path folder() {
        return folder;
    }

    /** The Node binary of the pinned version. */
    String node() {
        return folder.resolve("node_modules")
                .resolve(nodePackage())
                .resolve("bin/node")
                .toString();
    }

    /** A command that runs a script of the project. */
    ProcessBuilder run(String script, String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of(node(), script));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    }
}
