package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.Wasi;
import dev.polder.wasm.wasi.WasiCommand;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.WasiState;
import java.util.List;
import java.util.Map;

/** One compiled component that serves requests by the WAGI executor, an instance for each. For any thread. */
final class Guest {

    private static final byte[] NO_BODY = new byte[0];

    private final String name;
    private final WasiCommand command;
    private final InstanceLimits limits;
    private final AppLimits appLimits;
    private final LogRing log;

    private Guest(String name, WasiCommand command, InstanceLimits limits, AppLimits appLimits, LogRing log) {
        this.name = name;
        this.command = command;
        this.limits = limits;
        this.appLimits = appLimits;
        this.log = log;
    }

    /**
     * Compiles a component and makes one instance of it to see that it fits its limits. Runs on a guest thread.
     *
     * @throws Problem the engine's, with the component named in front
     */
    static Guest prepare(
            WasmEngine engine,
            WorkloadRef workload,
            BuiltApp.Component component,
            AppLimits appLimits,
            LogRing log,
            CompileListener listener) {
        String name = "workload " + workload + " (component " + component.id() + ")";
        InstanceLimits limits =
                InstanceLimits.DEFAULT.withMemoryBytes(appLimits.memoryBytes()).withWallTime(appLimits.wallTime());
        try {
            CompiledModule compiled = engine.compile(component.wasm(), component.digest(), listener);
            WasiCommand command = WasiCommand.of(compiled);
            try (WasiState state =
                            new WasiState(WasiConfig.builder(component.id()).build());
                    WasmInstance instance = compiled.link(Wasi.functions()).instantiate(limits, state)) {
                instance.module();
            }
            return new Guest(name, command, limits, appLimits, log);
        } catch (WasmTrap trap) {
            throw Problem.guest(Problem.Code.INVALID, name + ": its start function: " + trap.getMessage(), trap);
        } catch (Problem problem) {
            throw named(name, problem, problem.code());
        }
    }

    /**
     * Runs one request on the calling thread, which is a guest thread.
     *
     * @throws Problem DEADLINE when the guest took too long, BAD_UPSTREAM when it failed in another way
     */
    HttpResponseData run(List<String> arguments, Map<String, String> environment, HttpRequestData request) {
        GuestOutput.Bytes output = new GuestOutput.Bytes();
        GuestOutput.Lines errors = new GuestOutput.Lines(log);
        String program = arguments.isEmpty() ? "app" : arguments.getFirst();
        WasiConfig.Builder config = WasiConfig.builder(program)
                .env(environment)
                .stdout(new OutputSink("standard output", output, appLimits.outputBytes()))
                .stderr(new OutputSink("standard error", errors, Long.MAX_VALUE));
        if (arguments.size() > 1) {
            config.args(arguments.subList(1, arguments.size()));
        }
        if (request.body().length > 0) {
            config.stdin(request.body());
        }
        try {
            int exitCode = command.run(config.build(), limits);
            errors.finish();
            if (exitCode != 0) {
                throw Problem.guest(
                        Problem.Code.BAD_UPSTREAM, "it ended with exit code " + exitCode + because(errors), null);
            }
            HttpResponseData response = CgiResponse.parse(output.array(), output.size());
            return request.method().equals("HEAD")
                    ? new HttpResponseData(response.status(), response.headers(), NO_BODY)
                    : response;
        } catch (WasmTrap trap) {
            errors.finish();
            throw trapped(trap, errors);
        } catch (Problem problem) {
            Problem.Code code = switch (problem.code()) {
                case UNAVAILABLE, INTERNAL, DEADLINE, CANCELLED -> problem.code();
                default -> Problem.Code.BAD_UPSTREAM;
            };
            throw named(name, problem, code);
        }
    }

    private Problem trapped(WasmTrap trap, GuestOutput.Lines errors) {
        if (trap.code() == TrapCode.DEADLINE) {
            return Problem.guest(
                    Problem.Code.DEADLINE,
                    name + ": ran past its deadline (expected: an answer within "
                            + appLimits.wallTime().toMillis() + " ms)",
                    trap);
        }
        Problem.Code code = trap.code() == TrapCode.CANCELLED ? Problem.Code.CANCELLED : Problem.Code.BAD_UPSTREAM;
        return Problem.guest(code, name + ": it trapped: " + trap.getMessage() + because(errors), trap);
    }

    private static String because(GuestOutput.Lines errors) {
        return errors.last().isEmpty() ? "" : "; its last words: " + errors.last();
    }

    private static Problem named(String name, Problem problem, Problem.Code code) {
        return new Problem(
                code, problem.whoFailed(), problem.retryable(), name + ": " + problem.detail(), null, problem);
    }
}
