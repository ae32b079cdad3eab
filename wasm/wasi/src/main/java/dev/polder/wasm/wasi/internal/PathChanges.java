package dev.polder.wasm.wasi.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/** What a guest can change by a path: all of it relative to the last folder of a {@link Walk}. */
public final class PathChanges {

    private static final String STAGED = ".polder-";
    private static final int UUID_LENGTH = 36;

    private PathChanges() {}

    /**
     * Whether a name is of something that {@link #moveIn} makes. No guest sees or names one: what is linked there by a whole
     * path is not checked yet, and may be a file from outside.
     */
    static boolean isStaged(String name) {
        return name.startsWith(STAGED) && name.length() == STAGED.length() + UUID_LENGTH;
    }

    public static void createFolder(Place base, String path) throws IOException {
        try (Walk walk = Walk.to(base, path, false).writable()) {
            if (walk.attributes() != null) {
                throw new WasiError(Errno.EXIST);
            }
            moveIn(walk, Files::createDirectory);
        }
    }

    @FunctionalInterface
    private interface Creation {
        void create(Path path) throws IOException;
    }

    /**
     * Makes something by a whole path where no guest can interfere, directly in the preopened folder, and moves it to its
     * place relative to the folder that was walked to: the JDK can move so, but not create.
     */
    private static void moveIn(Walk walk, Creation creation) throws IOException {
        Path name = Path.of(STAGED + UUID.randomUUID());
        Path made = walk.root().folder().resolve(name);
        creation.create(made);
        try {
            walk.rootFolder().move(name, walk.parent(), walk.last());
        } catch (IOException e) {
            Files.deleteIfExists(made);
            throw e;
        }
    }

    /** Makes a hard link. */
    public static void link(Place fromBase, String fromPath, Place toBase, String toPath) throws IOException {
        try (Walk from = Walk.to(fromBase, fromPath, false).writable();
                Walk to = Walk.to(toBase, toPath, false).writable()) {
            if (from.existing().isDirectory()) {
                throw new WasiError(Errno.PERM);
            }
            if (to.endsWithSlash()) {
                throw new WasiError(Errno.NOENT);
            }
            if (to.attributes() != null) {
                throw new WasiError(Errno.EXIST);
            }
            Stat meant = from.stat();
            moveIn(to, path -> {
                Files.createLink(path, from.wholePath());
                BasicFileAttributes got =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!Stat.of(got, 1).isSameFile(meant)) {
                    // Somebody replaced the file between the walk and the link: it may be one from outside.
                    Files.delete(path);
                    throw new WasiError(Errno.PERM);
                }
            });
        }
    }

    public static void symbolicLink(String target, Place base, String path) throws IOException {
        try (Walk walk = Walk.to(base, path, false).writable()) {
            if (target.startsWith("/")) {
                throw new WasiError(Errno.PERM);
            }
            if (target.isEmpty()) {
                throw new WasiError(Errno.NOENT);
            }
            if (walk.attributes() != null) {
                throw new WasiError(Errno.EXIST);
            }
            if (walk.endsWithSlash()) {
                throw new WasiError(Errno.NOENT);
            }
            moveIn(walk, made -> Files.createSymbolicLink(made, Path.of(target)));
        }
    }

    public static void removeFolder(Place base, String path) throws IOException {
        try (Walk walk = Walk.to(base, path, false).writable()) {
            if (!walk.existing().isDirectory()) {
                throw new WasiError(Errno.NOTDIR);
            }
            if (walk.isFolderItself()) {
                throw new WasiError(Errno.INVAL);
            }
            walk.parent().deleteDirectory(walk.last());
        }
    }

    public static void unlink(Place base, String path) throws IOException {
        try (Walk walk = Walk.to(base, path, false).writable()) {
            if (walk.existing().isDirectory()) {
                throw new WasiError(Errno.ISDIR);
            }
            walk.parent().deleteFile(walk.last());
        }
    }

    public static void rename(Place fromBase, String fromPath, Place toBase, String toPath) throws IOException {
        try (Walk from = Walk.to(fromBase, fromPath, false).writable();
                Walk to = Walk.to(toBase, toPath, false).writable()) {
            boolean folder = from.existing().isDirectory();
            if (from.isFolderItself() || to.isFolderItself()) {
                throw new WasiError(Errno.INVAL);
            }
            if (to.endsWithSlash() && !folder) {
                throw new WasiError(Errno.NOTDIR);
            }
            if (to.attributes() != null) {
                boolean ontoFolder = to.existing().isDirectory();
                if (folder != ontoFolder) {
                    throw new WasiError(ontoFolder ? Errno.ISDIR : Errno.NOTDIR);
                }
            }
            from.parent().move(from.last(), to.parent(), to.last());
        }
    }
}
