package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentInstance;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.GuestExit;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.WasiP2Limits;
import dev.polder.wasm.wasi.p2.cli.Run;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The service of a wasmCloud workload: a component that exports {@code wasi:cli/run} and runs as long as the workload
 * does, on a thread of its own.
 *
 * <pre>
 * PREPARED --start--> RUNNING --(ends, restarts left)--> WAITING --(after a while)--> RUNNING
 *                        |                                  |
 *                        +--(ends, none left)--> ENDED      +--close--> CLOSED (from everywhere)
 * </pre>
 */
final class ServiceGuest implements AutoCloseable {

    private static final List<String> LISTEN =
            List.of("tcp://127.0.0.1:*", "udp://127.0.0.1:*", "tcp://0.0.0.0:*", "udp://0.0.0.0:*");
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofSeconds(5);

    private final LinkedComponent linked;
    private final ComponentGrants grants;
    private final InstanceLimits limits;
    private final WasiP2Limits wasiLimits;
    private final GuestFailures failures;
    private final Observation observed;
    private final int maxRestarts;
    private final AppCall call = new AppCall();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private ServiceGuest(LinkedComponent linked, ComponentGrants grants, GuestFailures failures, int maxRestarts) {
        this.linked = linked;
        this.grants = grants;
        this.failures = failures;
        this.observed = failures.observed();
        this.limits = failures.instanceLimits().withoutWallTime().withoutCpuTime();
        this.wasiLimits = failures.wasiLimits();
        this.maxRestarts = maxRestarts;
        this.thread = GuestExecutor.newThread("service of " + failures.name(), this::runOn);
    }

    /**
     * Compiles and links a service. Runs on a guest thread.
     *
     * @param failures with the limits, whose times do not hold for a service
     * @param maxRestarts how often it is started again after it ended
     * @throws Problem the component's faults, with its name in front; UNSUPPORTED when it does not export
     *     {@code wasi:cli/run}
     */
    static ServiceGuest prepare(
            Supplier<Component> compile, ComponentGrants grants, GuestFailures failures, int maxRestarts) {
        try {
            LinkedComponent linked = compile.get().link(ComponentGuest.INTERFACES);
            if (!linked.exports(Run.class)) {
                throw Problem.guest(
                        Problem.Code.UNSUPPORTED,
                        "it does not export wasi:cli/run@0.2 (it exports: " + GuestFailures.exports(linked) + ")",
                        null);
            }
            return new ServiceGuest(linked, grants, failures, maxRestarts);
        } catch (Problem problem) {
            throw failures.named(problem, problem.code());
        }
    }

    /** What it was compiled from. */
    Component component() {
        return linked.component();
    }

    void start() {
        thread.start();
    }

    private void runOn() {
        Duration wait = FIRST_WAIT;
        for (int left = maxRestarts; ; left--) {
            long began = System.nanoTime();
            say("started");
            String end = runOnce();
            if (closed.getCount() == 0) {
                say("stopped");
                return;
            }
            if (left == 0) {
                say(end + "; it is not started again (maxRestarts: " + maxRestarts + ")");
                return;
            }
            if (System.nanoTime() - began > LONGEST_WAIT.toNanos()) {
                wait = FIRST_WAIT; // it ran well for a while
            }
            say(end + "; started again in " + wait.toMillis() + " ms (restarts left: " + (left - 1) + ")");
            try {
                if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
        }
    }

    /** Runs it to its end, and tells how it ended. */
    private String runOnce() {
        Refusals refused = new Refusals();
        GuestOutput.Lines output = lines(LogLine.Stream.STDOUT);
        GuestOutput.Lines errors = lines(LogLine.Stream.STDERR);
        WasiConfig base = WasiConfig.builder(WasmcloudWorkload.SERVICE)
                .stdout(new OutputSink("standard output", output, Long.MAX_VALUE))
                .stderr(new OutputSink("standard error", errors, Long.MAX_VALUE))
                .build();
        WasiP2Config common = WasiP2Config.of(base)
                .withHttp(grants.http())
                .withLimits(wasiLimits)
                .withRefusals(observed::passed);
        try (InstanceHost host = new InstanceHost(grants, common, LISTEN);
                ComponentInstance instance = linked.instantiate(limits.withRefusals(refused), host)) {
            observed.made();
            try {
                call.runs(instance.store());
                return instance.bind(Run.class).run() instanceof Result.Ok ? "ended" : "ended with an error";
            } finally {
                call.ended();
                observed.closed();
            }
        } catch (WasmTrap trap) {
            return counted(failures.trapped(trap, "its run", errors, refused));
        } catch (GuestExit exit) {
            return counted(failures.of(refused.in(GuestFailures.exited(exit.code(), errors)), "its run", errors));
        } catch (Problem problem) {
            return counted(failures.of(problem, "its run", errors));
        } finally {
            output.finish();
            errors.finish();
            refused.count(observed);
        }
    }

    private String counted(Problem problem) {
        observed.passedBy(problem);
        return problem.detail();
    }

    /** As much as it writes, as far as all lines of the app may come in a second. */
    private GuestOutput.Lines lines(LogLine.Stream stream) {
        return new GuestOutput.Lines(observed, stream, failures.component(), failures.limits(), Long.MAX_VALUE);
    }

    private void say(String what) {
        observed.log().add(LogLine.Stream.BUILD, failures.component(), WasmcloudWorkload.SERVICE + ": " + what);
    }

    /** Ends it, and waits until its sockets are free again, at most five seconds. */
    @Override
    public void close() {
        closed.countDown();
        call.cancel();
        try {
            if (thread.isAlive() && !thread.join(END)) {
                say("does not end; " + failures.name() + " goes on without it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
