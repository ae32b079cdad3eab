package dev.polder.kernel.server;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.common.util.TransportType;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What the HTTP framework leaves out at start, found by it as a service.
 *
 * <p>Looking for a native TLS library and trying it with a certificate costs a quarter of the time in which a server
 * starts; the JDK's TLS is good enough for the portal, whose bulk is the gateway's work. The framework's own pools and
 * meters are not used here.
 */
public final class LeanFlags implements FlagsProvider {

    private static final int POOL = 2;

    @Override
    public int priority() {
        return 1;
    }

    @Override
    public TlsEngineType tlsEngineType() {
        return TlsEngineType.JDK;
    }

    @Override
    public Integer numCommonWorkers(TransportType transport) {
        return POOL;
    }

    @Override
    public Integer numCommonBlockingTaskThreads() {
        return POOL;
    }

    @Override
    public MeterRegistry meterRegistry() {
        return NoopMeterRegistry.get();
    }
}
