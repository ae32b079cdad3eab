package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.Place;
import dev.polder.wasm.wasi.internal.Stat;
import dev.polder.wasm.wasi.internal.Walk;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/** What files and folders can do beyond being read and written. */
final class FileFunctions {

    private static final int FROM_START = 0;
    private static final int FROM_HERE = 1;
    private static final int FROM_END = 2;
    private static final int LAST_ADVICE = 5;

    private FileFunctions() {}

    static void add(Wasi.Registrar to) {
        to.add("fd_seek", "iIii", Rights.FD_SEEK, FileFunctions::seek);
        to.add(
                "fd_tell",
                "ii",
                Rights.FD_TELL | Rights.FD_SEEK,
                (s, c) ->
                        c.memory().setLong(c.u32(1), s.file(c.i32(0)).channel().position()));
        Wasi.Function readAt = FileFunctions::readAt;
        to.add("fd_pread", "iiiIi", Rights.FD_READ, readAt.needs(0, Rights.FD_SEEK));
        Wasi.Function writeAt = FileFunctions::writeAt;
        to.add("fd_pwrite", "iiiIi", Rights.FD_WRITE, writeAt.needs(0, Rights.FD_SEEK));
        to.add("fd_sync", "i", Rights.SYNC, (s, c) -> sync(s, c, true));
        to.add("fd_datasync", "i", Rights.DATASYNC, (s, c) -> sync(s, c, false));
        to.add("fd_advise", "iIIi", Rights.ADVISE, FileFunctions::advise);
        to.add("fd_allocate", "iII", Rights.FD_ALLOCATE, FileFunctions::allocate);
        to.add(
                "fd_filestat_get",
                "ii",
                Rights.STAT,
                (s, c) -> stat(s.get(c.i32(0))).write(c.memory(), c.u32(1)));
        to.add("fd_filestat_set_size", "iI", Rights.SET_SIZE, FileFunctions::setSize);
        to.add("fd_filestat_set_times", "iIIi", Rights.SET_TIMES, FileFunctions::setTimes);
        to.add("fd_readdir", "iiiIi", Rights.FD_READDIR, FolderListing::read);
    }

    private static void seek(WasiState state, HostCall call) throws IOException {
        SeekableByteChannel channel = state.file(call.i32(0)).channel();
        long base = switch (call.i32(2)) {
            case FROM_START -> 0;
            case FROM_HERE -> channel.position();
            case FROM_END -> channel.size();
            default -> throw new WasiError(Errno.INVAL);
        };
        long target = base + call.i64(1);
        if (target < 0) {
            throw new WasiError(Errno.INVAL);
        }
        channel.position(target);
        call.memory().setLong(call.u32(3), target);
    }

    /** The channel of a file for reading or writing at a position. */
    private static FileChannel positioned(SeekableByteChannel channel) {
        if (channel instanceof FileChannel file) {
            return file;
        }
        throw new WasiError(Errno.NOTSUP);
    }

    private static void readAt(WasiState state, HostCall call) throws IOException {
        FileChannel channel = positioned(state.file(call.i32(0)).readable());
        long[] offset = {offset(call)};
        WasmMemory memory = call.memory();
        int count = Buffers.each(memory, call.u32(1), call.i32(2), buffer -> {
            int read = channel.read(buffer.asByteBuffer(), offset[0]);
            offset[0] += Math.max(0, read);
            return read;
        });
        memory.setInt(call.u32(4), count);
    }

    private static void writeAt(WasiState state, HostCall call) throws IOException {
        FileChannel channel = positioned(state.file(call.i32(0)).writable());
        long[] offset = {offset(call)};
        if (state.file(call.i32(0)).appends()) {
            offset[0] = channel.size();
        }
        WasmMemory memory = call.memory();
        int count = Buffers.each(memory, call.u32(1), call.i32(2), buffer -> {
            int written = channel.write(buffer.asByteBuffer(), offset[0]);
            offset[0] += written;
            return written;
        });
        memory.setInt(call.u32(4), count);
    }

    private static long offset(HostCall call) {
        long offset = call.i64(3);
        if (offset < 0) {
            throw new WasiError(Errno.INVAL);
        }
        return offset;
    }

    private static void sync(WasiState state, HostCall call, boolean metadata) throws IOException {
        switch (state.get(call.i32(0))) {
            case Descriptor.OpenFile file -> positioned(file.channel()).force(metadata);
            // A folder has nothing that was not handed to the system yet.
            case Descriptor.OpenFolder _ -> {}
            case Descriptor.Input _, Descriptor.Output _ -> throw new WasiError(Errno.INVAL);
        }
    }

    private static void advise(WasiState state, HostCall call) {
        int advice = call.i32(3);
        if (advice < 0 || advice > LAST_ADVICE || call.i64(1) < 0 || call.i64(2) < 0) {
            throw new WasiError(Errno.INVAL);
        }
        switch (state.get(call.i32(0))) {
            // Advice may be left unheeded.
            case Descriptor.OpenFile _ -> {}
            case Descriptor.OpenFolder _ -> throw new WasiError(Errno.BADF);
            case Descriptor.Input _, Descriptor.Output _ -> throw new WasiError(Errno.SPIPE);
        }
    }

    private static void allocate(WasiState state, HostCall call) throws IOException {
        SeekableByteChannel channel = state.file(call.i32(0)).writable();
        long end = call.i64(1) + call.i64(2);
        if (call.i64(1) < 0 || call.i64(2) <= 0 || end < 0) {
            throw new WasiError(Errno.INVAL);
        }
        extend(channel, end);
    }

    /** Makes a file at least this long, the new part zero. */
    private static void extend(SeekableByteChannel channel, long size) throws IOException {
        if (channel.size() < size) {
            positioned(channel).write(ByteBuffer.wrap(new byte[1]), size - 1);
        }
    }

    private static void setSize(WasiState state, HostCall call) throws IOException {
        SeekableByteChannel channel = state.file(call.i32(0)).writable();
        long size = call.i64(1);
        if (size < 0) {
            throw new WasiError(Errno.INVAL);
        }
        long position = channel.position();
        extend(channel, size);
        channel.truncate(size);
        channel.position(position);
    }

    static Stat stat(Descriptor descriptor) throws IOException {
        return switch (descriptor) {
            case Descriptor.OpenFile file -> file.stat();
            case Descriptor.OpenFolder folder -> {
                try (Walk walk = Walk.to(folder.place())) {
                    yield walk.stat();
                }
            }
            case Descriptor.Input _, Descriptor.Output _ -> Stat.of(descriptor.kind());
        };
    }

    private static void setTimes(WasiState state, HostCall call) throws IOException {
        Place place = switch (state.get(call.i32(0))) {
            case Descriptor.OpenFile file -> file.place();
            case Descriptor.OpenFolder folder -> folder.place();
            case Descriptor.Input _, Descriptor.Output _ -> throw new WasiError(Errno.BADF);
        };
        try (Walk walk = Walk.to(place).writable()) {
            FileTimes.set(walk, state, call.i64(1), call.i64(2), call.i32(3));
        }
    }
}
