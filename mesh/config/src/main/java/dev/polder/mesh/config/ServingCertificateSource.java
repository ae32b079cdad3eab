package dev.polder.mesh.config;

import java.util.List;
import java.util.function.Consumer;

/** Where a gateway gets the certificate of an HTTPS listener. Safe for any thread. */
public interface ServingCertificateSource {

    /**
     * The current certificate for these names; issued on first demand, which may block.
     *
     * @param hostnames as in {@link Listener.ListenerTls#hostnames()}
     */
    ServingCertificate serving(List<String> hostnames);

    /** Calls the listener for each renewed certificate, on a thread of the source; it must not block. */
    Subscription onServingRotation(Consumer<ServingCertificate> listener);
}
