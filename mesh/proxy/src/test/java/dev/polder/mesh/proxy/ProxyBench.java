package dev.polder.mesh.proxy;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.Workload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * What {@code bench/gateway} measures: a gateway with one route to a plain upstream, or one through HBONE to a workload
 * in front of the same upstream. Arguments: {@code plain|hbone|local PORT UPSTREAM_IP UPSTREAM_PORT WORKERS}.
 */
final class ProxyBench {

    private ProxyBench() {}

    public static void main(String[] args) throws InterruptedException {
        String mode = args[0];
        int port = Integer.parseInt(args[1]);
        String upstream = args[2];
        int upstreamPort = Integer.parseInt(args[3]);
        TestMesh mesh = new TestMesh();
        Workload workload = mesh.workload("bench", upstream);
        mesh.route(
                "/",
                mode.equals("plain")
                        ? TestMesh.plain(upstream, upstreamPort)
                        : TestMesh.tunnelled(workload, upstreamPort));
        Proxy.Builder builder = Proxy.builder()
                .identities(new TestCa("cluster.local"))
                .gatewayIdentity(SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway"))
                .gatewayHttp(TestMesh.loopback(port), TestMesh.HTTP)
                .hbonePort(port + 1)
                .accessLog(AccessLogMode.OFF, 1)
                .node(candidate -> mode.equals("hbone"))
                .workers(Integer.parseInt(args[4]));
        byte[] body = "hello\n".getBytes(StandardCharsets.UTF_8);
        if (mode.equals("local")) {
            builder.local(
                    TestMesh.ip(upstream),
                    (request, responder) ->
                            responder.respond(200, List.of(new HttpHeader("content-type", "text/plain")), body));
        }
        Proxy proxy = builder.start();
        proxy.apply(mesh.snapshot());
        System.err.println("ready, transport " + proxy.transport());
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close));
        new CountDownLatch(1).await();
    }
}
