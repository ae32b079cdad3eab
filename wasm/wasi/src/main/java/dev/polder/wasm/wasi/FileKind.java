package dev.polder.wasm.wasi;

import java.nio.file.attribute.BasicFileAttributes;

/** The type {@code filetype}. */
final class FileKind {

    static final int UNKNOWN = 0;
    static final int FOLDER = 3;
    static final int REGULAR = 4;
    static final int LINK = 7;

    private FileKind() {}

    static int of(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return LINK;
        }
        if (attributes.isDirectory()) {
            return FOLDER;
        }
        return attributes.isRegularFile() ? REGULAR : UNKNOWN;
    }
}
