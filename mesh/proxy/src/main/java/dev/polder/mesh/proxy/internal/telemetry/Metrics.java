package dev.polder.mesh.proxy.internal.telemetry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Every series of one proxy, by its labels. Safe for any thread. */
public final class Metrics {

    /** More series than this are counted in one that says so: labels come from peers, memory is ours. */
    private static final int MOST_SERIES = 10_000;

    private static final String OVERFLOW = PeerLabels.label("source_workload", "overflow");

    private final Map<String, RequestSeries> requests = new ConcurrentHashMap<>();
    private final Map<String, TcpSeries> tcp = new ConcurrentHashMap<>();
    private final LongAdder connections = new LongAdder();

    /** Who writes the series down: the side that sends or the side that receives. */
    public enum Reporter {
        SOURCE("source"),
        DESTINATION("destination");

        private final String label;

        Reporter(String label) {
            this.label = label;
        }
    }

    /**
     * The series of HTTP requests between two peers.
     *
     * @param protocol {@code http} or {@code grpc}
     */
    public RequestSeries requests(
            Reporter reporter, PeerLabels source, PeerLabels destination, String protocol, boolean mutualTls) {
        return series(requests, labels(reporter, source, destination, protocol, mutualTls), RequestSeries::new);
    }

    /** The series of connections between two peers. */
    public TcpSeries tcp(Reporter reporter, PeerLabels source, PeerLabels destination, boolean mutualTls) {
        return series(tcp, labels(reporter, source, destination, "tcp", mutualTls), TcpSeries::new);
    }

    /** Connections of clients open at the gateway right now. */
    public LongAdder clientConnections() {
        return connections;
    }

    /** Everything in Prometheus' text format. */
    public String text() {
        MetricsText text = new MetricsText();
        requests.values().forEach(series -> series.write(text));
        tcp.values().forEach(series -> series.write(text));
        text.gauge("polder_gateway_client_connections", connections.sum());
        return text.toString();
    }

    private static <S> S series(Map<String, S> all, String labels, java.util.function.Function<String, S> make) {
        S found = all.get(labels);
        if (found != null) {
            return found;
        }
        return all.computeIfAbsent(all.size() < MOST_SERIES ? labels : OVERFLOW, make);
    }

    private static String labels(
            Reporter reporter, PeerLabels source, PeerLabels destination, String protocol, boolean mutualTls) {
        return PeerLabels.label("reporter", reporter.label)
                + source.text()
                + destination.text()
                + PeerLabels.label("request_protocol", protocol)
                + PeerLabels.label("connection_security_policy", mutualTls ? "mutual_tls" : "none");
    }
}
