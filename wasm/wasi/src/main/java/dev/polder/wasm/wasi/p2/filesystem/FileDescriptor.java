package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.WasiClock;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.FileOpening;
import dev.polder.wasm.wasi.internal.FolderEntries;
import dev.polder.wasm.wasi.internal.PathChanges;
import dev.polder.wasm.wasi.internal.Place;
import dev.polder.wasm.wasi.internal.Walk;
import dev.polder.wasm.wasi.internal.WasiError;
import dev.polder.wasm.wasi.p2.clocks.Datetime;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The resource {@code descriptor}: an open file or folder. Paths are followed by {@link Walk}. */
public final class FileDescriptor extends Resource {

    static final int READ = 1;
    static final int WRITE = 2;
    static final int FILE_SYNC = 4;
    static final int DATA_SYNC = 8;
    static final int REQUESTED_SYNC = 16;
    static final int MUTATE = 32;

    private static final int KNOWN_FLAGS = 63;
    private static final int FOLLOW = 1;
    private static final int MOST_READ = 256 * 1024;

    private final WasiClock clock;
    private final FileOpening.Opened opened;
    private final @Nullable OpenChannel file;
    private final int syncFlags;

    /** @param syncFlags the flags about syncing, to be told again */
    FileDescriptor(GuestIo io, WasiClock clock, FileOpening.Opened opened, int syncFlags) {
        super(io);
        this.clock = clock;
        this.opened = opened;
        this.file = opened.channel() == null ? null : new OpenChannel(opened.channel());
        this.syncFlags = syncFlags;
    }

    private OpenChannel readable() {
        io().checkRoom();
        if (file == null || !opened.read()) {
            throw new WasiError(file == null ? Errno.ISDIR : Errno.BADF);
        }
        return file;
    }

    private OpenChannel writable() {
        io().checkRoom();
        if (file == null) {
            throw new WasiError(Errno.ISDIR);
        }
        if (!opened.write()) {
            throw new WasiError(opened.place().root().writable() ? Errno.BADF : Errno.PERM);
        }
        return file;
    }

    private Place folder() {
        if (file != null) {
            throw new WasiError(Errno.NOTDIR);
        }
        return opened.place();
    }

    private static long position(long offset) {
        if (offset < 0) {
            throw new WasiError(Errno.INVAL);
        }
        return offset;
    }

    private static boolean follows(int pathFlags) {
        if ((pathFlags & ~FOLLOW) != 0) {
            throw new WasiError(Errno.INVAL);
        }
        return pathFlags == FOLLOW;
    }

    @Wit("read-via-stream")
    public Result<WasiInputStream, FilesystemErrorCode> readViaStream(long offset) {
        return FileOperation.result(() -> new WasiInputStream(io(), new FileSource(readable(), position(offset))));
    }

    @Wit("write-via-stream")
    public Result<WasiOutputStream, FilesystemErrorCode> writeViaStream(long offset) {
        return FileOperation.result(
                () -> new WasiOutputStream(io(), new FileSink(writable(), position(offset), false)));
    }

    @Wit("append-via-stream")
    public Result<WasiOutputStream, FilesystemErrorCode> appendViaStream() {
        return FileOperation.result(() -> new WasiOutputStream(io(), new FileSink(writable(), 0, true)));
    }

    @Wit("advise")
    public Result<@Nullable Void, FilesystemErrorCode> advise(long offset, long length, Advice advice) {
        return FileOperation.result(() -> {
            position(offset);
            position(length);
            if (file == null) {
                throw new WasiError(Errno.BADF);
            }
            return null;
        });
    }

    private Result<@Nullable Void, FilesystemErrorCode> force(boolean metadata) {
        return FileOperation.result(() -> {
            // A folder has nothing that was not handed to the system yet.
            if (file != null) {
                file.channel().force(metadata);
            }
            return null;
        });
    }

    @Wit("sync-data")
    public Result<@Nullable Void, FilesystemErrorCode> syncData() {
        return force(false);
    }

    @Wit("sync")
    public Result<@Nullable Void, FilesystemErrorCode> sync() {
        return force(true);
    }

    @Wit("get-flags")
    public Result<Integer, FilesystemErrorCode> getFlags() {
        if (file == null) {
            return Result.ok(READ | (opened.place().root().writable() ? MUTATE : 0));
        }
        return Result.ok((opened.read() ? READ : 0) | (opened.write() ? WRITE : 0) | syncFlags);
    }

    @Wit("get-type")
    public Result<DescriptorType, FilesystemErrorCode> getType() {
        return Result.ok(DescriptorType.of(opened.stat()));
    }

    @Wit("set-size")
    public Result<@Nullable Void, FilesystemErrorCode> setSize(long size) {
        return FileOperation.result(() -> {
            FileChannel channel = writable().channel();
            if (channel.size() < position(size)) {
                channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
            }
            channel.truncate(size);
            return null;
        });
    }

    @Wit("set-times")
    public Result<@Nullable Void, FilesystemErrorCode> setTimes(NewTimestamp accessed, NewTimestamp modified) {
        return FileOperation.result(() -> {
            try (Walk walk = Walk.to(opened.place()).writable()) {
                setTimes(walk, accessed, modified);
            }
            return null;
        });
    }

    private void setTimes(Walk walk, NewTimestamp accessed, NewTimestamp modified) {
        FileTime now = FileTime.from(clock.realtimeNanos(), TimeUnit.NANOSECONDS);
        walk.setTimes(time(accessed, now), time(modified, now));
    }

    private static @Nullable FileTime time(NewTimestamp wanted, FileTime now) {
        return switch (wanted) {
            case NewTimestamp.NoChange _ -> null;
            case NewTimestamp.Now _ -> now;
            case NewTimestamp.Timestamp(Datetime time) -> {
                try {
                    yield time.toFileTime();
                } catch (IllegalArgumentException e) {
                    throw new WasiError(Errno.INVAL);
                }
            }
        };
    }

    /** The tuple of {@code read}: bytes, and whether the end was there instead. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record ReadResult(byte[] bytes, boolean end) {}

    @Wit("read")
    public Result<ReadResult, FilesystemErrorCode> read(long length, long offset) {
        return FileOperation.result(() -> {
            byte[] bytes = new byte[(int) (length < 0 ? MOST_READ : Math.min(length, MOST_READ))];
            int count = readable().channel().read(ByteBuffer.wrap(bytes), position(offset));
            return new ReadResult(Arrays.copyOf(bytes, Math.max(0, count)), count < 0);
        });
    }

    @Wit("write")
    public Result<Long, FilesystemErrorCode> write(MemorySegment buffer, long offset) {
        return FileOperation.result(() -> (long) writable().channel().write(buffer.asByteBuffer(), position(offset)));
    }

    @Wit("read-directory")
    public Result<DirectoryEntryStream, FilesystemErrorCode> readDirectory() {
        return FileOperation.result(() -> {
            try (Walk walk = Walk.to(folder(), ".", false)) {
                return new DirectoryEntryStream(io(), FolderEntries.of(walk));
            }
        });
    }

    @Wit("create-directory-at")
    public Result<@Nullable Void, FilesystemErrorCode> createDirectoryAt(String path) {
        return FileOperation.result(() -> {
            PathChanges.createFolder(folder(), path);
            return null;
        });
    }

    @Wit("stat")
    public Result<DescriptorStat, FilesystemErrorCode> stat() {
        return FileOperation.result(() -> DescriptorStat.of(opened.now()));
    }

    @Wit("stat-at")
    public Result<DescriptorStat, FilesystemErrorCode> statAt(int pathFlags, String path) {
        return FileOperation.result(() -> {
            try (Walk walk = Walk.to(folder(), path, follows(pathFlags))) {
                return DescriptorStat.of(walk.stat());
            }
        });
    }

    @Wit("set-times-at")
    public Result<@Nullable Void, FilesystemErrorCode> setTimesAt(
            int pathFlags, String path, NewTimestamp accessed, NewTimestamp modified) {
        return FileOperation.result(() -> {
            try (Walk walk = Walk.to(folder(), path, follows(pathFlags)).writable()) {
                setTimes(walk, accessed, modified);
            }
            return null;
        });
    }

    @Wit("link-at")
    public Result<@Nullable Void, FilesystemErrorCode> linkAt(
            int oldPathFlags, String oldPath, FileDescriptor newDescriptor, String newPath) {
        return FileOperation.result(() -> {
            if (follows(oldPathFlags)) {
                throw new WasiError(Errno.INVAL);
            }
            PathChanges.link(folder(), oldPath, newDescriptor.folder(), newPath);
            return null;
        });
    }

    @Wit("open-at")
    public Result<FileDescriptor, FilesystemErrorCode> openAt(int pathFlags, String path, int how, int flags) {
        return FileOperation.result(() -> {
            boolean onlyFolder = (how & FileOpening.FOLDER) != 0;
            if ((how & ~FileOpening.KNOWN) != 0
                    || (flags & ~KNOWN_FLAGS) != 0
                    || (onlyFolder && (how & ~FileOpening.FOLDER) != 0)) {
                throw new WasiError(Errno.INVAL);
            }
            boolean follow = follows(pathFlags) && (how & FileOpening.EXCLUSIVE) == 0;
            FileOpening opening = new FileOpening(how, (flags & READ) != 0, (flags & WRITE) != 0, sync(flags));
            io().checkRoom();
            try (Walk walk = Walk.to(folder(), path, follow)) {
                FileOpening.Opened found = opening.open(walk);
                return new FileDescriptor(io(), clock, found, flags & (FILE_SYNC | DATA_SYNC | REQUESTED_SYNC));
            }
        });
    }

    private static FileOpening.Sync sync(int flags) {
        if ((flags & FILE_SYNC) != 0) {
            return FileOpening.Sync.FILE;
        }
        return (flags & (DATA_SYNC | REQUESTED_SYNC)) != 0 ? FileOpening.Sync.DATA : FileOpening.Sync.LATER;
    }

    @Wit("readlink-at")
    public Result<String, FilesystemErrorCode> readlinkAt(String path) {
        return FileOperation.result(() -> {
            try (Walk walk = Walk.to(folder(), path, false)) {
                return walk.linkTarget();
            }
        });
    }

    @Wit("remove-directory-at")
    public Result<@Nullable Void, FilesystemErrorCode> removeDirectoryAt(String path) {
        return FileOperation.result(() -> {
            PathChanges.removeFolder(folder(), path);
            return null;
        });
    }

    @Wit("rename-at")
    public Result<@Nullable Void, FilesystemErrorCode> renameAt(
            String oldPath, FileDescriptor newDescriptor, String newPath) {
        return FileOperation.result(() -> {
            PathChanges.rename(folder(), oldPath, newDescriptor.folder(), newPath);
            return null;
        });
    }

    @Wit("symlink-at")
    public Result<@Nullable Void, FilesystemErrorCode> symlinkAt(String oldPath, String newPath) {
        return FileOperation.result(() -> {
            PathChanges.symbolicLink(oldPath, folder(), newPath);
            return null;
        });
    }

    @Wit("unlink-file-at")
    public Result<@Nullable Void, FilesystemErrorCode> unlinkFileAt(String path) {
        return FileOperation.result(() -> {
            PathChanges.unlink(folder(), path);
            return null;
        });
    }

    @Wit("is-same-object")
    public boolean isSameObject(FileDescriptor other) {
        return opened.stat().isSameFile(other.opened.stat());
    }

    @Wit("metadata-hash")
    public Result<MetadataHash, FilesystemErrorCode> metadataHash() {
        return FileOperation.result(() -> MetadataHash.of(opened.now()));
    }

    @Wit("metadata-hash-at")
    public Result<MetadataHash, FilesystemErrorCode> metadataHashAt(int pathFlags, String path) {
        return FileOperation.result(() -> {
            try (Walk walk = Walk.to(folder(), path, follows(pathFlags))) {
                return MetadataHash.of(walk.stat());
            }
        });
    }

    @Override
    protected void free() {
        if (file != null) {
            file.release();
        } else {
            opened.place().release();
        }
    }
}
