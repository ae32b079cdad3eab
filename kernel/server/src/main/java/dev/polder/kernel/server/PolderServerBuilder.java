package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RejectedRouteHandler;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.polder.kernel.model.Problem;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a {@link PolderServer} listens on and serves. Not thread-safe; used once, ended by {@link #start()}. */
public final class PolderServerBuilder {

    private static final int FILE_READERS = 2;

    private record Raw(String prefix, Function<RequestHeaders, Access> access, HttpService service) {}

    private record Metrics(String path, Access access, PrometheusMeterRegistry registry) {}

    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private Authenticator authenticator = headers -> Optional.empty();
    private final Set<String> hosts = new LinkedHashSet<>();
    private final List<Routes> routes = new ArrayList<>();
    private final List<Raw> raws = new ArrayList<>();
    private long maxBodyBytes = 2L * 1024 * 1024;
    private Duration requestTimeout = Duration.ofSeconds(30);
    private Duration heartbeat = EventStream.HEARTBEAT;
    private @Nullable StaticFiles files;
    private @Nullable Health health;
    private @Nullable Metrics metrics;
    private @Nullable Path certificate;
    private @Nullable Path key;

    PolderServerBuilder() {}

    /** Where to listen; port 0 takes a free one. */
    public PolderServerBuilder listen(InetAddress host, int port) {
        address = new InetSocketAddress(host, port);
        return this;
    }

    /** Listens on this loopback port; 0 takes a free one. */
    public PolderServerBuilder port(int port) {
        return listen(InetAddress.getLoopbackAddress(), port);
    }

    /** Speaks TLS only, with a PEM certificate chain and its PKCS#8 PEM key. */
    public PolderServerBuilder tls(Path certificateChain, Path privateKey) {
        certificate = certificateChain;
        key = privateKey;
        return this;
    }

    /** A name, without port, under which clients may reach this server beside loopback names and addresses. */
    public PolderServerBuilder allowHost(String name) {
        hosts.add(name);
        return this;
    }

    /** Tells who calls; without one everybody is unknown and only public routes answer. */
    public PolderServerBuilder authenticator(Authenticator who) {
        authenticator = who;
        return this;
    }

    /** Adds an API. Several may share a prefix; two equal patterns of one method are refused at start. */
    public PolderServerBuilder routes(Routes api) {
        routes.add(api);
        return this;
    }

    /**
     * Adds a service that reads and writes streams by itself, such as git: no body limit, no timeout, called on a
     * virtual thread, callers asked for HTTP Basic. {@link #principal} tells it who calls.
     *
     * @param prefix such as {@code /git}; no slash at its end
     */
    public PolderServerBuilder service(String prefix, Access access, HttpService service) {
        return service(prefix, headers -> access, service);
    }

    /** As {@link #service(String, Access, HttpService)}, where the request decides what access it needs. */
    public PolderServerBuilder service(String prefix, Function<RequestHeaders, Access> access, HttpService service) {
        raws.add(new Raw(prefix, access, service));
        return this;
    }

    /** Serves a folder at {@code /}, with its {@code index.html} for pages that the browser makes. */
    public PolderServerBuilder staticFiles(Path folder) {
        files = StaticFiles.of(folder);
        return this;
    }

    /** Serves a class path folder such as {@code web} at {@code /}, as {@link #staticFiles(Path)} does. */
    public PolderServerBuilder staticFiles(ClassLoader loader, String folder) {
        files = StaticFiles.of(loader, folder);
        return this;
    }

    /** Adds {@code /.backstage/health/v1/readiness}, {@code …/liveness} and {@code /healthz/ready}, all public. */
    public PolderServerBuilder health(Health state) {
        health = state;
        return this;
    }

    /** Adds a page in the Prometheus text format, and counts this server's own requests in the registry. */
    public PolderServerBuilder metrics(String path, Access access, PrometheusMeterRegistry registry) {
        metrics = new Metrics(path, access, registry);
        return this;
    }

    /** The largest request body of a route; 2 MiB unless set. */
    public PolderServerBuilder maxBodyBytes(long bytes) {
        maxBodyBytes = bytes;
        return this;
    }

    /** How long a route may take before it is interrupted and answered with 504; 30 s unless set. */
    public PolderServerBuilder requestTimeout(Duration limit) {
        requestTimeout = limit;
        return this;
    }

    /** How often an idle event stream shows that it lives; for tests, which cannot wait for long. */
    PolderServerBuilder heartbeat(Duration interval) {
        heartbeat = interval;
        return this;
    }

    /** Who sent the request that a raw service now handles. */
    public static Optional<Principal> principal(com.linecorp.armeria.server.ServiceRequestContext context) {
        return Optional.ofNullable(context.attr(Gate.PRINCIPAL));
    }

    /**
     * Opens the port; requests are answered when this returns.
     *
     * @throws Problem UNAVAILABLE when the port cannot be had, INVALID when the certificate cannot be used
     */
    public PolderServer start() {
        OpenStreams streams = new OpenStreams();
        Gate gate = new Gate(authenticator);
        ServerBuilder server = Server.builder()
                .port(address, certificate == null ? SessionProtocol.HTTP : SessionProtocol.HTTPS)
                .workerGroup(EventLoops.shared(), false)
                .bossGroupFactory(name -> EventLoops.acceptor())
                .meterRegistry(NoopMeterRegistry.get())
                .unloggedExceptionsReportIntervalMillis(0)
                .blockingTaskExecutor(FILE_READERS)
                .maxRequestLength(maxBodyBytes)
                .requestTimeout(requestTimeout)
                .idleTimeout(Duration.ofSeconds(60))
                .connectionDrainDuration(Duration.ofMillis(100))
                .gracefulShutdownTimeout(Duration.ofMillis(10), Duration.ofSeconds(5))
                .rejectedRouteHandler(RejectedRouteHandler.FAIL)
                .errorHandler(new FrameworkErrors())
                .disableServerHeader()
                .decorator(new HostCheck(hosts));
        SecurityHeaders.addTo(server, certificate != null);
        addTls(server);
        RequestMetrics requestMetrics = RequestMetrics.of(metrics == null ? null : metrics.registry(), streams);
        for (Map.Entry<String, List<Routes>> api : routesByPrefix().entrySet()) {
            addApi(server, api.getKey(), api.getValue(), gate, streams, requestMetrics);
        }
        if (!routes.isEmpty()) {
            server.serviceUnder("/api", UnknownRoute.of(List.of()));
        }
        for (Raw raw : raws) {
            server.route()
                    .pathPrefix(raw.prefix())
                    .requestTimeoutMillis(0)
                    .maxRequestLength(0)
                    .build(new RawService(raw.access(), raw.service(), gate));
        }
        if (files == null) {
            server.serviceUnder("/", UnknownRoute.of(List.of()));
        } else {
            server.serviceUnder("/", files);
        }
        return PolderServer.start(server.build(), address, streams, certificate != null);
    }

    private Map<String, List<Routes>> routesByPrefix() {
        List<Routes> all = new ArrayList<>(routes);
        if (health != null) {
            all.add(health.routes());
        }
        if (metrics != null) {
            all.add(RequestMetrics.page(metrics.path(), metrics.access(), metrics.registry()));
        }
        Map<String, List<Routes>> byPrefix = new LinkedHashMap<>();
        all.forEach(api -> byPrefix.computeIfAbsent(api.prefix(), prefix -> new ArrayList<>())
                .add(api));
        return byPrefix;
    }

    private void addApi(
            ServerBuilder server,
            String prefix,
            List<Routes> apis,
            Gate gate,
            OpenStreams streams,
            RequestMetrics requestMetrics) {
        List<Route> known = new ArrayList<>();
        for (Routes api : apis) {
            for (Routes.Route route : api.routes()) {
                String pattern = prefix + route.pattern();
                Set<HttpMethod> methods = EnumSet.of(route.method());
                Route at = Route.builder().path(pattern).methods(methods).build();
                Routes.Upload upload = route.upload();
                if (upload != null) {
                    server.route()
                            .addRoute(at)
                            .maxRequestLength(0)
                            .requestTimeout(upload.time())
                            .build(requestMetrics.measure(
                                    pattern,
                                    new UploadEndpoint(
                                            api, route.access(), upload.handler(), upload.maxBytes(), gate)));
                    known.add(at);
                    continue;
                }
                HttpService service;
                if (route.handler() != null) {
                    if (route.method() == HttpMethod.GET) {
                        methods.add(HttpMethod.HEAD);
                    }
                    service = requestMetrics.measure(pattern, new Endpoint(api, route.access(), route.handler(), gate));
                } else if (route.events() != null) {
                    service = new EventEndpoint(api, route.access(), route.events(), gate, streams, heartbeat);
                } else {
                    throw new IllegalStateException(pattern + " has no handler");
                }
                server.service(Route.builder().path(pattern).methods(methods).build(), service);
                known.add(Route.builder().path(pattern).methods(methods).build());
            }
        }
        if (!prefix.isEmpty()) {
            server.serviceUnder(prefix, UnknownRoute.of(known));
        }
    }

    private void addTls(ServerBuilder server) {
        if (certificate == null || key == null) {
            return;
        }
        for (Path file : List.of(certificate, key)) {
            if (!Files.isReadable(file)) {
                throw Problem.invalid("TLS file " + file + ": not readable (expected: a PEM file)");
            }
        }
        try {
            server.tls(TlsKeyPair.of(key.toFile(), certificate.toFile()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "TLS files " + certificate + " and " + key + ": " + e.getMessage()
                            + " (expected: a PEM chain and its PKCS#8 key)",
                    null,
                    e);
        }
    }
}
