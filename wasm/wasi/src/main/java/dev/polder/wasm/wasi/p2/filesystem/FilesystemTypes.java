package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.IoError;
import java.util.Optional;

/** The function of {@code wasi:filesystem/types} that is no method of a resource. */
public final class FilesystemTypes {

    /** The code of a stream's error, when it is one of files. */
    @Wit("filesystem-error-code")
    public Optional<FilesystemErrorCode> filesystemErrorCode(IoError error) {
        return error.code(FilesystemErrorCode.class);
    }
}
