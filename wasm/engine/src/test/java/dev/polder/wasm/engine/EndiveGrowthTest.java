package dev.polder.wasm.engine;

import java.nio.file.Path;

/** Here memories lie in the heap, and are counted among what the host holds. */
class EndiveGrowthTest extends GrowthContract {

    @Override
    WasmEngine open(Path cache) {
        return Fixtures.endive(cache);
    }

    @Override
    HostMemory total(long bytes) {
        return HostMemory.of(bytes);
    }

    @Override
    InstanceLimits in(InstanceLimits limits, HostMemory memory) {
        return limits.withHostMemory(memory);
    }

    @Override
    GuestLimit full() {
        return GuestLimit.HOST_MEMORY;
    }
}
