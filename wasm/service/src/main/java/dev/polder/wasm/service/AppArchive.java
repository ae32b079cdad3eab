package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A built app on its way to a Polder: a zip of its {@code spin.toml}, the wasm files and mounted files that it names by
 * path, and the lock files that its bill of materials is made of. Sources and build output stay where they are.
 */
public final class AppArchive {

    /**
     * What an archive may hold.
     *
     * @param entries files and folders
     * @param fileBytes one file, unpacked
     * @param totalBytes all files, unpacked
     */
    public record Limits(int entries, long fileBytes, long totalBytes) {
        /** 20,000 entries, 64 MiB a file, 512 MiB together. */
        public static final Limits DEFAULT = new Limits(20_000, 64L << 20, 512L << 20);
    }

    private static final int MAX_PATH = 1024;
    private static final Pattern SEGMENT = Pattern.compile("[^\\\\/:\\p{Cntrl}]{1,255}");

    /** What tells the language and the packages of a component. */
    private static final List<String> LOCK_FILES = List.of(
            "Cargo.toml",
            "Cargo.lock",
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "asconfig.json",
            "go.mod",
            "go.sum",
            "pom.xml",
            "pyproject.toml",
            "requirements.txt");

    private AppArchive() {}

    /**
     * Writes the archive of a folder whose app is built.
     *
     * @param out stays the caller's to close
     * @throws Problem when a file that the manifest names is not there or leads out of the folder
     */
    public static void write(Path folder, SpinManifest spin, OutputStream out) {
        try {
            Path root = folder.toRealPath();
            write(root, spin, Files.readAllBytes(root.resolve(SpinManifest.FILE_NAME)), false, out);
        } catch (IOException e) {
            throw notPacked(e);
        }
    }

    /**
     * Writes the archive of an app that was built in its folder; files from elsewhere that it names come with it.
     *
     * @param out stays the caller's to close
     * @throws Problem when a file that the manifest names is not there
     */
    public static void write(BuiltApp built, OutputStream out) {
        try {
            Path root = Objects.requireNonNull(built.sourceDir(), "it was built in a folder")
                    .toRealPath();
            write(root, built.spin(), built.manifest().getBytes(StandardCharsets.UTF_8), true, out);
        } catch (IOException e) {
            throw notPacked(e);
        }
    }

    private static void write(Path root, SpinManifest spin, byte[] manifest, boolean anywhere, OutputStream out)
            throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.putNextEntry(new ZipEntry(SpinManifest.FILE_NAME));
        zip.write(manifest);
        zip.closeEntry();
        for (String path : paths(root, spin, anywhere)) {
            Path file = root.resolve(path);
            boolean there =
                    Files.isRegularFile(file) && (anywhere || file.toRealPath().startsWith(root));
            if (!there) {
                throw Problem.invalid("\"" + path + "\" is not there (expected: a file in the folder of the"
                        + " manifest; is the app built?)");
            }
            zip.putNextEntry(new ZipEntry(PortableManifest.inside(path)));
            Files.copy(file, zip);
            zip.closeEntry();
        }
        zip.finish();
    }

    /** The files beside the manifest, relative to its folder. */
    private static Set<String> paths(Path root, SpinManifest spin, boolean anywhere) throws IOException {
        Set<String> paths = new TreeSet<>();
        for (SpinManifest.Component component : spin.components().values()) {
            if (component.source() instanceof SpinManifest.Source.Local(String path)) {
                paths.add(root.relativize(root.resolve(path).normalize()).toString());
            }
            component.dependencies().values().forEach(dependency -> {
                if (dependency.from() instanceof SpinDependency.Local(String path)) {
                    paths.add(root.relativize(root.resolve(path).normalize()).toString());
                }
            });
            MountedFiles mounted = new MountedFiles(root, component, anywhere);
            mounted.collect();
            paths.addAll(mounted.sources());
            SpinManifest.Build build = component.build();
            Path workdir = build == null ? root : root.resolve(build.workdir()).normalize();
            for (Path place : List.of(root, workdir)) {
                for (String name : LOCK_FILES) {
                    if (Files.isRegularFile(place.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                        paths.add(root.relativize(place.resolve(name)).toString());
                    }
                }
            }
        }
        paths.remove(SpinManifest.FILE_NAME);
        return paths;
    }

    private static Problem notPacked(IOException e) {
        return Problem.unavailable("the app could not be packed: " + e, e);
    }

    /**
     * Unpacks an archive of a stranger into an empty folder: every path stays below it, nothing is written twice, and no
     * links come out of it.
     *
     * @throws Problem INVALID, TOO_LARGE; what was unpacked until then stays in the folder
     */
    public static void unpack(InputStream archive, Path folder, Limits limits) {
        try (ZipInputStream zip = new ZipInputStream(archive)) {
            int entries = 0;
            long left = limits.totalBytes();
            for (ZipEntry entry = next(zip); entry != null; entry = next(zip)) {
                if (++entries > limits.entries()) {
                    throw Problem.tooLarge(
                            "archive: more than " + limits.entries() + " entries (expected: at most that)");
                }
                Path target = folder.resolve(checked(entry.getName(), entry.isDirectory()));
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(Objects.requireNonNull(target.getParent()));
                    left -= copy(zip, target, entry.getName(), Math.min(left, limits.fileBytes()), limits);
                }
            }
            if (entries == 0) {
                throw Problem.invalid("archive: empty, or no zip (expected: a zip with spin.toml in it)");
            }
        } catch (ZipException | EOFException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "archive: " + e.getMessage() + " (expected: a zip)",
                    null,
                    e);
        } catch (FileAlreadyExistsException | NotDirectoryException e) {
            throw Problem.invalid("archive: \"" + shown(folder, e.getFile()) + "\" stands twice (expected: once)");
        } catch (IOException e) {
            throw Problem.unavailable("the archive could not be unpacked: " + e, e);
        }
    }

    /** The next entry; names that are no text are the archive's fault. */
    private static @Nullable ZipEntry next(ZipInputStream zip) throws IOException {
        try {
            return zip.getNextEntry();
        } catch (IllegalArgumentException e) {
            throw new ZipException("a name that is not UTF-8");
        }
    }

    private static long copy(ZipInputStream from, Path target, String name, long most, Limits limits)
            throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long copied = 0;
        try (OutputStream out =
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                copied += n;
                if (copied > most) {
                    throw Problem.tooLarge("archive: \"" + name + "\" is too much (expected: at most "
                            + limits.fileBytes() + " bytes a file, " + limits.totalBytes() + " together)");
                }
                out.write(buffer, 0, n);
            }
        }
        return copied;
    }

    private static String checked(String name, boolean folder) {
        String path = folder ? name.substring(0, name.length() - 1) : name;
        boolean safe = path.length() <= MAX_PATH;
        for (String segment : path.split("/", -1)) {
            safe &= SEGMENT.matcher(segment).matches() && !segment.equals(".") && !segment.equals("..");
        }
        if (!safe) {
            throw Problem.invalid("archive: path \"" + TomlCursor.shortened(name.replaceAll("\\p{Cntrl}", "?"))
                    + "\" (expected: a relative path without . and .., backslashes, colons and control characters)");
        }
        return path;
    }

    private static String shown(Path folder, String file) {
        return folder.relativize(Path.of(file)).toString();
    }
}
