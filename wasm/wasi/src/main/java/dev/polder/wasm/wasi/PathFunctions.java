package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.wasi.Descriptor.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/** Everything that takes a path. */
final class PathFunctions {

    private static final int FOLLOW = 1;
    private static final int MAX_PATH = 4_096;

    private PathFunctions() {}

    static void add(Wasi.Registrar to) {
        to.add("path_open", "iiiiiIIii", PathOpen::open);
        to.add("path_create_directory", "iii", PathFunctions::createFolder);
        to.add("path_filestat_get", "iiiii", PathFunctions::stat);
        to.add("path_filestat_set_times", "iiiiIIi", PathFunctions::setTimes);
        to.add("path_link", "iiiiiii", PathFunctions::link);
        to.add("path_readlink", "iiiiii", PathFunctions::readLink);
        to.add("path_remove_directory", "iii", PathFunctions::removeFolder);
        to.add("path_rename", "iiiiii", PathFunctions::rename);
        to.add("path_symlink", "iiiii", PathFunctions::symbolicLink);
        to.add("path_unlink_file", "iii", PathFunctions::unlink);
    }

    /** A path in the guest's memory. */
    static String path(HostCall call, int address, int length) {
        if (call.u32(length) > MAX_PATH) {
            throw new WasiError(Errno.NAMETOOLONG);
        }
        byte[] bytes = call.memory().read(call.u32(address), call.i32(length));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WasiError(Errno.ILSEQ);
        }
    }

    static Place base(WasiState state, int number) {
        return state.folder(number).place();
    }

    private static void createFolder(WasiState state, HostCall call) throws IOException {
        try (Walk walk =
                Walk.to(base(state, call.i32(0)), path(call, 1, 2), false).writable()) {
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
        Path name = Path.of(".polder-" + UUID.randomUUID());
        Path made = walk.root().folder().resolve(name);
        creation.create(made);
        try {
            walk.rootFolder().move(name, walk.parent(), walk.last());
        } catch (IOException e) {
            Files.deleteIfExists(made);
            throw e;
        }
    }

    private static void stat(WasiState state, HostCall call) throws IOException {
        try (Walk walk = Walk.to(base(state, call.i32(0)), path(call, 2, 3), follows(call.i32(1)))) {
            walk.stat().write(call.memory(), call.u32(4));
        }
    }

    static boolean follows(int lookup) {
        if ((lookup & ~FOLLOW) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        return lookup == FOLLOW;
    }

    private static void setTimes(WasiState state, HostCall call) throws IOException {
        try (Walk walk = Walk.to(base(state, call.i32(0)), path(call, 2, 3), follows(call.i32(1)))
                .writable()) {
            walk.existing();
            FileTimes.set(walk, state, call.i64(4), call.i64(5), call.i32(6));
        }
    }

    private static void link(WasiState state, HostCall call) throws IOException {
        if (follows(call.i32(1))) {
            throw new WasiError(Errno.INVAL);
        }
        try (Walk from = Walk.to(base(state, call.i32(0)), path(call, 2, 3), false)
                        .writable();
                Walk to = Walk.to(base(state, call.i32(4)), path(call, 5, 6), false)
                        .writable()) {
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
                        Files.readAttributes(path, BasicFileAttributes.class, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                if (!Stat.of(got, 1).isSameFile(meant)) {
                    // Somebody replaced the file between the walk and the link: it may be one from outside.
                    Files.delete(path);
                    throw new WasiError(Errno.PERM);
                }
            });
        }
    }

    private static void readLink(WasiState state, HostCall call) throws IOException {
        try (Walk walk = Walk.to(base(state, call.i32(0)), path(call, 1, 2), false)) {
            byte[] target = walk.linkTarget().getBytes(StandardCharsets.UTF_8);
            WasmMemory memory = call.memory();
            int length = (int) Math.min(target.length, call.u32(4));
            memory.write(call.u32(3), target, 0, length);
            memory.setInt(call.u32(5), length);
        }
    }

    private static void symbolicLink(WasiState state, HostCall call) throws IOException {
        String target = path(call, 0, 1);
        try (Walk walk =
                Walk.to(base(state, call.i32(2)), path(call, 3, 4), false).writable()) {
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
            moveIn(walk, path -> Files.createSymbolicLink(path, Path.of(target)));
        }
    }

    private static void removeFolder(WasiState state, HostCall call) throws IOException {
        try (Walk walk =
                Walk.to(base(state, call.i32(0)), path(call, 1, 2), false).writable()) {
            if (!walk.existing().isDirectory()) {
                throw new WasiError(Errno.NOTDIR);
            }
            if (walk.isFolderItself()) {
                throw new WasiError(Errno.INVAL);
            }
            walk.parent().deleteDirectory(walk.last());
        }
    }

    private static void unlink(WasiState state, HostCall call) throws IOException {
        try (Walk walk =
                Walk.to(base(state, call.i32(0)), path(call, 1, 2), false).writable()) {
            if (walk.existing().isDirectory()) {
                throw new WasiError(Errno.ISDIR);
            }
            walk.parent().deleteFile(walk.last());
        }
    }

    private static void rename(WasiState state, HostCall call) throws IOException {
        try (Walk from = Walk.to(base(state, call.i32(0)), path(call, 1, 2), false)
                        .writable();
                Walk to = Walk.to(base(state, call.i32(3)), path(call, 4, 5), false)
                        .writable()) {
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
