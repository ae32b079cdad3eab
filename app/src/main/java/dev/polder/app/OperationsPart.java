package dev.polder.app;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.server.Access;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Handler;
import dev.polder.kernel.server.Health;
import dev.polder.kernel.server.PolderServer;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.mesh.config.SnapshotJson;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of those who operate Polder, where Istio's people look for them: metrics (15020), readiness (15021) and
 * administration (15000, this machine only).
 */
record OperationsPart(List<PolderServer> servers) implements AutoCloseable {

    static OperationsPart start(PolderConfig config, MeshPart mesh, PrometheusMeterRegistry registry, Health health) {
        Handler metrics = request -> HttpResponse.of(
                HttpStatus.OK,
                MediaType.parse("text/plain; version=0.0.4; charset=utf-8"),
                mesh.proxy.metricsText() + registry.scrape());
        Handler dump = request -> Responses.json(SnapshotJson.encode(mesh.snapshot()));
        Closing opened = new Closing();
        List<PolderServer> servers = new ArrayList<>();
        try {
            servers.add(opened.add(PolderServer.builder()
                    .listen(config.listen(), config.ports().metrics())
                    .routes(open("/metrics", metrics).add(HttpMethod.GET, "/stats/prometheus", Access.PUBLIC, metrics))
                    .start()));
            servers.add(opened.add(PolderServer.builder()
                    .listen(config.listen(), config.ports().readiness())
                    .health(health)
                    .start()));
            servers.add(opened.add(PolderServer.builder()
                    .listen(InetAddress.getLoopbackAddress(), config.ports().admin())
                    .routes(open("/config_dump", dump))
                    .start()));
            return new OperationsPart(List.copyOf(servers));
        } catch (RuntimeException e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    private static Routes open(String pattern, Handler handler) {
        return new Routes("", ErrorBody.problem()).add(HttpMethod.GET, pattern, Access.PUBLIC, handler);
    }

    @Override
    public void close() {
        servers.forEach(PolderServer::close);
    }
}
