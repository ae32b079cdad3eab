package dev.polder.wasm.wasi.internal;

import dev.polder.wasm.engine.WasmMemory;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The type {@code filestat}. Times in nanoseconds since 1970. */
public record Stat(
        long device, long inode, int kind, long links, long size, long accessed, long modified, long changed) {

    public static final int BYTES = 64;

    /** How the JDK shows the key of a file on Unix; it has no other way to the inode. */
    private static final Pattern KEY = Pattern.compile("\\(dev=([0-9a-f]+),ino=(\\d+)\\)");

    /** Of attributes alone, which say of no hard links and for which a change is one of the bytes. */
    public static Stat of(BasicFileAttributes attributes) {
        long device = 0;
        long inode = 0;
        Matcher key = KEY.matcher(String.valueOf(attributes.fileKey()));
        if (key.matches()) {
            device = Long.parseUnsignedLong(key.group(1), 16);
            inode = Long.parseUnsignedLong(key.group(2));
        }
        return new Stat(
                device,
                inode,
                FileKind.of(attributes),
                1,
                attributes.size(),
                nanos(attributes.lastAccessTime()),
                nanos(attributes.lastModifiedTime()),
                nanos(attributes.lastModifiedTime()));
    }

    /** Of something that is no file. */
    public static Stat of(int kind) {
        return new Stat(0, 0, kind, 1, 0, 0, 0, 0);
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    public boolean isSameFile(Stat other) {
        return device == other.device && inode == other.inode;
    }

    Stat with(FolderHandle.More more) {
        return new Stat(device, inode, kind, more.links(), size, accessed, modified, more.changedNanos());
    }

    public Stat withSize(long now) {
        return new Stat(device, inode, kind, links, now, accessed, modified, changed);
    }

    public void write(WasmMemory memory, long address) {
        memory.fill(address, BYTES, (byte) 0);
        memory.setLong(address, device);
        memory.setLong(address + 8, inode);
        memory.setByte(address + 16, (byte) kind);
        memory.setLong(address + 24, links);
        memory.setLong(address + 32, size);
        memory.setLong(address + 40, accessed);
        memory.setLong(address + 48, modified);
        memory.setLong(address + 56, changed);
    }
}
