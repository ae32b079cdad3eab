package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.GuestTime;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.WasiError;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something done to a file that may fail with a code. */
@FunctionalInterface
interface FileOperation<T extends @Nullable Object> {

    T run() throws IOException;

    /** Does it. */
    static <T extends @Nullable Object> Result<T, FilesystemErrorCode> result(FileOperation<T> operation) {
        try {
            return Result.ok(operation.run());
        } catch (WasiError e) {
            return Result.err(FilesystemErrorCode.of(e.errno()));
        } catch (IOException e) {
            return Result.err(code(e));
        } catch (java.nio.file.InvalidPathException
                | java.nio.channels.NonReadableChannelException
                | java.nio.channels.NonWritableChannelException e) {
            return Result.err(FilesystemErrorCode.of(Errno.of(e)));
        }
    }

    /** Of a failed channel; ends the guest when it failed because the guest has to end. */
    static FilesystemErrorCode code(IOException e) {
        if (Thread.currentThread().isInterrupted() || GuestTime.remaining().isZero()) {
            throw GuestTime.ended(e);
        }
        return FilesystemErrorCode.of(Errno.of(e));
    }
}
