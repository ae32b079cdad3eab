package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A guest that calls one WASI function after another, as the test says (calls.wat). */
final class Guest implements AutoCloseable {

    /** Where results are put that the test asks for. */
    static final int RESULT = 60_000;

    static final int ALL_RIGHTS = 0x1FFF_FFFF;
    static final int CREATE = 1;
    static final int FOLDER = 2;
    static final int EXCLUSIVE = 4;
    static final int TRUNCATE = 8;

    private final WasiState state;
    private final WasmInstance instance;
    private int top = 1_024;

    Guest(WasmEngine engine, WasiConfig config, InstanceLimits limits) {
        state = new WasiState(config);
        instance = compile(engine, "calls").link(Wasi.functions()).instantiate(limits, state);
    }

    static CompiledModule compile(WasmEngine engine, String name) {
        try (InputStream in = Guest.class.getResourceAsStream(name + ".wasm")) {
            byte[] bytes = in.readAllBytes();
            return engine.compile(bytes, Digest.of(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int call(String function, long... args) {
        return (int) instance.call(function, args)[0];
    }

    WasmMemory memory() {
        return instance.memory();
    }

    WasmInstance instance() {
        return instance;
    }

    int result() {
        return memory().getInt(RESULT);
    }

    /** Puts text into memory; gives its address. */
    int text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int address = top;
        top = 1_024 + (top - 1_024 + bytes.length + 8) % 40_000;
        memory().write(address, bytes);
        return address;
    }

    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Opens a path below descriptor 3; gives minus the error code when that fails. */
    int open(String path, int how, long rights) {
        return open(3, path, how, rights);
    }

    int open(int folder, String path, int how, long rights) {
        int errno = call("path_open", folder, 1, text(path), length(path), how, rights, rights, 0, RESULT);
        return errno == 0 ? result() : -errno;
    }

    /** A function of one path. */
    int path(String function, String path) {
        return call(function, 3, text(path), length(path));
    }

    int symbolicLink(String target, String path) {
        return call("path_symlink", text(target), length(target), 3, text(path), length(path));
    }

    int rename(String from, String to) {
        return call("path_rename", 3, text(from), length(from), 3, text(to), length(to));
    }

    int link(String from, String to) {
        return call("path_link", 3, 0, text(from), length(from), 3, text(to), length(to));
    }

    int stat(String path, boolean follow) {
        return call("path_filestat_get", 3, follow ? 1 : 0, text(path), length(path), RESULT);
    }

    int write(int descriptor, String text) {
        memory().setInt(RESULT + 8, text(text));
        memory().setInt(RESULT + 12, length(text));
        return call("fd_write", descriptor, RESULT + 8, 1, RESULT);
    }

    String read(int descriptor, int count) {
        int address = 50_000;
        memory().setInt(RESULT + 8, address);
        memory().setInt(RESULT + 12, count);
        int errno = call("fd_read", descriptor, RESULT + 8, 1, RESULT);
        return errno == 0 ? memory().readUtf8(address, result()) : "errno " + errno;
    }

    @Override
    public void close() {
        instance.close();
        state.close();
    }
}
