package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One compiled program that serves requests by the WAGI executor, an instance for each: a core module, or a component
 * that is a command, as those that Spin makes of modules. For any thread.
 */
final class WagiGuest {

    private static final byte[] NO_BODY = new byte[0];

    private final GuestFailures failures;
    private final WagiProgram program;
    private final InstanceLimits limits;
    private final AppLimits appLimits;
    private final Observation observed;

    private WagiGuest(GuestFailures failures, WagiProgram program, InstanceLimits limits) {
        this.failures = failures;
        this.program = program;
        this.limits = limits;
        this.appLimits = failures.limits();
        this.observed = failures.observed();
    }

    /**
     * Compiles a program and makes one instance of it to see that it fits its limits. Runs on a guest thread.
     *
     * @throws Problem the program's faults, with the component named in front
     */
    static WagiGuest prepare(Supplier<WagiProgram> compile, GuestFailures failures) {
        InstanceLimits limits = failures.instanceLimits();
        try {
            WagiProgram program = compile.get();
            program.tryOut(limits);
            return new WagiGuest(failures, program, limits);
        } catch (WasmTrap trap) {
            throw Problem.guest(
                    Problem.Code.INVALID, failures.name() + ": its start function: " + trap.getMessage(), trap);
        } catch (Problem problem) {
            throw failures.named(problem, problem.code());
        }
    }

    WagiProgram program() {
        return program;
    }

    /** What is kept only while requests come. */
    Reloadable<?> code() {
        return program.code();
    }

    /**
     * Runs one request on the calling thread, which is a guest thread.
     *
     * @param http sends the guest's own requests
     * @param held counts the answer, which is held in memory
     * @throws Problem DEADLINE when the guest took too long, BAD_UPSTREAM when it failed in another way
     */
    HttpResponseData run(
            List<String> arguments,
            Map<String, String> environment,
            HttpRequestData request,
            AppCall call,
            OutgoingHttp http,
            HostMemory.Account held) {
        GuestOutput.Bytes output = new GuestOutput.Bytes(held);
        GuestOutput.Lines errors = failures.output(LogLine.Stream.STDERR);
        String name = arguments.isEmpty() ? "app" : arguments.getFirst();
        WasiConfig.Builder config = WasiConfig.builder(name)
                .env(environment)
                .stdout(new OutputSink("standard output", output, appLimits.outputBytes()))
                .stderr(new OutputSink("standard error", errors, Long.MAX_VALUE));
        if (arguments.size() > 1) {
            config.args(arguments.subList(1, arguments.size()));
        }
        program.preopens().forEach(config::preopen);
        if (request.body().length > 0) {
            config.stdin(request.body());
        }
        Refusals refused = new Refusals();
        observed.made();
        try {
            int exitCode = program.run(config.build(), limits, call, http, refused);
            if (exitCode != 0) {
                throw GuestFailures.exited(exitCode, errors);
            }
            HttpResponseData response = CgiResponse.parse(output.array(), output.size());
            return request.method().equals("HEAD")
                    ? new HttpResponseData(response.status(), response.headers(), NO_BODY)
                    : response;
        } catch (WasmTrap trap) {
            throw failures.trapped(trap, request, errors, refused);
        } catch (Problem problem) {
            throw failures.of(refused.in(problem), request, errors);
        } finally {
            errors.finish();
            refused.count(observed);
            observed.closed();
        }
    }
}
