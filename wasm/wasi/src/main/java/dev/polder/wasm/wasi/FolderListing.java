package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.FolderEntries;
import dev.polder.wasm.wasi.internal.FolderEntries.Entry;
import dev.polder.wasm.wasi.internal.Stat;
import dev.polder.wasm.wasi.internal.Walk;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code fd_readdir}: entries in the order of their names, so that a cookie means the same on the next call. */
final class FolderListing {

    private static final int HEADER = 24;

    private FolderListing() {}

    static void read(WasiState state, HostCall call) throws IOException {
        Descriptor.OpenFolder folder = folder(state, call.i32(0));
        WasmMemory memory = call.memory();
        long address = call.u32(1);
        long room = call.u32(2);
        memory.slice(address, room);
        long cookie = call.i64(3);
        List<Entry> entries = list(folder);
        long used = 0;
        for (long i = Math.max(0, cookie); cookie >= 0 && i < entries.size() && used < room; i++) {
            byte[] bytes = entry(entries.get((int) i), i + 1);
            // The last one may be cut off: that is how the guest knows that there is more.
            int part = (int) Math.min(bytes.length, room - used);
            memory.write(address + used, bytes, 0, part);
            used += part;
        }
        memory.setInt(call.u32(4), (int) used);
    }

    private static Descriptor.OpenFolder folder(WasiState state, int number) {
        return switch (state.get(number)) {
            case Descriptor.OpenFolder folder -> folder;
            case Descriptor.OpenFile _ -> throw new WasiError(Errno.NOTDIR);
            case Descriptor.Input _, Descriptor.Output _ -> throw new WasiError(Errno.BADF);
        };
    }

    private static List<Entry> list(Descriptor.OpenFolder folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Walk walk = Walk.to(folder.place(), ".", false)) {
            Stat self = walk.identity();
            entries.add(new Entry(".", self));
            // What is above is not the guest's business; for it, its folder is where things end.
            entries.add(new Entry("..", self));
            entries.addAll(FolderEntries.of(walk));
        }
        return entries;
    }

    private static byte[] entry(Entry entry, long next) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        java.nio.ByteBuffer bytes =
                java.nio.ByteBuffer.allocate(HEADER + name.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(next)
                .putLong(entry.stat().inode())
                .putInt(name.length)
                .putInt(entry.stat().kind());
        return bytes.put(name).array();
    }
}
