package dev.polder.wasm.wasi;

/**
 * What a descriptor may be used for: bits of the type {@code rights}. Each has what its kind can do, whatever less was asked
 * for when it was opened, until the guest drops some of it.
 */
final class Rights {

    static final long DATASYNC = 1L;
    static final long FD_READ = 1L << 1;
    static final long FD_SEEK = 1L << 2;
    static final long SET_FLAGS = 1L << 3;
    static final long SYNC = 1L << 4;
    static final long FD_TELL = 1L << 5;
    static final long FD_WRITE = 1L << 6;
    static final long ADVISE = 1L << 7;
    static final long FD_ALLOCATE = 1L << 8;
    static final long CREATE_FOLDER = 1L << 9;
    static final long CREATE_FILE = 1L << 10;
    static final long LINK_SOURCE = 1L << 11;
    static final long LINK_TARGET = 1L << 12;
    static final long OPEN = 1L << 13;
    static final long FD_READDIR = 1L << 14;
    static final long READLINK = 1L << 15;
    static final long RENAME_SOURCE = 1L << 16;
    static final long RENAME_TARGET = 1L << 17;
    static final long PATH_STAT = 1L << 18;
    static final long PATH_SET_SIZE = 1L << 19;
    static final long PATH_SET_TIMES = 1L << 20;
    static final long STAT = 1L << 21;
    static final long SET_SIZE = 1L << 22;
    static final long SET_TIMES = 1L << 23;
    static final long SYMLINK = 1L << 24;
    static final long REMOVE_FOLDER = 1L << 25;
    static final long UNLINK = 1L << 26;
    static final long POLL = 1L << 27;

    private static final long ANY_FILE = DATASYNC | FD_SEEK | SET_FLAGS | SYNC | FD_TELL | ADVISE | STAT | POLL;

    private static final long ANY_FOLDER =
            DATASYNC | SET_FLAGS | SYNC | OPEN | FD_READDIR | READLINK | PATH_STAT | STAT | POLL;

    private static final long CHANGE_FOLDER = CREATE_FOLDER
            | CREATE_FILE
            | LINK_SOURCE
            | LINK_TARGET
            | RENAME_SOURCE
            | RENAME_TARGET
            | PATH_SET_SIZE
            | PATH_SET_TIMES
            | SET_TIMES
            | SYMLINK
            | REMOVE_FOLDER
            | UNLINK;

    private static final long CHANGE_FILE = FD_WRITE | FD_ALLOCATE | SET_SIZE | SET_TIMES;

    private Rights() {}

    static long file(boolean read, boolean write) {
        return ANY_FILE | (read ? FD_READ : 0) | (write ? CHANGE_FILE : 0);
    }

    static long folder(boolean writable) {
        return ANY_FOLDER | (writable ? CHANGE_FOLDER : 0);
    }

    /** What may be asked for when something in a folder is opened. */
    static long inFolder(boolean writable) {
        return folder(writable) | file(true, writable);
    }

    /**
     * What a guest gave up of a descriptor, and of what is opened below it.
     *
     * @param base bits that it has no more
     */
    record Dropped(long base, long inheriting) {
        static final Dropped NONE = new Dropped(0, 0);
    }
}
