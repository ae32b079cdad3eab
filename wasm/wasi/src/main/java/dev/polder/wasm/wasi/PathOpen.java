package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** {@code path_open}. */
final class PathOpen {

    private static final int CREATE = 1;
    private static final int FOLDER = 2;
    private static final int EXCLUSIVE = 4;
    private static final int TRUNCATE = 8;
    private static final int KNOWN = 15;

    private static final int DATA_SYNC = 2;
    private static final int READ_SYNC = 8;
    private static final int SYNC = 16;
    private static final int KNOWN_FLAGS = 31;

    private PathOpen() {}

    static void open(WasiState state, HostCall call) throws IOException {
        int how = call.i32(4);
        int flags = call.i32(7);
        if ((how & ~KNOWN) != 0 || (flags & ~KNOWN_FLAGS) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        if ((how & FOLDER) != 0 && (how & (CREATE | EXCLUSIVE | TRUNCATE)) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        state.checkRoom();
        boolean follow = PathFunctions.follows(call.i32(1)) && (how & EXCLUSIVE) == 0;
        try (Walk walk = Walk.to(PathFunctions.base(state, call.i32(0)), PathFunctions.path(call, 2, 3), follow)) {
            Descriptor opened = open(walk, how, flags, call.i64(5));
            call.memory().setInt(call.u32(8), state.add(opened));
        }
    }

    private static Descriptor open(Walk walk, int how, int flags, long rights) throws IOException {
        BasicFileAttributes there = walk.attributes();
        boolean write = (rights & (Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.SET_SIZE)) != 0;
        boolean change = write || (how & TRUNCATE) != 0 || (there == null && (how & CREATE) != 0);
        if (there == null && (how & CREATE) == 0) {
            throw new WasiError(Errno.NOENT);
        }
        if (there != null && (how & (CREATE | EXCLUSIVE)) == (CREATE | EXCLUSIVE)) {
            throw new WasiError(Errno.EXIST);
        }
        if (there == null && walk.endsWithSlash()) {
            throw new WasiError(Errno.ISDIR);
        }
        if (there != null && there.isSymbolicLink()) {
            throw new WasiError(Errno.LOOP);
        }
        if (there != null && there.isDirectory()) {
            if (change) {
                throw new WasiError(Errno.ISDIR);
            }
            return new Descriptor.OpenFolder(walk.place(), null);
        }
        if ((how & FOLDER) != 0) {
            throw new WasiError(Errno.NOTDIR);
        }
        if (there != null && !there.isRegularFile()) {
            // A pipe or a device could hold the thread, or do anything.
            throw new WasiError(Errno.ACCES);
        }
        if (change) {
            walk.writable();
        }
        boolean read = (rights & Rights.FD_READ) != 0 || !write;
        return file(walk, how, flags, read, write);
    }

    private static Descriptor file(Walk walk, int how, int flags, boolean read, boolean write) throws IOException {
        Set<OpenOption> options = new HashSet<>();
        options.add(LinkOption.NOFOLLOW_LINKS);
        if (read) {
            options.add(StandardOpenOption.READ);
        }
        if (write || (how & (TRUNCATE | CREATE)) != 0) {
            // What was asked for by the flags alone is done, and the descriptor still cannot be written.
            if (walk.root().writable()) {
                options.add(StandardOpenOption.WRITE);
            }
        }
        if ((how & CREATE) != 0 && walk.root().writable()) {
            options.add((how & EXCLUSIVE) != 0 ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE);
        }
        if ((how & TRUNCATE) != 0) {
            options.add(StandardOpenOption.TRUNCATE_EXISTING);
        }
        if ((flags & SYNC) != 0) {
            options.add(StandardOpenOption.SYNC);
        } else if ((flags & (DATA_SYNC | READ_SYNC)) != 0) {
            options.add(StandardOpenOption.DSYNC);
        }
        SeekableByteChannel channel = walk.parent().newByteChannel(walk.last(), options);
        try {
            Stat stat;
            try (Walk again = Walk.to(walk.place())) {
                stat = again.stat();
            }
            return new Descriptor.OpenFile(channel, walk.place(), stat, read, write, flags);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
