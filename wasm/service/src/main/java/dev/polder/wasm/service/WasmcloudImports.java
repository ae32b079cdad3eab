package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentInterface;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A wasmCloud component imports what its workload declares in {@code hostInterfaces}, and WASI's own. */
final class WasmcloudImports {

    private static final Set<String> ALWAYS =
            Set.of("wasi:io", "wasi:clocks", "wasi:random", "wasi:cli", "wasi:filesystem", "wasi:sockets", "wasi:http");

    /** What named imports of their packages share, and what grants nothing by itself. */
    private static final Set<String> SHARED = Set.of(
            "wasi:blobstore/types", "wasi:blobstore/container", "wasmcloud:messaging/types", "wasi:messaging/types");

    private WasmcloudImports() {}

    /**
     * @param component with what it calls of others composed into it
     * @throws Problem INVALID naming what it imports undeclared
     */
    static void check(Component component, AppManifest.Given given) {
        List<String> undeclared = component.imports().stream()
                .filter(imported -> !imported.name().isEmpty() && !isDeclared(imported, given))
                .map(WasmcloudImports::shown)
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

    private static boolean isDeclared(ComponentInterface imported, AppManifest.Given given) {
        String pack = pack(imported);
        String label = label(imported);
        return ALWAYS.contains(pack)
                || (label.isEmpty()
                        ? given.interfaces().contains(pack)
                                || (SHARED.contains(imported.implemented().split("@", 2)[0])
                                        && given.named().values().stream().anyMatch(own -> own.containsKey(pack)))
                        : given.named().getOrDefault(label, Map.of()).containsKey(pack));
    }

    private static String shown(ComponentInterface imported) {
        String label = label(imported);
        return label.isEmpty() ? pack(imported) : pack(imported) + " named \"" + label + "\"";
    }

    /** Its {@code namespace:package}. */
    private static String pack(ComponentInterface imported) {
        String name = imported.implemented();
        return name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
    }

    /** The plain name under which it is imported, without what marks the imports of a part; mostly none. */
    private static String label(ComponentInterface imported) {
        String name = imported.name().split(" ", 2)[0];
        return name.contains(":") ? "" : name;
    }
}
