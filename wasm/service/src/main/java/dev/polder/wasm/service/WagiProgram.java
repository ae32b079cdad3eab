package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentInstance;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.wasi.GuestExit;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.WasiCommand;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.WasiState;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.WasiP2Limits;
import dev.polder.wasm.wasi.p2.WasiP2Services;
import dev.polder.wasm.wasi.p2.cli.Run;
import dev.polder.wasm.wasi.p2.http.IncomingHandler;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A compiled program that a WAGI guest runs, an instance for each request. For any thread. */
sealed interface WagiProgram {

    /** What is kept only while requests come. */
    Reloadable<?> code();

    /** The files that it sees. */
    List<Preopen> preopens();

    /** Makes one instance and runs nothing but start functions, to see that it fits its limits. */
    void tryOut(InstanceLimits limits);

    /**
     * Runs it in an instance of its own on the calling thread, which is a guest thread; {@code call} ends it when nobody
     * waits any more.
     *
     * @param http sends its own requests; a core module has none
     * @param refused told of what it is refused
     * @return its exit code
     * @throws dev.polder.wasm.engine.WasmTrap when it traps
     */
    int run(WasiConfig config, InstanceLimits limits, AppCall call, OutgoingHttp http, Refusals refused);

    /** A core module, by WASI 0.1. */
    record Module(Reloadable<WasiCommand> code, List<Preopen> preopens, int handles) implements WagiProgram {

        /**
         * @param wasm reads the module again
         * @param handles that it may have open
         */
        static Module compile(
                WasmEngine engine,
                BuiltApp.Component component,
                Supplier<byte[]> wasm,
                List<Preopen> preopens,
                int handles,
                CompileListener listener) {
            Digest digest = component.digest();
            return new Module(
                    Reloadable.of(
                            WasiCommand.of(engine.compile(component.wasm(), digest, listener)),
                            () -> WasiCommand.of(engine.compile(wasm.get(), digest))),
                    preopens,
                    handles);
        }

        @Override
        public void tryOut(InstanceLimits limits) {
            try (WasiState state = new WasiState(WasiConfig.builder("app").build());
                    WasmInstance instance = code.get().instantiate(state, limits)) {
                instance.module();
            }
        }

        @Override
        public int run(WasiConfig config, InstanceLimits limits, AppCall call, OutgoingHttp http, Refusals refused) {
            try (WasiState state = new WasiState(config, handles, refused);
                    WasmInstance instance = code.get().instantiate(state, limits.withRefusals(refused))) {
                call.runs(instance.store());
                try {
                    return WasiCommand.start(instance);
                } finally {
                    call.ended();
                }
            }
        }
    }

    /** A component that exports {@code wasi:cli/run}, with everything that a component may be granted. */
    record Command(Reloadable<LinkedComponent> code, ComponentGrants grants, WasiP2Limits wasiLimits)
            implements WagiProgram {

        /**
         * @param compile compiles the component, and what is composed into it
         * @param again the same, from where its files are kept
         * @throws Problem UNSUPPORTED when it is no command
         */
        static Command compile(
                Supplier<Component> compile,
                Supplier<Component> again,
                ComponentGrants grants,
                GuestFailures failures) {
            LinkedComponent linked = compile.get().link(ComponentGuest.INTERFACES);
            if (!linked.exports(Run.class)) {
                throw Problem.guest(
                        Problem.Code.UNSUPPORTED,
                        "behind the executor wagi, and it does not export wasi:cli/run@0.2 (it exports: "
                                + GuestFailures.exports(linked)
                                + (linked.exports(IncomingHandler.class)
                                        ? "; expected: executor = { type = \"http\" }, or none)"
                                        : ")"),
                        null);
            }
            return new Command(Reloadable.of(linked, again), grants, failures.wasiLimits());
        }

        /** What it was compiled from. */
        Component component() {
            return code.get().component();
        }

        @Override
        public List<Preopen> preopens() {
            return grants.preopens();
        }

        @Override
        public void tryOut(InstanceLimits limits) {
            try (WasiP2Services services = new WasiP2Services(
                            WasiP2Config.of(WasiConfig.builder("app").build()));
                    Capabilities.Instance capabilities = grants.capabilities().instance(services.io());
                    ComponentInstance instance =
                            code.get().instantiate(limits, new ComponentGuest.Services(services, capabilities))) {
                var _ = instance.bind(Run.class);
            }
        }

        @Override
        public int run(WasiConfig config, InstanceLimits limits, AppCall call, OutgoingHttp http, Refusals refused) {
            WasiP2Config granted = grants.sockets()
                    .apply(WasiP2Config.of(config)
                            .withOutbound(grants.outbound())
                            .withHttp(http)
                            .withLimits(wasiLimits)
                            .withRefusals(refused));
            try (WasiP2Services services = new WasiP2Services(granted);
                    Capabilities.Instance capabilities = grants.capabilities().instance(services.io());
                    ComponentInstance instance = code.get()
                            .instantiate(
                                    limits.withRefusals(refused),
                                    new ComponentGuest.Services(services, capabilities))) {
                call.runs(instance.store());
                try {
                    Result<@Nullable Void, @Nullable Void> result =
                            instance.bind(Run.class).run();
                    return result instanceof Result.Ok ? 0 : 1;
                } catch (GuestExit exit) {
                    return exit.code();
                } finally {
                    call.ended();
                }
            }
        }
    }
}
