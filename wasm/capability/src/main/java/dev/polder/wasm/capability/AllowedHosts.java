package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.sockets.HostPattern;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the {@link OutboundPolicy} of a component of its {@code allowed_outbound_hosts}, whose entries are templates. */
public final class AllowedHosts {

    /** The suffix of the names by which the components of an app call each other. */
    public static final String INTERNAL = ".spin.internal";

    private AllowedHosts() {}

    /** What is wrong with a pattern as a manifest has it, or null. What a template will hold is not known yet. */
    public static @Nullable String fault(String pattern) {
        try {
            if (Template.parse(pattern).isLiteral()) {
                var _ = HostPattern.parse(pattern);
            }
            return null;
        } catch (Problem e) {
            return e.detail();
        }
    }

    /**
     * Resolves patterns. One that is empty or only a scheme after its variables are put in allows nothing: so an endpoint
     * can be optional.
     *
     * @param components the ids that <code>*.spin.internal</code> stands for
     * @throws Problem INVALID that shows the template, never a value
     */
    public static OutboundPolicy of(List<String> patterns, Variables variables, Collection<String> components) {
        List<HostPattern> resolved = new ArrayList<>();
        for (String pattern : patterns) {
            Template template = Template.parse(pattern);
            String text = variables.render(template);
            boolean absent = text.isEmpty() || text.equals("http://") || text.equals("https://");
            if (template.isLiteral() || !absent) {
                resolved.add(HostPattern.parse(text, pattern));
            }
        }
        return OutboundPolicy.ofParsed(resolved).expanding(INTERNAL, List.copyOf(components));
    }

    /** The component that a name such as {@code cart.spin.internal} stands for, or null when it is none of these. */
    public static @Nullable String internalComponent(String host) {
        String small = host.toLowerCase(Locale.ROOT);
        String name = small.endsWith(".") ? small.substring(0, small.length() - 1) : small;
        return name.endsWith(INTERNAL) && name.length() > INTERNAL.length()
                ? name.substring(0, name.length() - INTERNAL.length())
                : null;
    }
}
