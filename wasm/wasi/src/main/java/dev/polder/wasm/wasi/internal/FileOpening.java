package dev.polder.wasm.wasi.internal;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a file or folder is opened at the end of a {@link Walk}.
 *
 * @param how {@link #CREATE} and so on, which 0.1 and 0.2 number alike
 */
public record FileOpening(int how, boolean read, boolean write, Sync sync) {

    public static final int CREATE = 1;
    public static final int FOLDER = 2;
    public static final int EXCLUSIVE = 4;
    public static final int TRUNCATE = 8;
    public static final int KNOWN = 15;

    /** When what is written is on the medium. */
    public enum Sync {
        LATER,
        DATA,
        FILE
    }

    /**
     * What was opened.
     *
     * @param channel of a file; null for a folder
     * @param stat of the file when it was opened: which file it is never changes
     */
    public record Opened(@Nullable SeekableByteChannel channel, Place place, Stat stat, boolean read, boolean write) {

        /** What it is now. A file that was removed or replaced is still what was opened. */
        public Stat now() throws IOException {
            if (channel == null) {
                try (Walk walk = Walk.to(place)) {
                    return walk.stat();
                }
            }
            try (Walk walk = Walk.to(place)) {
                if (walk.attributes() != null && walk.identity().isSameFile(stat)) {
                    return walk.stat();
                }
            } catch (WasiError e) {
                // Its folder is gone; the file itself is still open.
                return stat.withSize(channel.size());
            }
            return stat.withSize(channel.size());
        }
    }

    private boolean is(int flag) {
        return (how & flag) != 0;
    }

    /** Opens it. */
    public Opened open(Walk walk) throws IOException {
        BasicFileAttributes there = walk.attributes();
        boolean change = write || is(TRUNCATE) || (there == null && is(CREATE));
        if (there == null && !is(CREATE)) {
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
            return new Opened(null, FolderHandle.hold(walk.place(), walk.identity()), walk.identity(), true, false);
        }
        if (is(FOLDER)) {
            throw new WasiError(Errno.NOTDIR);
        }
        if (there != null && !there.isRegularFile()) {
            // A pipe or a device could hold the thread, or do anything.
            throw new WasiError(Errno.ACCES);
        }
        if (change) {
            walk.writable();
        }
        return file(walk);
    }

    private Opened file(Walk walk) throws IOException {
        boolean reads = read || !write;
        SeekableByteChannel channel = walk.parent().newByteChannel(walk.last(), options(walk, reads));
        try {
            Stat stat;
            try (Walk again = Walk.to(walk.place())) {
                stat = again.identity();
            }
            return new Opened(channel, walk.place(), stat, reads, write);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private Set<OpenOption> options(Walk walk, boolean reads) {
        Set<OpenOption> options = new HashSet<>();
        options.add(LinkOption.NOFOLLOW_LINKS);
        if (reads) {
            options.add(StandardOpenOption.READ);
        }
        if (write || is(TRUNCATE | CREATE)) {
            // What was asked for by the flags alone is done, and the descriptor still cannot be written.
            if (walk.root().writable()) {
                options.add(StandardOpenOption.WRITE);
            }
        }
        if (is(CREATE) && walk.root().writable()) {
            options.add(is(EXCLUSIVE) ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE);
        }
        if (is(TRUNCATE)) {
            options.add(StandardOpenOption.TRUNCATE_EXISTING);
        }
        switch (sync) {
            case FILE -> options.add(StandardOpenOption.SYNC);
            case DATA -> options.add(StandardOpenOption.DSYNC);
            case LATER -> {}
        }
        return options;
    }
}
