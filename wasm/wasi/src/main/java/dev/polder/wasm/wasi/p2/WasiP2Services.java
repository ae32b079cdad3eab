package dev.polder.wasm.wasi.p2;

import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.cli.Environment;
import dev.polder.wasm.wasi.p2.cli.Exit;
import dev.polder.wasm.wasi.p2.cli.StandardStreams;
import dev.polder.wasm.wasi.p2.cli.Terminals;
import dev.polder.wasm.wasi.p2.clocks.MonotonicClock;
import dev.polder.wasm.wasi.p2.clocks.WallClock;
import dev.polder.wasm.wasi.p2.filesystem.FilesystemTypes;
import dev.polder.wasm.wasi.p2.filesystem.Preopens;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpExchange;
import dev.polder.wasm.wasi.p2.http.HttpTypes;
import dev.polder.wasm.wasi.p2.http.OutgoingHandler;
import dev.polder.wasm.wasi.p2.http.RequestHead;
import dev.polder.wasm.wasi.p2.http.ResponseSink;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Poll;
import dev.polder.wasm.wasi.p2.random.InsecureRandom;
import dev.polder.wasm.wasi.p2.random.InsecureSeed;
import dev.polder.wasm.wasi.p2.random.SecureRandom;
import dev.polder.wasm.wasi.p2.sockets.CreateSocket;
import dev.polder.wasm.wasi.p2.sockets.InstanceNetwork;
import dev.polder.wasm.wasi.p2.sockets.IpNameLookup;
import dev.polder.wasm.wasi.p2.sockets.NetworkFunctions;
import dev.polder.wasm.wasi.p2.sockets.SocketGrants;
import java.util.HashMap;
import java.util.Map;

/**
 * The host's objects of one instance, for {@link WasiP2#interfaces}. Used by the thread that the instance runs on; closed
 * on it, after the instance.
 */
public final class WasiP2Services implements HostServices, AutoCloseable {

    private final GuestIo io;
    private final StandardStreams streams;
    private final Map<Class<?>, Object> services = new HashMap<>();

    public WasiP2Services(WasiP2Config config) {
        this(
                config,
                new GuestIo(
                        config.limits().handles(), config.limits().hostMemory().account(), config.refusals()));
    }

    /**
     * Those of a part of an instance, which is granted other things.
     *
     * @param io of the instance: its parts wait as one, and their handles count together
     */
    public WasiP2Services(WasiP2Config config, GuestIo io) {
        WasiConfig base = config.base();
        this.io = io;
        streams = new StandardStreams(io, base);
        SocketGrants grants = new SocketGrants(
                io,
                config.outbound(),
                config.listen(),
                config.loopback(),
                config.resolver(),
                config.limits().sockets());
        add(WasiP2.NoFunctions.INSTANCE);
        add(new Poll(io));
        add(new MonotonicClock(io, base.clock()));
        add(new WallClock(base.clock()));
        add(new SecureRandom(base.random()));
        add(new InsecureRandom(base.random()));
        add(new InsecureSeed(base.random()));
        add(new Environment(base));
        add(new Exit());
        add(streams);
        add(new Terminals());
        add(new FilesystemTypes());
        add(new Preopens(io, base));
        add(new InstanceNetwork(io));
        add(new NetworkFunctions());
        add(new IpNameLookup(grants, config.lookups()));
        add(new CreateSocket(grants));
        add(new HttpTypes(io, config.limits().fieldBytes()));
        add(new OutgoingHandler(
                io,
                config.http(),
                config.outbound(),
                config.resolver(),
                config.timeouts(),
                config.limits().outboundRequests()));
    }

    private void add(Object service) {
        services.put(service.getClass(), service);
    }

    /** Adds the object of another interface, {@code wasi:config/store} for one; gives this. */
    public WasiP2Services with(Object service) {
        add(service);
        return this;
    }

    @Override
    public <T> T service(Class<T> type) {
        Object service = services.get(type);
        if (service == null) {
            throw new IllegalArgumentException("WASI 0.2: no object of " + type.getName());
        }
        return type.cast(service);
    }

    /** Whether an object of this class is served here, for services that add their own. */
    public boolean has(Class<?> type) {
        return services.containsKey(type);
    }

    /** The waiting and the handles of the instance, for resources of other interfaces. */
    public GuestIo io() {
        return io;
    }

    /** One request for the guest to serve. */
    public HttpExchange exchange(RequestHead head, HttpBody body, ResponseSink sink) {
        return HttpExchange.of(io, head, body, sink);
    }

    /** Frees what the guest did not: closes files and sockets, breaks off bodies, gives up requests. */
    @Override
    public void close() {
        io.close();
        streams.close();
    }
}
