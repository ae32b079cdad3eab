package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.internal.FileKind;
import dev.polder.wasm.wasi.internal.Stat;

/** The enum {@code descriptor-type}. */
public enum DescriptorType {
    UNKNOWN,
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    DIRECTORY,
    FIFO,
    SYMBOLIC_LINK,
    REGULAR_FILE,
    SOCKET;

    static DescriptorType of(Stat stat) {
        return switch (stat.kind()) {
            case FileKind.FOLDER -> DIRECTORY;
            case FileKind.REGULAR -> REGULAR_FILE;
            case FileKind.LINK -> SYMBOLIC_LINK;
            default -> UNKNOWN;
        };
    }
}
