package dev.polder.wasm.engine;

import java.nio.file.Path;

class WasmtimeGrowthIT extends GrowthContract {

    @Override
    WasmEngine open(Path cache) {
        return Fixtures.wasmtime(cache);
    }

    @Override
    HostMemory total(long bytes) {
        return HostMemory.guests(bytes);
    }

    @Override
    InstanceLimits in(InstanceLimits limits, HostMemory memory) {
        return limits.withGuestMemory(memory);
    }

    @Override
    GuestLimit full() {
        return GuestLimit.GUEST_MEMORY;
    }
}
