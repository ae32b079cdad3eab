package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/** What every descriptor can do: be read, written, asked, closed. */
final class DescriptorFunctions {

    private static final int PART = 64 * 1024;
    private static final int KNOWN_FLAGS = 31;

    private DescriptorFunctions() {}

    static void add(Wasi.Registrar to) {
        to.add("fd_read", "iiii", Rights.FD_READ, DescriptorFunctions::read);
        to.add("fd_write", "iiii", Rights.FD_WRITE, DescriptorFunctions::write);
        to.add("fd_close", "i", (s, c) -> s.close(c.i32(0)));
        to.add("fd_renumber", "ii", (s, c) -> s.renumber(c.i32(0), c.i32(1)));
        to.add("fd_fdstat_get", "ii", DescriptorFunctions::status);
        to.add("fd_fdstat_set_flags", "ii", Rights.SET_FLAGS, DescriptorFunctions::setFlags);
        to.add("fd_fdstat_set_rights", "iII", DescriptorFunctions::dropRights);
        to.add("fd_prestat_get", "ii", DescriptorFunctions::preopen);
        to.add("fd_prestat_dir_name", "iii", DescriptorFunctions::preopenName);
    }

    private static void read(WasiState state, HostCall call) throws IOException {
        WasmMemory memory = call.memory();
        int count = switch (state.get(call.i32(0))) {
            case Descriptor.Input input ->
                Buffers.each(memory, call.u32(1), call.i32(2), buffer -> read(input, buffer));
            case Descriptor.OpenFile file -> {
                SeekableByteChannel channel = file.readable();
                yield Buffers.each(memory, call.u32(1), call.i32(2), buffer -> channel.read(buffer.asByteBuffer()));
            }
            case Descriptor.OpenFolder _ -> throw new WasiError(Errno.ISDIR);
            case Descriptor.Output _ -> throw new WasiError(Errno.BADF);
        };
        memory.setInt(call.u32(3), count);
    }

    private static int read(Descriptor.Input input, MemorySegment buffer) throws IOException {
        byte[] bytes = new byte[(int) Math.min(buffer.byteSize(), PART)];
        int count = input.read(bytes);
        if (count > 0) {
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, count);
        }
        return count;
    }

    private static void write(WasiState state, HostCall call) throws IOException {
        WasmMemory memory = call.memory();
        int count = switch (state.get(call.i32(0))) {
            case Descriptor.Output output ->
                Buffers.each(memory, call.u32(1), call.i32(2), buffer -> write(output, buffer));
            case Descriptor.OpenFile file -> {
                SeekableByteChannel channel = file.writable();
                if (file.appends()) {
                    channel.position(channel.size());
                }
                yield Buffers.each(memory, call.u32(1), call.i32(2), buffer -> channel.write(buffer.asByteBuffer()));
            }
            case Descriptor.OpenFolder _ -> throw new WasiError(Errno.ISDIR);
            case Descriptor.Input _ -> throw new WasiError(Errno.BADF);
        };
        memory.setInt(call.u32(3), count);
    }

    private static int write(Descriptor.Output output, MemorySegment buffer) throws IOException {
        byte[] part = new byte[(int) Math.min(buffer.byteSize(), PART)];
        long at = 0;
        while (at < buffer.byteSize()) {
            int length = (int) Math.min(part.length, buffer.byteSize() - at);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, at, part, 0, length);
            output.write(part, length);
            at += length;
        }
        return (int) at;
    }

    private static void status(WasiState state, HostCall call) {
        Descriptor descriptor = state.get(call.i32(0));
        WasmMemory memory = call.memory();
        long address = call.u32(1);
        memory.fill(address, 24, (byte) 0);
        memory.setByte(address, (byte) descriptor.kind());
        memory.setShort(address + 2, (short) descriptor.flags());
        Rights.Dropped dropped = state.dropped(call.i32(0));
        memory.setLong(address + 8, descriptor.rights() & ~dropped.base());
        memory.setLong(address + 16, descriptor.inheriting() & ~dropped.inheriting());
    }

    /** Rights can be given up, and never be had back. */
    private static void dropRights(WasiState state, HostCall call) {
        int number = call.i32(0);
        Descriptor descriptor = state.get(number);
        Rights.Dropped dropped = state.dropped(number);
        long base = call.i64(1);
        long inheriting = call.i64(2);
        if ((base & ~(descriptor.rights() & ~dropped.base())) != 0
                || (inheriting & ~(descriptor.inheriting() & ~dropped.inheriting())) != 0) {
            throw new WasiError(Errno.NOTCAPABLE);
        }
        state.drop(number, new Rights.Dropped(~base, ~inheriting));
    }

    private static void setFlags(WasiState state, HostCall call) {
        int flags = call.i32(1);
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        switch (state.get(call.i32(0))) {
            case Descriptor.OpenFile file -> file.flags(flags);
            case Descriptor.OpenFolder _ -> throw new WasiError(Errno.BADF);
            case Descriptor.Input _, Descriptor.Output _ -> {
                // Standard streams have no flags that could be kept; nothing to set is fine.
                if (flags != 0) {
                    throw new WasiError(Errno.NOTSUP);
                }
            }
        }
    }

    private static byte[] preopenName(WasiState state, int number) {
        if (state.get(number) instanceof Descriptor.OpenFolder folder && folder.preopenName() != null) {
            return folder.preopenName().getBytes(StandardCharsets.UTF_8);
        }
        throw new WasiError(Errno.BADF);
    }

    private static void preopen(WasiState state, HostCall call) {
        byte[] name = preopenName(state, call.i32(0));
        call.memory().setInt(call.u32(1), 0);
        call.memory().setInt(call.u32(1) + 4, name.length);
    }

    private static void preopenName(WasiState state, HostCall call) {
        byte[] name = preopenName(state, call.i32(0));
        if (call.u32(2) < name.length) {
            throw new WasiError(Errno.NAMETOOLONG);
        }
        call.memory().write(call.u32(1), name);
    }
}
