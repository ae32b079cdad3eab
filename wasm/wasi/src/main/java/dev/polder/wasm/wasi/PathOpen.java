package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.FileOpening;
import dev.polder.wasm.wasi.internal.Walk;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;

/** {@code path_open}. */
final class PathOpen {

    private static final int DATA_SYNC = 2;
    private static final int READ_SYNC = 8;
    private static final int SYNC = 16;
    private static final int KNOWN_FLAGS = 31;

    private PathOpen() {}

    static void open(WasiState state, HostCall call) throws IOException {
        int how = call.i32(4);
        int flags = call.i32(7);
        if ((how & ~FileOpening.KNOWN) != 0 || (flags & ~KNOWN_FLAGS) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        if ((how & FileOpening.FOLDER) != 0 && (how & ~FileOpening.FOLDER) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        Rights.Dropped dropped = state.dropped(call.i32(0));
        if (((call.i64(5) | call.i64(6)) & dropped.inheriting()) != 0) {
            throw new WasiError(Errno.NOTCAPABLE);
        }
        if ((how & FileOpening.CREATE) != 0) {
            state.require(call.i32(0), Rights.CREATE_FILE);
        }
        if ((how & FileOpening.TRUNCATE) != 0) {
            state.require(call.i32(0), Rights.PATH_SET_SIZE);
        }
        state.checkRoom();
        boolean follow = PathFunctions.follows(call.i32(1)) && (how & FileOpening.EXCLUSIVE) == 0;
        long rights = call.i64(5);
        boolean read = (rights & Rights.FD_READ) != 0;
        boolean write = (rights & (Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.SET_SIZE)) != 0;
        FileOpening opening = new FileOpening(how, read, write, sync(flags));
        try (Walk walk = Walk.to(PathFunctions.base(state, call.i32(0)), PathFunctions.path(call, 2, 3), follow)) {
            FileOpening.Opened opened = opening.open(walk);
            Descriptor descriptor = opened.channel() == null
                    ? new Descriptor.OpenFolder(opened.place(), null)
                    : new Descriptor.OpenFile(
                            opened.channel(), opened.place(), opened.stat(), opened.read(), opened.write(), flags);
            int number = state.add(descriptor);
            if (dropped.inheriting() != 0) {
                state.drop(number, new Rights.Dropped(dropped.inheriting(), dropped.inheriting()));
            }
            call.memory().setInt(call.u32(8), number);
        }
    }

    private static FileOpening.Sync sync(int flags) {
        if ((flags & SYNC) != 0) {
            return FileOpening.Sync.FILE;
        }
        return (flags & (DATA_SYNC | READ_SYNC)) != 0 ? FileOpening.Sync.DATA : FileOpening.Sync.LATER;
    }
}
