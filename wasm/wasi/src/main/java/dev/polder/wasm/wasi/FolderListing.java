package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.WasmMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/** {@code fd_readdir}: entries in the order of their names, so that a cookie means the same on the next call. */
final class FolderListing {

    private static final int HEADER = 24;

    private record Entry(String name, Stat stat) {}

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
            Stat self = walk.stat();
            entries.add(new Entry(".", self));
            // What is above is not the guest's business; for it, its folder is where things end.
            entries.add(new Entry("..", self));
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> paths = walk.parent().newDirectoryStream(Path.of("."))) {
                paths.forEach(path -> names.add(path.getFileName().toString()));
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            names.sort(null);
            for (String name : names) {
                add(entries, walk.parent(), name);
            }
        }
        return entries;
    }

    private static void add(List<Entry> entries, SecureDirectoryStream<Path> folder, String name) throws IOException {
        try {
            BasicFileAttributeView view =
                    folder.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            entries.add(new Entry(name, Stat.of(view.readAttributes(), 1)));
        } catch (NoSuchFileException e) {
            // Removed since it was listed.
            return;
        }
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
