package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.engine.GuestFrame;
import dev.polder.wasm.engine.GuestFrames;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.p2.WasiP2Limits;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is said of a guest that failed, the same for every kind of guest.
 *
 * @param name the workload and the component, in front of messages
 */
record GuestFailures(String name, String component, AppLimits limits, Observation observed, FrameLines lines) {

    /** For whoever built with the newest SDK. */
    private static final String OLDER =
            " (expected: a component of WASI 0.2, as Spin's SDKs make for Rust before 6, for Python"
                    + " before 4 and for JavaScript, or other tools from WIT of wasi:http@0.2)";

    /** The kind of an end by a limit that is no trap of the engine. */
    static final String LIMIT = "limit";

    /** What one instance may use. */
    InstanceLimits instanceLimits() {
        return InstanceLimits.DEFAULT
                .withMemoryBytes(limits.memoryBytes())
                .withTableElements(limits.tableElements())
                .withWallTime(limits.wallTime())
                .withCpuTime(limits.cpuTime())
                .withHostMemory(observed.memory())
                .withGuestMemory(observed.guestMemory());
    }

    /** What one instance may hold of the host. */
    WasiP2Limits wasiLimits() {
        return new WasiP2Limits(
                limits.handles(), limits.headerBytes(), limits.sockets(), limits.outboundRequests(), observed.memory());
    }

    /** Where the component's output of one kind is logged. */
    GuestOutput.Lines output(LogLine.Stream stream) {
        return new GuestOutput.Lines(observed, stream, component, limits);
    }

    /** Keeps and logs a trap whole; the client learns its kind and the id to ask for. */
    Problem trapped(WasmTrap trap, HttpRequestData request, GuestOutput.Lines errors, Refusals refused) {
        return trapped(trap, named(request), errors, refused);
    }

    /**
     * @param request what the guest worked on
     * @param refused what it had been refused
     */
    Problem trapped(WasmTrap trap, String request, GuestOutput.Lines errors, Refusals refused) {
        if (trap.code() == TrapCode.CANCELLED) {
            return Problem.guest(Problem.Code.CANCELLED, name + ": " + trap.detail(), trap);
        }
        errors.finish(); // its last words may have no line end
        String kind = trap.code().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return kept(refused.in(problem(trap)), kind, trap.detail(), trap.frames(), request, errors);
    }

    /** Keeps and logs how a guest ended; its owner looks there by the {@code trace} that the client is told. */
    private Problem kept(
            Problem problem,
            String kind,
            String detail,
            List<GuestFrame> frames,
            String request,
            GuestOutput.Lines errors) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        observed.trapped(new TrapRecord(
                id,
                observed.clock().instant(),
                component,
                request,
                kind,
                problem.members().get(GuestLimit.MEMBER),
                detail + because(errors),
                lines.of(frames)));
        return problem.with("trap", kind).with("trace", id);
    }

    private Problem problem(WasmTrap trap) {
        return switch (trap.code()) {
            case DEADLINE ->
                Problem.guest(
                                Problem.Code.DEADLINE,
                                name + ": ran past its deadline (expected: an answer within "
                                        + limits.wallTime().toMillis() + " ms)",
                                trap)
                        .with(GuestLimit.MEMBER, GuestLimit.WALL_TIME.id());
            case CPU_TIME ->
                Problem.guest(
                                Problem.Code.DEADLINE,
                                name + ": used up its processor time (expected: an answer with "
                                        + limits.cpuTime().toMillis() + " ms of it)",
                                trap)
                        .with(GuestLimit.MEMBER, GuestLimit.CPU_TIME.id());
            default -> Problem.guest(Problem.Code.BAD_UPSTREAM, name + ": it trapped: " + trap.detail(), trap);
        };
    }

    /** A guest that ended itself; without its name. */
    static Problem exited(int code, GuestOutput.Lines errors) {
        errors.finish();
        return Problem.guest(Problem.Code.BAD_UPSTREAM, "it ended with exit code " + code + because(errors), null);
    }

    private static String named(HttpRequestData request) {
        return request.method() + " " + pathOf(request.target());
    }

    private static String pathOf(String target) {
        int question = target.indexOf('?');
        return TomlCursor.shortened(question < 0 ? target : target.substring(0, question));
    }

    /** {@link #of(Problem, String, GuestOutput.Lines)} of a request. */
    Problem of(Problem problem, HttpRequestData request, GuestOutput.Lines errors) {
        return of(problem, named(request), errors);
    }

    /**
     * A problem while the guest ran, with its name; what the guest did wrong is a bad upstream's to the client. A limit that
     * ended it is kept as a trap is, of the kind {@code limit}.
     *
     * @param request what the guest worked on
     */
    Problem of(Problem problem, String request, GuestOutput.Lines errors) {
        Problem told = named(
                problem,
                switch (problem.code()) {
                    case UNAVAILABLE, INTERNAL, DEADLINE, CANCELLED -> problem.code();
                    default -> Problem.Code.BAD_UPSTREAM;
                });
        if (problem.whoFailed() != Problem.WhoFailed.GUEST || !problem.members().containsKey(GuestLimit.MEMBER)) {
            return told;
        }
        errors.finish();
        return kept(told, LIMIT, problem.detail(), GuestFrames.of(problem), request, errors);
    }

    Problem named(Problem problem, Problem.Code code) {
        String help = problem.detail().contains("(WASI 0.3") ? OLDER : "";
        return problem.reworded(code, name + ": " + problem.detail() + help);
    }

    static String because(GuestOutput.Lines errors) {
        return errors.last().isEmpty() ? "" : "; its last words: " + errors.last();
    }

    /** The names of what a component exports. */
    static String exports(LinkedComponent linked) {
        String names = linked.component().exports().stream()
                .flatMap(export ->
                        export.name().isEmpty() ? export.functions().keySet().stream() : Stream.of(export.name()))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "nothing" : names;
    }
}
