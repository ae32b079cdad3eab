package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.ComponentPart;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.WasmEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * How the wasm files of a wasmCloud workload call each other: an import is satisfied by the one component that exports an
 * interface of that very name, whatever the host has. Those that an instance reaches are instances of its own, one of each, so
 * resources cross between all of them. Source: how wash-runtime links the components of a workload.
 *
 * @param exporters by importer, then by the interface: the component that has it
 */
record WorkloadLinks(Map<String, Map<String, String>> exporters) {

    static final WorkloadLinks NONE = new WorkloadLinks(Map.of());

    /** What a wasm file imports and exports, by name. */
    record Shape(List<String> imports, List<String> exports) {
        static final Shape NOTHING = new Shape(List.of(), List.of());
    }

    WorkloadLinks {
        exporters = Map.copyOf(exporters);
    }

    /**
     * Finds who calls whom.
     *
     * @throws Problem INVALID where several components export what one imports, or where they call each other in a circle
     */
    static WorkloadLinks of(WasmcloudWorkload workload, Function<String, Shape> shapes) {
        Map<String, List<String>> offers = new LinkedHashMap<>();
        Map<String, String> paths = new LinkedHashMap<>();
        for (WasmcloudWorkload.Component component : workload.components()) {
            paths.put(component.name(), component.image().path());
            shapes.apply(component.name())
                    .exports()
                    .forEach(name ->
                            offers.computeIfAbsent(name, _ -> new ArrayList<>()).add(component.name()));
        }
        WasmcloudWorkload.Service service = workload.service();
        if (service != null) {
            paths.put(WasmcloudWorkload.SERVICE, service.image().path());
        }
        Map<String, Map<String, String>> exporters = new LinkedHashMap<>();
        paths.forEach((importer, path) -> {
            Map<String, String> found = new LinkedHashMap<>();
            for (String wanted : shapes.apply(importer).imports()) {
                List<String> offering = offers.getOrDefault(wanted, List.of());
                if (offering.size() > 1) {
                    throw Problem.invalid(path + ": it imports " + wanted + ", which " + String.join(" and ", offering)
                            + " export (expected: one of them)");
                }
                if (!offering.isEmpty() && !offering.getFirst().equals(importer)) {
                    found.put(wanted, offering.getFirst());
                }
            }
            if (!found.isEmpty()) {
                exporters.put(importer, found);
            }
        });
        WorkloadLinks links = new WorkloadLinks(exporters);
        paths.forEach((importer, path) -> links.refuseCircle(importer, path, List.of(importer)));
        return links;
    }

    private void refuseCircle(String component, String path, List<String> way) {
        for (String next : new LinkedHashSet<>(links(component).values())) {
            List<String> further = new ArrayList<>(way);
            further.add(next);
            if (next.equals(way.getFirst())) {
                throw Problem.invalid(path + ": components call each other in a circle: " + String.join(" -> ", further)
                        + " (expected: calls that lead away from what is asked)");
            }
            if (!way.contains(next)) {
                refuseCircle(next, path, further);
            }
        }
    }

    private Map<String, String> links(String importer) {
        return exporters.getOrDefault(importer, Map.of());
    }

    /** What a wasm file calls, directly or not, each after what it calls itself. */
    List<String> below(String importer) {
        Set<String> order = new LinkedHashSet<>();
        collect(importer, order);
        return List.copyOf(order);
    }

    private void collect(String importer, Set<String> order) {
        for (String exporter : links(importer).values()) {
            collect(exporter, order);
            order.add(exporter);
        }
    }

    /** Whether another one calls it. */
    boolean isCalled(String component) {
        return exporters.values().stream().anyMatch(links -> links.containsValue(component));
    }

    /** Whether it calls others, or is called. */
    boolean isLinked(String component) {
        return exporters.containsKey(component) || isCalled(component);
    }

    /** The name of a component among the parts of a composition. */
    static String part(String component) {
        return "component \"" + component + "\"";
    }

    /** The wasm files of one and of what it calls by id, its own first. */
    Map<String, Digest> files(String importer, List<BuiltApp.Component> all) {
        Map<String, Digest> files = new LinkedHashMap<>();
        files.put(importer, file(importer, all).digest());
        below(importer).forEach(id -> files.put(id, file(id, all).digest()));
        return files;
    }

    private static BuiltApp.Component file(String id, List<BuiltApp.Component> all) {
        return all.stream()
                .filter(built -> built.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Problem.invalid(part(id) + ": its wasm file is not there"));
    }

    /**
     * Compiles one with what it calls.
     *
     * @param files has the wasm files of all these
     * @throws Problem INVALID naming what does not fit
     */
    Component compile(
            WasmEngine engine, BuiltApp.Component root, List<BuiltApp.Component> files, CompileListener listener) {
        return Component.compose(
                engine, root.wasm(), root.digest(), parts(root, files), listener, ComponentLimits.DEFAULT);
    }

    /** The same once more, of files that did compile. */
    Component recompile(WasmEngine engine, BuiltApp.Component root, List<BuiltApp.Component> files) {
        return Component.recompose(engine, root.wasm(), root.digest(), parts(root, files), ComponentLimits.DEFAULT);
    }

    private List<ComponentPart> parts(BuiltApp.Component root, List<BuiltApp.Component> files) {
        List<ComponentPart> parts = new ArrayList<>();
        for (String id : below(root.id())) {
            Map<String, String> satisfies = new LinkedHashMap<>();
            links(root.id()).forEach((name, exporter) -> {
                if (exporter.equals(id)) {
                    satisfies.put(name, name);
                }
            });
            Map<String, ComponentPart.Export> given = new LinkedHashMap<>();
            links(id).forEach((name, exporter) -> given.put(name, new ComponentPart.Export(part(exporter), name)));
            parts.add(new ComponentPart(
                    part(id), file(id, files).wasm(), satisfies, given, true, _ -> false, _ -> false));
        }
        return parts;
    }
}
