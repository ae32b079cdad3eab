package dev.polder.kernel.model;

import java.util.regex.Pattern;

/**
 * A workload's identity in the form Istio uses: {@code spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/SERVICE_ACCOUNT}.
 *
 * <p>Source: SPIFFE-ID standard (trust domain and path characters) and Istio's identity format.
 */
public record SpiffeId(String trustDomain, String namespace, String serviceAccount) {

    /** The trust domain when none is configured. */
    public static final String DEFAULT_TRUST_DOMAIN = "cluster.local";

    private static final String SCHEME = "spiffe://";
    private static final int MAX_LENGTH = 2048;
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9][a-z0-9._-]{0,254}");
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");

    public SpiffeId {
        require(DOMAIN, trustDomain, "trust domain");
        require(SEGMENT, namespace, "namespace");
        require(SEGMENT, serviceAccount, "service account");
    }

    /**
     * Parses exactly {@code spiffe://TD/ns/NS/sa/SA}; anything else, a trailing slash included, is refused.
     *
     * @throws Problem INVALID
     */
    public static SpiffeId parse(String text) {
        if (text.length() > MAX_LENGTH || !text.startsWith(SCHEME)) {
            throw malformed(text);
        }
        String[] parts = text.substring(SCHEME.length()).split("/", -1);
        if (parts.length != 5 || !parts[1].equals("ns") || !parts[3].equals("sa")) {
            throw malformed(text);
        }
        return new SpiffeId(parts[0], parts[2], parts[4]);
    }

    /** The form Istio policies use for principals: the id without {@code spiffe://}. */
    public String principal() {
        return trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
    }

    @Override
    public String toString() {
        return SCHEME + principal();
    }

    private static void require(Pattern pattern, String value, String label) {
        if (!pattern.matcher(value).matches()) {
            throw Problem.invalid("SPIFFE id " + label + ": \"" + value + "\" (expected: " + pattern + ")");
        }
    }

    private static Problem malformed(String text) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return Problem.invalid(
                "SPIFFE id: \"" + shown + "\" (expected: spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT)");
    }
}
