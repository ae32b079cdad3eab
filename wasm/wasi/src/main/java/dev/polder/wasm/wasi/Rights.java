package dev.polder.wasm.wasi;

/** What a descriptor may be used for, as {@code fd_fdstat_get} tells it: bits of the type {@code rights}. */
final class Rights {

    static final long FD_READ = 1L << 1;
    static final long FD_SEEK = 1L << 2;
    static final long FD_TELL = 1L << 5;
    static final long FD_WRITE = 1L << 6;
    static final long FD_ALLOCATE = 1L << 8;
    static final long FD_READDIR = 1L << 14;
    static final long SET_SIZE = 1L << 22;
    static final long POLL = 1L << 27;

    /** fd_datasync, seek, fdstat_set_flags, sync, tell, advise, filestat_get, poll. */
    private static final long ANY_FILE = 1L | FD_SEEK | 1L << 3 | 1L << 4 | FD_TELL | 1L << 7 | 1L << 21 | POLL;

    /** datasync, sync, path_open, fd_readdir, path_readlink, path_filestat_get, fd_filestat_get, poll. */
    private static final long ANY_FOLDER =
            1L | 1L << 3 | 1L << 4 | 1L << 13 | FD_READDIR | 1L << 15 | 1L << 18 | 1L << 21 | POLL;

    /** Everything else that a folder can be used for: making, linking, renaming, removing, setting times. Rights are told and cannot be dropped. */
    private static final long CHANGE_FOLDER = 1L << 9 | 1L << 10 | 1L << 11 | 1L << 12 | 1L << 16 | 1L << 17 | 1L << 20
            | 1L << 23 | 1L << 24 | 1L << 25 | 1L << 26;

    private static final long CHANGE_FILE = FD_WRITE | FD_ALLOCATE | SET_SIZE | 1L << 23;

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
}
