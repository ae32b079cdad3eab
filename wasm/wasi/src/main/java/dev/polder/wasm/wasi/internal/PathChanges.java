package dev.polder.wasm.wasi.internal;

import java.io.IOException;

/** What a guest can change by a path: all of it relative to the last folder of a {@link Walk}. */
public final class PathChanges {

    private PathChanges() {}

    public static void createFolder(Place base, String path) throws IOException {
        try (Walk walk = Walk.to(base, path, false).writable()) {
            if (walk.attributes() != null) {
                throw new WasiError(Errno.EXIST);
            }
            try (FolderHandle folder = walk.folder()) {
                folder.createFolder(walk.name());
            }
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
            try (FolderHandle folder = from.folder();
                    FolderHandle into = to.folder()) {
                folder.link(from.name(), into, to.name());
            }
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
            if (target.indexOf('\0') >= 0) {
                throw new WasiError(Errno.INVAL);
            }
            if (walk.attributes() != null) {
                throw new WasiError(Errno.EXIST);
            }
            if (walk.endsWithSlash()) {
                throw new WasiError(Errno.NOENT);
            }
            try (FolderHandle folder = walk.folder()) {
                folder.createSymbolicLink(target, walk.name());
            }
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
