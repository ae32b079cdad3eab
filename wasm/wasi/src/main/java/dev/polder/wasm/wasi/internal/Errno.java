package dev.polder.wasm.wasi.internal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;

/** Error codes of WASI 0.1, and which of them an exception of the JDK is. */
public final class Errno {

    public static final int SUCCESS = 0;
    public static final int ACCES = 2;
    public static final int BADF = 8;
    public static final int EXIST = 20;
    public static final int FAULT = 21;
    public static final int FBIG = 22;
    public static final int ILSEQ = 25;
    public static final int INVAL = 28;
    public static final int IO = 29;
    public static final int ISDIR = 31;
    public static final int LOOP = 32;
    public static final int MFILE = 33;
    public static final int MLINK = 34;
    public static final int NAMETOOLONG = 37;
    public static final int NOENT = 44;
    public static final int NOSPC = 51;
    public static final int NOTDIR = 54;
    public static final int NOTEMPTY = 55;
    public static final int NOTSOCK = 57;
    public static final int NOTSUP = 58;
    public static final int OVERFLOW = 61;
    public static final int PERM = 63;
    public static final int ROFS = 69;
    public static final int SPIPE = 70;
    public static final int XDEV = 75;
    public static final int NOTCAPABLE = 76;

    /** What the system says where the JDK has no type for it. */
    private static final Map<String, Integer> REASONS = Map.of(
            "Is a directory", ISDIR,
            "Not a directory", NOTDIR,
            "File name too long", NAMETOOLONG,
            "No space left on device", NOSPC,
            "Too many levels of symbolic links", LOOP,
            "Invalid cross-device link", XDEV,
            "Operation not permitted", PERM,
            "Too many open files", MFILE,
            "Directory not empty", NOTEMPTY,
            "Read-only file system", ROFS);

    private static final Map<String, Integer> MORE_REASONS = Map.of(
            "Invalid argument",
            INVAL,
            "File exists",
            EXIST,
            "File too large",
            FBIG,
            "No such file or directory",
            NOENT);

    private Errno() {}

    public static int of(IOException e) {
        return switch (e) {
            case NoSuchFileException _, FileNotFoundException _ -> NOENT;
            case FileAlreadyExistsException _ -> EXIST;
            case DirectoryNotEmptyException _ -> NOTEMPTY;
            case NotDirectoryException _ -> NOTDIR;
            case AccessDeniedException _ -> ACCES;
            case FileSystemLoopException _ -> LOOP;
            case ClosedChannelException _ -> BADF;
            case FileSystemException f -> reason(String.valueOf(f.getReason()));
            default -> reason(String.valueOf(e.getMessage()));
        };
    }

    /** Of the unchecked exceptions that channels throw; another one is a defect and passes. */
    public static int of(RuntimeException e) {
        return switch (e) {
            case NonReadableChannelException _, NonWritableChannelException _ -> BADF;
            // A name that the machine's own encoding of names cannot hold.
            case java.nio.file.InvalidPathException _ -> ILSEQ;
            default -> throw e;
        };
    }

    private static int reason(String reason) {
        for (Map<String, Integer> reasons : java.util.List.of(REASONS, MORE_REASONS)) {
            for (Map.Entry<String, Integer> known : reasons.entrySet()) {
                if (reason.contains(known.getKey())) {
                    return known.getValue();
                }
            }
        }
        return IO;
    }
}
