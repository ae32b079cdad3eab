package dev.polder.kernel.server;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who listens on a TCP port of this machine, read from Linux's {@code /proc}; elsewhere, and for processes of other
 * users, nobody can tell.
 */
public final class PortHolder {

    private static final String LISTEN = "0A";

    private PortHolder() {}

    /** The problem of a port that is taken, naming the holder when it can be found out. */
    public static Problem taken(int port, @Nullable Throwable cause) {
        String by = find(port).map(holder -> " by " + holder).orElse("");
        return Problem.unavailable(
                "port " + port + ": in use" + by + " (expected: free; choose others with --ports-from N)", cause);
    }

    /** The holder as {@code pid 4711 (nginx -g daemon off;)}. */
    public static Optional<String> find(int port) {
        Set<String> sockets = new HashSet<>();
        collectInodes(Path.of("/proc/net/tcp"), port, sockets);
        collectInodes(Path.of("/proc/net/tcp6"), port, sockets);
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of("pid " + process.getFileName() + " (" + command(process) + ")");
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Columns of the table: slot, local address, remote address, state, …, the inode in the tenth. */
    private static void collectInodes(Path table, int port, Set<String> inodes) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        for (String line : linesOf(table)) {
            String[] columns = line.trim().split("\\s+");
            if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTEN)) {
                inodes.add("socket:[" + columns[9] + "]");
            }
        }
    }

    private static List<String> linesOf(Path table) {
        try {
            return Files.readAllLines(table, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(targetOf(descriptor))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** Descriptors come and go while we look; one that went is nobody's. */
    private static String targetOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String command(Path process) {
        try {
            String line = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .trim();
            return line.length() > 120 ? line.substring(0, 120) + "…" : line;
        } catch (IOException e) {
            return "command unknown";
        }
    }
}
