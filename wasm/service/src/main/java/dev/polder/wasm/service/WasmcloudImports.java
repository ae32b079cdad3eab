package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Component;
import java.util.List;
import java.util.Set;

/** A wasmCloud component imports what its workload declares in {@code hostInterfaces}, and WASI's own. */
final class WasmcloudImports {

    private static final Set<String> ALWAYS =
            Set.of("wasi:io", "wasi:clocks", "wasi:random", "wasi:cli", "wasi:filesystem", "wasi:sockets", "wasi:http");

    private WasmcloudImports() {}

    /**
     * @param declared {@code namespace:package} of each entry
     * @throws Problem INVALID naming what it imports undeclared
     */
    static void check(Component component, List<String> declared) {
        List<String> undeclared = component.imports().stream()
                .map(imported -> imported.name())
                .filter(imported -> !imported.isEmpty())
                .map(imported -> imported.contains("/") ? imported.substring(0, imported.indexOf('/')) : imported)
                .filter(imported -> !ALWAYS.contains(imported) && !declared.contains(imported))
                .distinct()
                .toList();
        if (!undeclared.isEmpty()) {
            throw Problem.guest(
                    Problem.Code.INVALID,
                    "it imports " + String.join(", ", undeclared)
                            + ", undeclared (expected: an entry for each in spec.template.spec.hostInterfaces)",
                    null);
        }
    }
}
