package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Capabilities;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.WasiP2Services;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host's objects of one instance, as its component is granted them; and, made when they are first asked for, those of the
 * components that it calls, as each of them is, and those of interfaces that are imported by a name of the manifest. For the
 * instance's thread.
 *
 * <p>All of them wait and count handles as one, and what a called component writes is in the lines of its caller.
 */
final class InstanceHost implements HostServices, AutoCloseable {

    private final ComponentGrants grants;
    private final WasiP2Config common;
    private final WasiP2Services wasi;
    private final Capabilities.Instance capabilities;
    private final ComponentGuest.Services own;
    private final List<Runnable> others = new ArrayList<>();

    /**
     * @param common what no grant says: streams, limits, who sends requests
     * @param listen what the component itself may bind
     */
    InstanceHost(ComponentGrants grants, WasiP2Config common, List<String> listen) {
        this.grants = grants;
        this.common = common;
        this.wasi = new WasiP2Services(grants.over(common).withListen(listen));
        this.capabilities = grants.capabilities().instance(wasi.io());
        this.own = new ComponentGuest.Services(wasi, capabilities);
    }

    WasiP2Services wasi() {
        return wasi;
    }

    @Override
    public <T> T service(Class<T> type) {
        return own.service(type);
    }

    @Override
    public HostServices of(String part, String label) {
        ComponentGrants granted = part.isEmpty() ? grants : grants.called().get(part);
        if (granted == null) {
            throw Problem.internal("no grants of " + part, null);
        }
        @Nullable Capabilities named = granted.named().get(label);
        if (part.isEmpty() && named == null) {
            return this;
        }
        WasiP2Services itsWasi = wasi;
        if (!part.isEmpty()) {
            itsWasi = new WasiP2Services(granted.over(common), wasi.io());
            others.add(itsWasi::close);
        }
        Capabilities.Instance its = (named == null ? granted.capabilities() : named).instance(wasi.io());
        others.add(its::close);
        return new ComponentGuest.Services(itsWasi, its);
    }

    /** After the instance. */
    @Override
    public void close() {
        try (wasi;
                capabilities) {
            others.forEach(Runnable::run);
        }
    }
}
