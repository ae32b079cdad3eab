package dev.polder.wasm.wasi.internal;

import java.nio.file.attribute.BasicFileAttributes;

/** The type {@code filetype}. */
public final class FileKind {

    public static final int UNKNOWN = 0;
    public static final int FOLDER = 3;
    public static final int REGULAR = 4;
    public static final int LINK = 7;

    private FileKind() {}

    public static int of(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return LINK;
        }
        if (attributes.isDirectory()) {
            return FOLDER;
        }
        return attributes.isRegularFile() ? REGULAR : UNKNOWN;
    }
}
