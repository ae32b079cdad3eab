package dev.polder.wasm.capability;

import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Does something as a host function does: called by a guest, whose memory is counted. */
final class InGuest {

    /** {@code (module (import "h" "f" (func)) (func (export "g") call 0))}. */
    private static final byte[] CALLS = {
        0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 'h', 1, 'f', 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 'g',
        0, 1, 10, 6, 1, 4, 0, 0x10, 0, 0x0b
    };

    private InGuest() {}

    /** Gives what the guest was refused. */
    static List<GuestLimit> call(HostMemory memory, Runnable function) {
        List<GuestLimit> refused = new ArrayList<>();
        try {
            Path folder = Files.createTempDirectory("in-guest");
            try (WasmEngine engine = Engines.open(EngineChoice.ENDIVE, folder).engine();
                    WasmInstance instance = engine.compile(CALLS, dev.polder.kernel.model.Digest.of(CALLS))
                            .link(HostFunctions.builder()
                                    .add("h", "f", FunctionType.of(":"), _ -> function.run())
                                    .build())
                            .instantiate(
                                    InstanceLimits.DEFAULT
                                            .withHostMemory(memory)
                                            .withRefusals(refused::add),
                                    null)) {
                instance.call("g");
                return refused;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
