package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.WasmEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/** Makes everything that a version needs to serve, before it does: compiled guests behind their routes. */
final class Preparation {

    private final WasmEngine engine;
    private final GuestExecutor executor;

    Preparation(WasmEngine engine, GuestExecutor executor) {
        this.engine = engine;
        this.executor = executor;
    }

    /**
     * Compiles and tries every component.
     *
     * @throws Problem that names the workload and the component
     */
    ServingVersion prepare(
            WorkloadRef workload,
            SpinManifest spin,
            List<BuiltApp.Component> components,
            AppLimits limits,
            LogRing log,
            CompileListener listener) {
        Map<String, Guest> guests = new LinkedHashMap<>();
        for (BuiltApp.Component component : components) {
            guests.put(
                    component.id(),
                    onGuestThread(() -> Guest.prepare(engine, workload, component, limits, log, listener)));
        }
        List<RouteTable.Entry<ServingVersion.Target>> routes = new ArrayList<>();
        for (SpinManifest.HttpTrigger trigger : spin.triggers()) {
            Guest guest = guests.get(trigger.component());
            SpinManifest.Component component = spin.components().get(trigger.component());
            if (guest == null || component == null) {
                throw Problem.invalid("workload " + workload + ": the route " + trigger.route()
                        + " leads to the component \"" + trigger.component()
                        + "\", which was not built (expected one of: " + String.join(", ", guests.keySet()) + ")");
            }
            if (trigger.route() != null) {
                RoutePattern pattern = RoutePattern.of(trigger.route());
                routes.add(new RouteTable.Entry<>(
                        pattern,
                        new ServingVersion.Target(
                                component.id(),
                                guest,
                                new CgiEnvironment(pattern, component.environment()),
                                new CgiArguments(trigger.executor().argv()))));
            }
        }
        return new ServingVersion(BuiltApp.digest(components), new RouteTable<>(routes), limits);
    }

    /** A start function needs the stack of a guest thread; a full pool is reported as it is. */
    private <T> T onGuestThread(Callable<T> task) {
        try {
            return executor.submit(task).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Problem problem) {
                throw problem;
            }
            throw Problem.internal("a guest could not be prepared: " + e.getCause(), e);
        }
    }
}
