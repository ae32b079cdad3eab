package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.PeerAuthentication.Mode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code spec} of a PeerAuthentication. Source: Istio security v1.
 *
 * @param mode null to inherit
 */
public record PeerAuthenticationSpec(
        LabelSelector selector, @Nullable Mode mode, Map<Integer, Mode> portModes) {

    static PeerAuthenticationSpec read(Fields root) {
        Fields spec = root.only("spec").object("spec").only("selector", "mtls", "portLevelMtls");
        LabelSelector selector = LabelSelector.istio(spec.object("selector"));
        Map<Integer, Mode> portModes = new LinkedHashMap<>();
        Fields ports = spec.object("portLevelMtls");
        for (String port : ports.names()) {
            int number = ServiceSpec.parsePort(ports, port, port);
            Mode mode = mode(ports.object(port));
            if (mode != null) {
                portModes.put(number, mode);
            }
        }
        if (!portModes.isEmpty() && selector.isEmpty()) {
            spec.wrong("portLevelMtls", "set without a selector (expected: a selector beside it)");
        }
        return new PeerAuthenticationSpec(selector, mode(spec.object("mtls")), portModes);
    }

    private static @Nullable Mode mode(Fields mtls) {
        mtls.only("mode");
        String mode = mtls.choice("mode", "UNSET", "UNSET", "DISABLE", "PERMISSIVE", "STRICT");
        return mode.equals("UNSET") ? null : Mode.valueOf(mode);
    }
}
