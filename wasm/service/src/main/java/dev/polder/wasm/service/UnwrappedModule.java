package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A core module that was compiled to become a component: its custom sections {@code component-type…} say of which world.
 * Rust's target {@code wasm32-wasip1} leaves such a module of a program that uses wit-bindgen, and so of every app of Spin's
 * SDK for Rust that has the build command of Spin 2 and 3, which wraps them when it loads them.
 *
 * <p>What wraps it here is the program that makes components for Rust's own target {@code wasm32-wasip2}: a linker that runs
 * another one for the module and wraps what came of it, with Wasmtime's adapter for WASI 0.1. In the place of the other one
 * stands a script that hands over the module.
 *
 * @param isCommand whether it is entered at {@code _start}; else its exports are called
 */
record UnwrappedModule(boolean isCommand) {

    /** The program that wraps. */
    static final String WRAPPER = "wasm-component-ld";

    private static final String SECTION = "component-type";
    private static final int CUSTOM = 0;
    private static final int EXPORTS = 7;
    private static final int HEADER = 8;
    private static final String MODULE = "POLDER_MODULE";
    private static final String SCRIPT = """
            #!/bin/sh
            while [ $# -gt 1 ]; do
              if [ "$1" = -o ]; then exec cp "$POLDER_MODULE" "$2"; fi
              shift
            done
            echo "no -o among the arguments of the linker" >&2
            exit 1
            """;

    /** What a wasm file is; empty for a component, and for a module that says of no world. Reading never fails. */
    static Optional<UnwrappedModule> of(byte[] wasm) {
        boolean world = false;
        boolean command = false;
        try {
            WasmBytes in = new WasmBytes(wasm);
            in.skip(4);
            if (in.u8() != 1) {
                return Optional.empty();
            }
            in.skip(HEADER - 5);
            while (in.left() > 0) {
                int id = in.u8();
                WasmBytes body = in.part(in.u32());
                if (id == CUSTOM) {
                    world |= body.text().startsWith(SECTION);
                } else if (id == EXPORTS) {
                    command = exportsStart(body);
                }
            }
        } catch (WasmBytes.Malformed e) {
            return Optional.empty(); // whoever compiles it says what is wrong
        }
        return world ? Optional.of(new UnwrappedModule(command)) : Optional.empty();
    }

    private static boolean exportsStart(WasmBytes in) {
        boolean start = false;
        for (int count = in.u32(); count > 0; count--) {
            start |= in.text().equals("_start");
            in.skip(1);
            in.u32();
        }
        return start;
    }

    /**
     * Makes the component.
     *
     * @param wrapper the program {@value #WRAPPER}
     * @param folder an empty one for its files, on a file system from which programs may be run; stays as it is left
     * @param run runs a command with more variables and throws when it fails
     */
    byte[] wrap(byte[] module, Path wrapper, Path folder, BiConsumer<List<String>, Map<String, String>> run)
            throws IOException {
        Path input = Files.write(folder.resolve("module.wasm"), module);
        Path script = Files.writeString(folder.resolve("linker"), SCRIPT);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Path output = folder.resolve("component.wasm");
        run.accept(
                List.of(
                        wrapper.toString(),
                        "--wasm-ld-path",
                        script.toString(),
                        "--wasi-adapter",
                        isCommand ? "command" : "reactor",
                        "-o",
                        output.toString()),
                new TreeMap<>(Map.of(MODULE, input.toString())));
        if (!Files.isRegularFile(output)) {
            throw Problem.internal(wrapper + " made no component", null);
        }
        return Files.readAllBytes(output);
    }
}
