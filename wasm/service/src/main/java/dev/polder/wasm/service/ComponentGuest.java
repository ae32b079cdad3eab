package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentInstance;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.LinkedComponent;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.GuestExit;
import dev.polder.wasm.wasi.OutputSink;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.WasiP2;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.WasiP2Limits;
import dev.polder.wasm.wasi.p2.WasiP2Services;
import dev.polder.wasm.wasi.p2.cli.Run;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpErrorCode;
import dev.polder.wasm.wasi.p2.http.HttpExchange;
import dev.polder.wasm.wasi.p2.http.HttpFailure;
import dev.polder.wasm.wasi.p2.http.HttpField;
import dev.polder.wasm.wasi.p2.http.IncomingHandler;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.http.RequestHead;
import dev.polder.wasm.wasi.p2.http.ResponseSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One compiled component that serves requests by {@code wasi:http/incoming-handler}; bodies stream both ways. Each request
 * has an instance of its own, unless the app's limits let one serve several. For any thread.
 */
final class ComponentGuest {

    /** WASI, and what a guest may be granted besides; what was not granted refuses when it is called. */
    static final List<HostInterface> INTERFACES = Stream.concat(
                    WasiP2.interfaces().stream(), Capabilities.INTERFACES.stream())
            .toList();

    private final GuestFailures failures;
    private final Reloadable<LinkedComponent> linked;
    private final ComponentGrants grants;
    private final ComponentGrants rehearsal;
    private final InstanceLimits limits;
    private final AppLimits appLimits;
    private final WasiP2Limits wasiLimits;
    private final Observation observed;

    /** Instances that wait for their next request, the last used first. */
    private final Deque<Guest> spares = new ConcurrentLinkedDeque<>();

    private volatile boolean retired;

    private ComponentGuest(GuestFailures failures, Reloadable<LinkedComponent> linked, ComponentGrants grants) {
        this.failures = failures;
        this.linked = linked;
        this.grants = grants;
        this.rehearsal = grants.forRehearsal();
        this.limits = failures.instanceLimits();
        this.appLimits = failures.limits();
        this.wasiLimits = failures.wasiLimits();
        this.observed = failures.observed();
    }

    /**
     * Compiles and links a component and makes one instance of it to see that it fits its limits. Runs on a guest thread.
     *
     * @param compile compiles the component, and what is composed into it
     * @param again the same, from where its files are kept
     * @throws Problem the component's faults, with its name in front
     */
    static ComponentGuest prepare(
            Supplier<Component> compile, Supplier<Component> again, ComponentGrants grants, GuestFailures failures) {
        try {
            LinkedComponent linked = compile.get().link(INTERFACES);
            if (!linked.exports(IncomingHandler.class)) {
                throw Problem.guest(
                        Problem.Code.UNSUPPORTED,
                        "it does not export wasi:http/incoming-handler@0.2 (it exports: "
                                + GuestFailures.exports(linked)
                                + (linked.exports(Run.class) ? "; expected: executor = { type = \"wagi\" })" : ")"),
                        null);
            }
            Reloadable<LinkedComponent> kept = Reloadable.of(linked, again);
            ComponentGuest guest = new ComponentGuest(failures, kept, grants);
            guest.tryOut(linked, grants.forTrial());
            return guest;
        } catch (WasmTrap trap) {
            throw Problem.guest(
                    Problem.Code.INVALID, failures.name() + ": its start function: " + trap.getMessage(), trap);
        } catch (Problem problem) {
            throw failures.named(problem, problem.code());
        }
    }

    /** What it was compiled from. */
    Component component() {
        return linked.get().component();
    }

    ComponentGrants grants() {
        return grants;
    }

    /** What is kept only while requests come. */
    Reloadable<?> code() {
        return linked;
    }

    private void tryOut(LinkedComponent linked, ComponentGrants granted) {
        try (InstanceHost host = new InstanceHost(
                        granted, WasiP2Config.of(WasiConfig.builder("app").build()), List.of());
                ComponentInstance instance = linked.instantiate(limits, host)) {
            var _ = instance.bind(IncomingHandler.class);
        }
    }

    /**
     * Runs one request on the calling thread, which is a guest thread; returns when the guest is done with it.
     *
     * @param exchange its answer is told of the response when the guest has one, which may be long before this returns
     * @param headers the request's and Spin's
     * @param http sends the guest's own requests
     * @throws Problem DEADLINE when the guest took too long, BAD_UPSTREAM when it failed in another way
     */
    void run(Exchange exchange, List<HttpHeader> headers, OutgoingHttp http) {
        Refusals refused = new Refusals();
        HttpBody limited =
                LimitedBody.of(exchange.body(), appLimits.bodyBytes(), () -> refused.passed(GuestLimit.REQUEST_BODY));
        try {
            run(exchange, headers, limited, http, refused);
        } catch (Problem problem) {
            throw refused.in(problem);
        } finally {
            refused.count(observed);
        }
    }

    private void run(Exchange exchange, List<HttpHeader> headers, HttpBody body, OutgoingHttp http, Refusals refused) {
        @Nullable Guest spare = spares.pollFirst();
        Guest guest = spare == null ? new Guest() : spare;
        boolean again = false;
        try {
            guest.begin(refused, http);
            again = guest.serve(exchange, headers, body);
        } catch (WasmTrap trap) {
            throw failures.trapped(trap, exchange.request(), guest.errors, refused);
        } catch (GuestExit exit) {
            throw failures.of(
                    refused.in(GuestFailures.exited(exit.code(), guest.errors)), exchange.request(), guest.errors);
        } catch (Problem problem) {
            throw failures.of(problem, exchange.request(), guest.errors);
        } finally {
            guest.output.finish();
            guest.errors.finish();
            if (again) {
                keep(guest);
            } else {
                guest.close();
            }
        }
    }

    private void keep(Guest guest) {
        spares.addFirst(guest);
        if (retired) {
            var _ = release();
        } else if (!linked.holds(guest.code)) {
            // Whoever let go of the code meanwhile did not see it among the spares, and may free the code next.
            closeSpares();
        }
    }

    /**
     * Lets go of the instances that wait for a request and of the compiled code; the next request makes them again.
     *
     * @return what frees the code at once, where nothing runs
     */
    Reloadable.Released release() {
        Reloadable.Released released = linked.release();
        closeSpares();
        return released;
    }

    /** Wakes and makes an instance that serves nobody; on a guest thread. False when nothing is left to be woken. */
    boolean rehearse() {
        return linked.rehearse(one -> tryOut(one, rehearsal));
    }

    private void closeSpares() {
        @Nullable Guest spare;
        while ((spare = spares.pollFirst()) != null) {
            spare.close();
        }
    }

    /** No request begins here any more; those under way leave nothing behind. */
    void retire() {
        retired = true;
        var _ = release();
    }

    /*
     * One instance with its host objects; used by one thread at a time. Where the app's limits let it, it serves several
     * requests one after the other. It is given up when anything went wrong, when a request was cancelled while it ran, and
     * when it holds on to half of the handles that it may have: then the next request would pay for those before it.
     */
    private final class Guest implements AutoCloseable {

        private final GuestOutput.Lines output = failures.output(LogLine.Stream.STDOUT);
        private final GuestOutput.Lines errors = failures.output(LogLine.Stream.STDERR);
        private final CurrentHttp way = new CurrentHttp();
        private volatile GuestLimit.Listener refusals = GuestLimit.Listener.NONE;
        private @Nullable InstanceHost host;
        private @Nullable LinkedComponent code;
        private @Nullable ComponentInstance instance;
        private int requests;

        /** Before a request; makes the instance when there is none. */
        void begin(GuestLimit.Listener listener, OutgoingHttp http) {
            refusals = listener;
            way.current = http;
            ComponentInstance made = instance;
            if (made != null) {
                observed.reused();
                output.restart();
                errors.restart();
                made.store().restartDeadline();
                return;
            }
            WasiConfig base = WasiConfig.builder("app")
                    .stdout(new OutputSink("standard output", output, Long.MAX_VALUE))
                    .stderr(new OutputSink("standard error", errors, Long.MAX_VALUE))
                    .build();
            InstanceHost objects = new InstanceHost(
                    grants,
                    WasiP2Config.of(base)
                            .withHttp(way)
                            .withLimits(wasiLimits)
                            .withRefusals(limit -> refusals.passed(limit)),
                    List.of());
            host = objects;
            LinkedComponent loaded = linked.get();
            code = loaded;
            instance = loaded.instantiate(limits.withRefusals(limit -> refusals.passed(limit)), objects);
            observed.made();
        }

        /** Serves one request; gives whether it may serve another one. */
        boolean serve(Exchange exchange, List<HttpHeader> headers, HttpBody body) {
            Answer answer = exchange.answer();
            AppCall call = exchange.call();
            ComponentInstance running = Objects.requireNonNull(instance, "begin() makes it");
            WasiP2Services wasi =
                    Objects.requireNonNull(host, "begin() makes them").wasi();
            Sink sink = new Sink(answer);
            boolean wanted;
            call.runs(running.store());
            try {
                HttpExchange served = wasi.exchange(head(exchange.request(), headers), body, sink);
                served.handle(running.bind(IncomingHandler.class));
                served.end();
            } finally {
                wanted = call.ended();
            }
            if (!answer.given()) {
                throw Problem.guest(Problem.Code.BAD_UPSTREAM, sink.failure() + GuestFailures.because(errors), null);
            }
            return wanted
                    && ++requests < appLimits.instanceRequests()
                    && wasi.io().handles() <= appLimits.handles() / 2;
        }

        @Override
        public void close() {
            try {
                if (instance != null) {
                    observed.closed();
                    instance.close();
                }
            } finally {
                if (host != null) {
                    host.close();
                }
            }
        }
    }

    /** Sends what an instance asks for on behalf of the request that it serves at the moment. */
    private static final class CurrentHttp implements OutgoingHttp {

        private volatile OutgoingHttp current = OutgoingHttp.none();

        @Override
        public CompletableFuture<Response> send(Request request) {
            return current.send(request);
        }

        @Override
        public Optional<Inner> inner(RequestHead head) throws HttpFailure {
            return current.inner(head);
        }

        @Override
        public boolean connectsByName() {
            return current.connectsByName();
        }

        @Override
        public void denied(String why) {
            current.denied(why);
        }
    }

    /** The host's objects of one instance. */
    record Services(WasiP2Services wasi, Capabilities.Instance capabilities) implements HostServices {

        @Override
        public <T> T service(Class<T> type) {
            return wasi.has(type) ? wasi.service(type) : capabilities.service(type);
        }
    }

    private static RequestHead head(HttpRequestData request, List<HttpHeader> headers) {
        List<HttpField> fields = new ArrayList<>(headers.size());
        for (HttpHeader header : headers) {
            fields.add(new HttpField(header.name(), header.value().getBytes(StandardCharsets.ISO_8859_1)));
        }
        return new RequestHead(
                request.method(),
                Optional.of(request.scheme()),
                Optional.of(request.authority()),
                Optional.of(request.target()),
                fields);
    }

    /** Hands the guest's response on; keeps why there is none. */
    private static final class Sink implements ResponseSink {

        private final Answer answer;
        private @Nullable HttpErrorCode error;
        private boolean begun;

        Sink(Answer answer) {
            this.answer = answer;
        }

        @Override
        public void informational(int status, List<HttpField> headers) {
            answer.informational(status, headers(headers));
        }

        @Override
        public void respond(int status, List<HttpField> headers, HttpBody body) {
            begun = true;
            HeldResponse.hold(answer, status, headers(headers), body);
        }

        @Override
        public void fail(HttpErrorCode code) {
            error = code;
        }

        String failure() {
            if (error != null) {
                return "it answered with the error " + error;
            }
            return begun ? "it left the body of its response unfinished" : "it returned without a response";
        }

        private static List<HttpHeader> headers(List<HttpField> fields) {
            List<HttpHeader> headers = new ArrayList<>(fields.size());
            for (HttpField field : fields) {
                headers.add(new HttpHeader(field.name(), new String(field.value(), StandardCharsets.ISO_8859_1)));
            }
            return headers;
        }
    }
}
