package dev.polder.wasm.wasi.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * The JDK's SecureDirectoryStream opens, moves, removes and looks relative to a folder, but makes no folders and links
 * there, reads no link, and sets no times of one. Its folders have no number to give to the system either. So the way that
 * a walk found, free of links, is gone once more, folder by folder and without following links: what is there by now may
 * be another folder, but none outside.
 */
/**
 * A folder below a preopened one, held open by its number for the calls of POSIX.1-2008 that end in {@code at}. Failures are
 * {@link WasiError}. For one thread; Linux and macOS.
 */
public final class FolderHandle implements AutoCloseable {

    /** What the JDK does not tell of a file. */
    record More(long device, long inode, long links, long changedNanos) {
        boolean isOf(Stat stat) {
            return device == stat.device() && inode == stat.inode();
        }
    }

    private static final int LONGEST_LINK = 4_096;
    private static final int NEW_FOLDER = 0777;
    private static final Path NUMBERS = Path.of("/proc/self/fd");

    /** Whether the JDK can open what is held by a number. */
    private static final boolean NUMBERED = Files.isDirectory(NUMBERS);

    private final int number;
    private boolean open = true;

    private FolderHandle(int number) {
        this.number = number;
    }

    /** Opens the folder at a place. */
    static FolderHandle open(Place place) {
        FolderHandle held = place.open();
        FolderHandle folder = held == null ? root(place) : held.enter(".");
        for (String name : place.rest()) {
            try (FolderHandle above = folder) {
                folder = above.enter(name);
            }
        }
        return folder;
    }

    /**
     * The place of a folder that a guest opens, held open where the JDK can come back to it.
     *
     * @throws WasiError NOENT when another folder stands there by now
     */
    static Place hold(Place place, Stat opened) {
        if (!NUMBERED) {
            return place;
        }
        FolderHandle folder = open(place);
        More now = folder.more(".");
        if (now != null && !now.isOf(opened)) {
            folder.close();
            throw new WasiError(Errno.NOENT);
        }
        return place.hold(folder);
    }

    private FolderHandle enter(String name) {
        return new FolderHandle(Posix.call((arena, state) -> (int)
                Posix.OPENAT.invokeExact(state, number, arena.allocateFrom(name), Posix.FOLDER | Posix.NO_FOLLOW)));
    }

    /** Where the JDK finds it, under whatever name, while it is open. */
    Path path() {
        return NUMBERS.resolve(Integer.toString(number));
    }

    boolean isOpen() {
        return open;
    }

    private static FolderHandle root(Place place) {
        String path = place.root().folder().toAbsolutePath().toString();
        FolderHandle root = new FolderHandle(Posix.call(
                (arena, state) -> (int) Posix.OPENAT.invokeExact(state, -1, arena.allocateFrom(path), Posix.FOLDER)));
        try {
            More now = root.more(".");
            if (now != null && !now.isOf(place.identity())) {
                throw new WasiError(Errno.NOENT);
            }
            return root;
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    /** The text of a symbolic link. */
    String readLink(String name) {
        byte[][] text = new byte[1][];
        Posix.call((arena, state) -> {
            MemorySegment buffer = arena.allocate(LONGEST_LINK);
            long length = (long)
                    Posix.READLINKAT.invokeExact(state, number, arena.allocateFrom(name), buffer, buffer.byteSize());
            text[0] = buffer.asSlice(0, Math.max(0, length)).toArray(JAVA_BYTE);
            return (int) length;
        });
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text[0]))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WasiError(Errno.ILSEQ);
        }
    }

    void createFolder(String name) {
        Posix.call(
                (arena, state) -> (int) Posix.MKDIRAT.invokeExact(state, number, arena.allocateFrom(name), NEW_FOLDER));
    }

    void createSymbolicLink(String text, String name) {
        Posix.call((arena, state) ->
                (int) Posix.SYMLINKAT.invokeExact(state, arena.allocateFrom(text), number, arena.allocateFrom(name)));
    }

    /** Makes a hard link; of a symbolic link itself, not of what it leads to. */
    void link(String name, FolderHandle to, String newName) {
        Posix.call((arena, state) -> (int) Posix.LINKAT.invokeExact(
                state, number, arena.allocateFrom(name), to.number, arena.allocateFrom(newName), 0));
    }

    /** Sets times, of a symbolic link itself; null leaves one as it is. */
    void setTimes(String name, @Nullable FileTime accessed, @Nullable FileTime modified) {
        Posix.call((arena, state) -> {
            MemorySegment times = arena.allocate(JAVA_LONG, 4);
            put(times, 0, accessed);
            put(times, 2, modified);
            return (int)
                    Posix.UTIMENSAT.invokeExact(state, number, arena.allocateFrom(name), times, Posix.NO_FOLLOW_AT);
        });
    }

    private static void put(MemorySegment times, int at, @Nullable FileTime time) {
        Instant instant = time == null ? Instant.EPOCH : time.toInstant();
        times.setAtIndex(JAVA_LONG, at, instant.getEpochSecond());
        times.setAtIndex(JAVA_LONG, at + 1, time == null ? Posix.OMIT : instant.getNano());
    }

    /** Of a file, folder or link itself; null where the system has no {@code statx}. */
    @Nullable
    More more(String name) {
        if (Statx.FUNCTION == null) {
            return null;
        }
        More[] more = new More[1];
        Posix.call((arena, state) -> {
            MemorySegment stat = arena.allocate(Statx.BYTES, Long.BYTES);
            int result = (int) Objects.requireNonNull(Statx.FUNCTION)
                    .invokeExact(state, number, arena.allocateFrom(name), Posix.NO_FOLLOW_AT, Statx.WANTED, stat);
            more[0] = new More(
                    Statx.device(stat.get(JAVA_INT, Statx.MAJOR), stat.get(JAVA_INT, Statx.MINOR)),
                    stat.get(JAVA_LONG, Statx.INODE),
                    Integer.toUnsignedLong(stat.get(JAVA_INT, Statx.LINKS)),
                    TimeUnit.SECONDS.toNanos(stat.get(JAVA_LONG, Statx.CHANGED))
                            + stat.get(JAVA_INT, Statx.CHANGED + Long.BYTES));
            return result;
        });
        return more[0];
    }

    @Override
    public void close() {
        if (open) {
            // First: the number may be another file's as soon as the system has it back.
            open = false;
            Posix.call((_, state) -> (int) Posix.CLOSE.invokeExact(state, number));
        }
    }

    /** Of Linux; {@code struct statx} is the same on all machines. */
    private static final class Statx {

        /** {@code STATX_NLINK | STATX_CTIME | STATX_INO}. */
        static final int WANTED = 0x4 | 0x80 | 0x100;

        static final long BYTES = 256;
        static final long LINKS = 16;
        static final long INODE = 32;
        static final long CHANGED = 96;
        static final long MAJOR = 136;
        static final long MINOR = 140;

        /** Null on other systems, and where the C library is older than glibc 2.28. */
        static final @Nullable MethodHandle FUNCTION = Posix.LINKER
                .defaultLookup()
                .find("statx")
                .map(address -> Posix.function(
                        address, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS)))
                .orElse(null);

        private Statx() {}

        /** As {@code makedev} joins the two. */
        static long device(long major, long minor) {
            return ((major & 0xFFFF_F000L) << 32)
                    | ((major & 0xFFF) << 8)
                    | ((minor & 0xFFFF_FF00L) << 12)
                    | (minor & 0xFF);
        }
    }

    /** Functions and numbers of the C library. */
    @SuppressWarnings("restricted") // the JDK has no other way to them
    private static final class Posix {

        static final Linker LINKER = Linker.nativeLinker();

        private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

        /** The processors whose Linux numbers these flags in a way of its own. */
        private static final boolean ARM = System.getProperty("os.arch").matches("(aarch|arm|ppc).*");

        /** {@code O_DIRECTORY | O_CLOEXEC}, and {@code O_PATH} where it is there: no right to list is needed. */
        static final int FOLDER = !LINUX ? 0x110_0000 : ARM ? 0x28_4000 : 0x29_0000;

        /** {@code O_NOFOLLOW}. */
        static final int NO_FOLLOW = !LINUX ? 0x100 : ARM ? 0x8000 : 0x2_0000;

        /** {@code AT_SYMLINK_NOFOLLOW}. */
        static final int NO_FOLLOW_AT = LINUX ? 0x100 : 0x20;

        /** {@code UTIME_OMIT}. */
        static final long OMIT = LINUX ? (1L << 30) - 2 : -2;

        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        static final MethodHandle OPENAT =
                function("openat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle READLINKAT =
                function("readlinkat", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
        static final MethodHandle MKDIRAT =
                function("mkdirat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle SYMLINKAT =
                function("symlinkat", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
        static final MethodHandle LINKAT =
                function("linkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle UTIMENSAT =
                function("utimensat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

        private Posix() {}

        private static MethodHandle function(String name, FunctionDescriptor type) {
            return function(LINKER.defaultLookup().findOrThrow(name), type);
        }

        static MethodHandle function(MemorySegment address, FunctionDescriptor type) {
            return LINKER.downcallHandle(address, type, Linker.Option.captureCallState("errno"));
        }

        @FunctionalInterface
        interface Call {
            int run(Arena arena, MemorySegment state) throws Throwable;
        }

        /** Calls; what is less than zero is a failure. */
        static int call(Call call) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                int result;
                try {
                    result = call.run(arena, state);
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Throwable t) {
                    throw new IllegalStateException("a function of the C library threw", t);
                }
                if (result < 0) {
                    throw new WasiError(errno((int) ERRNO.get(state, 0L)));
                }
                return result;
            }
        }

        /** Of the system's number, which differs where the table of POSIX's first days ended. */
        private static int errno(int number) {
            return switch (number) {
                case 1 -> Errno.PERM;
                case 2 -> Errno.NOENT;
                case 13 -> Errno.ACCES;
                case 17 -> Errno.EXIST;
                case 18 -> Errno.XDEV;
                case 20 -> Errno.NOTDIR;
                case 21 -> Errno.ISDIR;
                case 22 -> Errno.INVAL;
                case 23, 24 -> Errno.MFILE;
                case 28 -> Errno.NOSPC;
                case 30 -> Errno.ROFS;
                case 31 -> Errno.MLINK;
                default -> {
                    if (number == (LINUX ? 40 : 62)) {
                        yield Errno.LOOP;
                    }
                    if (number == (LINUX ? 36 : 63)) {
                        yield Errno.NAMETOOLONG;
                    }
                    yield number == (LINUX ? 122 : 69) ? Errno.NOSPC : Errno.IO;
                }
            };
        }
    }
}
