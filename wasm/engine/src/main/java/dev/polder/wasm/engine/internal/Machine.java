package dev.polder.wasm.engine.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The machine that this process runs on, in the words of {@code wasmtime.pins}. */
public final class Machine {

    private Machine() {}

    /** {@code linux-x86_64}, {@code macos-aarch64} and so on. */
    public static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String cpu = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "macos" : os.startsWith("windows") ? "windows" : os;
        String processor = switch (cpu) {
            case "amd64", "x86_64" -> "x86_64";
            case "arm64", "aarch64" -> "aarch64";
            default -> cpu;
        };
        return system + "-" + processor;
    }

    /** What machine code may depend on; two machines with the same text run the same code. */
    public static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            try (var lines = Files.lines(info)) {
                return platform()
                        + lines.filter(l -> l.startsWith("flags") || l.startsWith("Features"))
                                .findFirst()
                                .orElse("");
            } catch (IOException | java.io.UncheckedIOException e) {
                // The engine checks the features itself when it loads code; this only makes the key finer.
                return platform();
            }
        }
        return platform();
    }
}
