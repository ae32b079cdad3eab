package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.internal.Errno;

/** The enum {@code error-code} of {@code wasi:filesystem/types}. */
public enum FilesystemErrorCode {
    ACCESS,
    WOULD_BLOCK,
    ALREADY,
    BAD_DESCRIPTOR,
    BUSY,
    DEADLOCK,
    QUOTA,
    EXIST,
    FILE_TOO_LARGE,
    ILLEGAL_BYTE_SEQUENCE,
    IN_PROGRESS,
    INTERRUPTED,
    INVALID,
    IO,
    IS_DIRECTORY,
    LOOP,
    TOO_MANY_LINKS,
    MESSAGE_SIZE,
    NAME_TOO_LONG,
    NO_DEVICE,
    NO_ENTRY,
    NO_LOCK,
    INSUFFICIENT_MEMORY,
    INSUFFICIENT_SPACE,
    NOT_DIRECTORY,
    NOT_EMPTY,
    NOT_RECOVERABLE,
    UNSUPPORTED,
    NO_TTY,
    NO_SUCH_DEVICE,
    OVERFLOW,
    NOT_PERMITTED,
    PIPE,
    READ_ONLY,
    INVALID_SEEK,
    TEXT_FILE_BUSY,
    CROSS_DEVICE;

    static FilesystemErrorCode of(int errno) {
        return switch (errno) {
            case Errno.ACCES -> ACCESS;
            case Errno.BADF -> BAD_DESCRIPTOR;
            case Errno.EXIST -> EXIST;
            case Errno.FBIG -> FILE_TOO_LARGE;
            case Errno.ILSEQ -> ILLEGAL_BYTE_SEQUENCE;
            case Errno.INVAL -> INVALID;
            case Errno.ISDIR -> IS_DIRECTORY;
            case Errno.LOOP -> LOOP;
            case Errno.MFILE -> QUOTA;
            case Errno.NAMETOOLONG -> NAME_TOO_LONG;
            case Errno.NOENT -> NO_ENTRY;
            case Errno.NOSPC -> INSUFFICIENT_SPACE;
            case Errno.NOTDIR -> NOT_DIRECTORY;
            case Errno.NOTEMPTY -> NOT_EMPTY;
            case Errno.NOTSUP -> UNSUPPORTED;
            case Errno.OVERFLOW -> OVERFLOW;
            case Errno.PERM -> NOT_PERMITTED;
            case Errno.ROFS -> READ_ONLY;
            case Errno.SPIPE -> INVALID_SEEK;
            case Errno.XDEV -> CROSS_DEVICE;
            default -> IO;
        };
    }
}
