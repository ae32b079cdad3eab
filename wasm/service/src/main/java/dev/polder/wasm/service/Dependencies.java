package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.ComponentPart;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.WasmEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Composes a component with the dependencies of its manifest: each satisfies the imports that its name stands for, as an
 * instance of its own. What of the component's configuration it does not inherit is refused when it is called; of
 * environment and files it then sees none. Source: Spin's component dependencies.
 */
final class Dependencies {

    /** What a dependency that does not inherit a key cannot call, by the beginning of the interface's name. */
    private static final Map<String, List<String>> INTERFACES = Map.of(
            "allowed_outbound_hosts",
            List.of(
                    "wasi:http/outgoing-handler",
                    "wasi:sockets/",
                    "fermyon:spin/redis",
                    "fermyon:spin/mqtt",
                    "fermyon:spin/postgres",
                    "fermyon:spin/mysql",
                    "spin:postgres/"),
            "key_value_stores",
            List.of("fermyon:spin/key-value", "wasi:keyvalue/"),
            "sqlite_databases",
            List.of("fermyon:spin/sqlite", "spin:sqlite/"),
            "variables",
            List.of("fermyon:spin/variables", "wasi:config/"),
            "ai_models",
            List.of("fermyon:spin/llm"));

    /** Between the id of a component and the name of a dependency of it, in the id of the latter's wasm file. */
    private static final String OF = ">";

    /** What tells a dependency nothing that does not inherit a key. */
    private static final Map<String, String> EMPTY =
            Map.of("environment", "wasi:cli/environment", "files", "wasi:filesystem/preopens");

    private Dependencies() {}

    /** The id under which the wasm file of a dependency is kept among those of components. */
    static String id(String component, String dependency) {
        return component + OF + dependency;
    }

    /** Whether a wasm file is a component's own, and no dependency's. */
    static boolean isOwn(BuiltApp.Component built) {
        return !built.id().contains(OF);
    }

    /** The wasm files of a component and of its dependencies by id, its own first. */
    static Map<String, Digest> files(String component, List<BuiltApp.Component> all) {
        Map<String, Digest> files = new LinkedHashMap<>();
        all.stream()
                .filter(built -> built.id().equals(component))
                .forEach(built -> files.put(built.id(), built.digest()));
        all.stream()
                .filter(built -> built.id().startsWith(component + OF))
                .forEach(built -> files.put(built.id(), built.digest()));
        return files;
    }

    /**
     * Compiles a component with what it depends on.
     *
     * @param files every wasm file of the app
     * @throws Problem INVALID naming the dependency that is not there, satisfies nothing, or does not fit
     */
    static Component compile(
            WasmEngine engine,
            BuiltApp.Component component,
            Map<String, SpinDependency> declared,
            List<BuiltApp.Component> files,
            CompileListener listener) {
        return Component.compose(
                engine,
                component.wasm(),
                component.digest(),
                parts(component, declared, files),
                listener,
                ComponentLimits.DEFAULT);
    }

    /** The same once more, of files that did compile. */
    static Component recompile(
            WasmEngine engine,
            BuiltApp.Component component,
            Map<String, SpinDependency> declared,
            List<BuiltApp.Component> files) {
        return Component.recompose(
                engine,
                component.wasm(),
                component.digest(),
                parts(component, declared, files),
                ComponentLimits.DEFAULT);
    }

    /**
     * Writes a component with what it depends on as one wasm file.
     *
     * @param files every wasm file of the app
     * @throws Problem as {@link #compile}
     */
    static byte[] composed(
            WasmEngine engine,
            BuiltApp.Component component,
            Map<String, SpinDependency> declared,
            List<BuiltApp.Component> files) {
        return Component.composed(engine, component.wasm(), parts(component, declared, files), ComponentLimits.DEFAULT);
    }

    private static List<ComponentPart> parts(
            BuiltApp.Component component, Map<String, SpinDependency> declared, List<BuiltApp.Component> files) {
        List<ComponentPart> parts = new ArrayList<>();
        if (declared.isEmpty()) {
            return parts;
        }
        List<String> imports = Component.importNames(component.wasm());
        Map<String, String> taken = new HashMap<>();
        declared.forEach((name, dependency) -> {
            BuiltApp.Component file = files.stream()
                    .filter(built -> built.id().equals(id(component.id(), name)))
                    .findFirst()
                    .orElseThrow(() -> Problem.invalid("dependency \"" + name + "\": its wasm file was not built"));
            Map<String, String> satisfied = satisfied(name, dependency, imports, Component.exportNames(file.wasm()));
            satisfied.keySet().forEach(wanted -> {
                String other = taken.put(wanted, name);
                if (other != null) {
                    throw Problem.guest(
                            Problem.Code.INVALID,
                            "dependencies \"" + other + "\" and \"" + name + "\" both satisfy the import " + wanted
                                    + " (expected: one of them)",
                            null);
                }
            });
            parts.add(new ComponentPart(
                    "dependency \"" + name + "\"",
                    file.wasm(),
                    satisfied,
                    wanted -> isRefused(wanted, dependency.inherit()),
                    wanted -> EMPTY.entrySet().stream()
                            .anyMatch(entry -> entry.getValue().equals(wanted)
                                    && !inherits(dependency.inherit(), entry.getKey()))));
        });
        return parts;
    }

    private static Map<String, String> satisfied(
            String name, SpinDependency dependency, List<String> imports, List<String> exports) {
        Map<String, String> satisfied = new LinkedHashMap<>();
        for (String wanted : imports) {
            if (standsFor(name, wanted)) {
                String export = dependency.export() == null ? wanted : dependency.export();
                satisfied.put(
                        wanted,
                        exports.contains(export)
                                ? export
                                : exports.stream()
                                        .filter(offered -> plain(offered).equals(plain(export)))
                                        .findFirst()
                                        .orElseThrow(() -> Problem.guest(
                                                Problem.Code.INVALID,
                                                "dependency \"" + name + "\" does not export " + export
                                                        + " (expected one of: " + String.join(", ", exports) + ")",
                                                null)));
            }
        }
        if (satisfied.isEmpty()) {
            throw Problem.guest(
                    Problem.Code.INVALID,
                    "dependency \"" + name + "\" satisfies no import (expected one of: " + String.join(", ", imports)
                            + ")",
                    null);
        }
        return satisfied;
    }

    /** {@code ns:pkg} stands for every interface of the package, a name without version for all versions. */
    private static boolean standsFor(String name, String wanted) {
        int at = name.indexOf('@');
        String version = at < 0 ? "" : name.substring(at + 1);
        String bare = at < 0 ? name : name.substring(0, at);
        String plain = plain(wanted);
        boolean named = plain.equals(bare) || (bare.indexOf(':') >= 0 && plain.startsWith(bare + "/"));
        return named && (version.isEmpty() || wanted.endsWith("@" + version));
    }

    private static String plain(String name) {
        int at = name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    private static boolean inherits(SpinDependency.Inherit inherit, String key) {
        return inherit.all() || inherit.keys().contains(key);
    }

    private static boolean isRefused(String interfaceName, SpinDependency.Inherit inherit) {
        return INTERFACES.entrySet().stream()
                .filter(entry -> !inherits(inherit, entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .anyMatch(interfaceName::startsWith);
    }
}
