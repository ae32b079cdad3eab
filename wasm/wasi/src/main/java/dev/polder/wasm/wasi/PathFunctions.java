package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.PathChanges;
import dev.polder.wasm.wasi.internal.Place;
import dev.polder.wasm.wasi.internal.Walk;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Everything that takes a path. */
final class PathFunctions {

    private static final int FOLLOW = 1;
    private static final int MAX_PATH = 4_096;

    private PathFunctions() {}

    static void add(Wasi.Registrar to) {
        to.add("path_open", "iiiiiIIii", Rights.OPEN, PathOpen::open);
        to.add("path_create_directory", "iii", Rights.CREATE_FOLDER, PathFunctions::createFolder);
        to.add("path_filestat_get", "iiiii", Rights.PATH_STAT, PathFunctions::stat);
        to.add("path_filestat_set_times", "iiiiIIi", Rights.PATH_SET_TIMES, PathFunctions::setTimes);
        Wasi.Function link = PathFunctions::link;
        to.add("path_link", "iiiiiii", Rights.LINK_SOURCE, link.needs(4, Rights.LINK_TARGET));
        to.add("path_readlink", "iiiiii", Rights.READLINK, PathFunctions::readLink);
        to.add("path_remove_directory", "iii", Rights.REMOVE_FOLDER, PathFunctions::removeFolder);
        Wasi.Function rename = PathFunctions::rename;
        to.add("path_rename", "iiiiii", Rights.RENAME_SOURCE, rename.needs(3, Rights.RENAME_TARGET));
        Wasi.Function symbolicLink = PathFunctions::symbolicLink;
        to.add("path_symlink", "iiiii", symbolicLink.needs(2, Rights.SYMLINK));
        to.add("path_unlink_file", "iii", Rights.UNLINK, PathFunctions::unlink);
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
        PathChanges.createFolder(base(state, call.i32(0)), path(call, 1, 2));
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
            FileTimes.set(walk, state, call.i64(4), call.i64(5), call.i32(6));
        }
    }

    private static void link(WasiState state, HostCall call) throws IOException {
        if (follows(call.i32(1))) {
            throw new WasiError(Errno.INVAL);
        }
        PathChanges.link(base(state, call.i32(0)), path(call, 2, 3), base(state, call.i32(4)), path(call, 5, 6));
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
        PathChanges.symbolicLink(path(call, 0, 1), base(state, call.i32(2)), path(call, 3, 4));
    }

    private static void removeFolder(WasiState state, HostCall call) throws IOException {
        PathChanges.removeFolder(base(state, call.i32(0)), path(call, 1, 2));
    }

    private static void unlink(WasiState state, HostCall call) throws IOException {
        PathChanges.unlink(base(state, call.i32(0)), path(call, 1, 2));
    }

    private static void rename(WasiState state, HostCall call) throws IOException {
        PathChanges.rename(base(state, call.i32(0)), path(call, 1, 2), base(state, call.i32(3)), path(call, 4, 5));
    }
}
