package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.Wasi;
import dev.polder.wasm.wasi.WasiCommand;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.WasiState;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One compiled core module that serves requests by the WAGI executor, an instance for each. For any thread. */
final class WagiGuest {

    private static final byte[] NO_BODY = new byte[0];

    private final GuestFailures failures;
    private final Reloadable<WasiCommand> command;
    private final List<Preopen> preopens;
    private final InstanceLimits limits;
    private final AppLimits appLimits;
    private final Observation observed;

    private WagiGuest(
            GuestFailures failures, Reloadable<WasiCommand> command, List<Preopen> preopens, InstanceLimits limits) {
        this.failures = failures;
        this.command = command;
        this.preopens = preopens;
        this.limits = limits;
        this.appLimits = failures.limits();
        this.observed = failures.observed();
    }

    /**
     * Compiles a module and makes one instance of it to see that it fits its limits. Runs on a guest thread.
     *
     * @param wasm reads the module again
     * @throws Problem the engine's, with the component named in front
     */
    static WagiGuest prepare(
            WasmEngine engine,
            BuiltApp.Component component,
            Supplier<byte[]> wasm,
            List<Preopen> preopens,
            GuestFailures failures,
            CompileListener listener) {
        InstanceLimits limits = ComponentGuest.instanceLimits(failures.limits());
        try {
            CompiledModule compiled = engine.compile(component.wasm(), component.digest(), listener);
            WasiCommand command = WasiCommand.of(compiled);
            try (WasiState state =
                            new WasiState(WasiConfig.builder(component.id()).build());
                    WasmInstance instance = compiled.link(Wasi.functions()).instantiate(limits, state)) {
                instance.module();
            }
            Digest digest = component.digest();
            Reloadable<WasiCommand> kept =
                    new Reloadable<>(command, () -> WasiCommand.of(engine.compile(wasm.get(), digest)));
            return new WagiGuest(failures, kept, preopens, limits);
        } catch (WasmTrap trap) {
            throw Problem.guest(
                    Problem.Code.INVALID, failures.name() + ": its start function: " + trap.getMessage(), trap);
        } catch (Problem problem) {
            throw failures.named(problem, problem.code());
        }
    }

    /** What is kept only while requests come. */
    Reloadable<?> code() {
        return command;
    }

    /**
     * Runs one request on the calling thread, which is a guest thread.
     *
     * @throws Problem DEADLINE when the guest took too long, BAD_UPSTREAM when it failed in another way
     */
    HttpResponseData run(List<String> arguments, Map<String, String> environment, HttpRequestData request) {
        GuestOutput.Bytes output = new GuestOutput.Bytes();
        GuestOutput.Lines errors = new GuestOutput.Lines(observed, LogLine.Stream.STDERR, appLimits);
        String program = arguments.isEmpty() ? "app" : arguments.getFirst();
        WasiConfig.Builder config = WasiConfig.builder(program)
                .env(environment)
                .stdout(new OutputSink("standard output", output, appLimits.outputBytes()))
                .stderr(new OutputSink("standard error", errors, Long.MAX_VALUE));
        if (arguments.size() > 1) {
            config.args(arguments.subList(1, arguments.size()));
        }
        preopens.forEach(config::preopen);
        if (request.body().length > 0) {
            config.stdin(request.body());
        }
        try {
            int exitCode = command.get().run(config.build(), limits);
            errors.finish();
            if (exitCode != 0) {
                throw Problem.guest(
                        Problem.Code.BAD_UPSTREAM,
                        "it ended with exit code " + exitCode + GuestFailures.because(errors),
                        null);
            }
            HttpResponseData response = CgiResponse.parse(output.array(), output.size());
            return request.method().equals("HEAD")
                    ? new HttpResponseData(response.status(), response.headers(), NO_BODY)
                    : response;
        } catch (WasmTrap trap) {
            errors.finish();
            throw failures.trapped(trap, request, errors);
        } catch (Problem problem) {
            throw failures.of(problem);
        }
    }
}
