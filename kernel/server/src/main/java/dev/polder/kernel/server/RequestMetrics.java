package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Time and count of requests, by route pattern, method and status; never by path, which is unbounded. */
final class RequestMetrics {

    private final @Nullable MeterRegistry registry;

    private RequestMetrics(@Nullable MeterRegistry registry) {
        this.registry = registry;
    }

    static RequestMetrics of(@Nullable MeterRegistry registry, OpenStreams streams) {
        if (registry != null) {
            Gauge.builder("polder.http.event.streams", streams, OpenStreams::count)
                    .description("server-sent event streams that are open")
                    .register(registry);
        }
        return new RequestMetrics(registry);
    }

    HttpService measure(String pattern, HttpService service) {
        if (registry == null) {
            return service;
        }
        MeterRegistry meters = registry;
        return new SimpleDecoratingHttpService(service) {
            @Override
            public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
                var _ = context.log().whenComplete().thenAccept(log -> record(meters, pattern, log));
                return unwrap().serve(context, request);
            }
        };
    }

    private static void record(MeterRegistry meters, String pattern, RequestLog log) {
        Timer.builder("polder.http.requests")
                .description("requests to the HTTP API")
                .tag("route", pattern)
                .tag("method", log.requestHeaders().method().name())
                .tag("status", log.responseStatus().codeAsText())
                .register(meters)
                .record(log.totalDurationNanos(), TimeUnit.NANOSECONDS);
    }

    static Routes page(String path, Access access, PrometheusMeterRegistry registry) {
        MediaType type = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");
        return new Routes("", ErrorBody.problem())
                .add(
                        HttpMethod.GET,
                        path,
                        access,
                        request -> HttpResponse.of(HttpStatus.OK, type, HttpData.ofUtf8(registry.scrape())));
    }
}
