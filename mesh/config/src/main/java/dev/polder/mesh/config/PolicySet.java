package dev.polder.mesh.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every policy that applies to one workload, in the order of evaluation: plain connections under STRICT, unknown
 * policies, DENY, then ALLOW; without any ALLOW policy the rest passes.
 *
 * <p>Immutable; {@link #decide} takes no lock and allocates at most one string.
 */
public final class PolicySet {

    private static final Decision DEFAULT = new Decision(true, "", Decision.Reason.DEFAULT_ALLOW);
    private static final Decision PLAINTEXT = new Decision(false, "", Decision.Reason.PLAINTEXT);
    private static final Decision NO_ALLOW = new Decision(false, "", Decision.Reason.NO_ALLOW_RULE);

    private record Judged(AuthorizationPolicy policy, Decision whenMatched) {}

    private final PeerAuthentication peerAuthentication;
    private final List<Judged> deny;
    private final List<Judged> allow;
    private final @Nullable Decision unknown;
    private final List<String> names;

    private PolicySet(
            PeerAuthentication peerAuthentication,
            List<Judged> deny,
            List<Judged> allow,
            @Nullable Decision unknown,
            List<String> names) {
        this.peerAuthentication = peerAuthentication;
        this.deny = List.copyOf(deny);
        this.allow = List.copyOf(allow);
        this.unknown = unknown;
        this.names = List.copyOf(names);
    }

    /**
     * Looks policies up by name.
     *
     * @param names {@code namespace/name} of every policy that applies; one that is not known denies everything
     */
    public static PolicySet of(
            PeerAuthentication peerAuthentication,
            Collection<String> names,
            Map<String, AuthorizationPolicy> policies) {
        List<Judged> deny = new ArrayList<>();
        List<Judged> allow = new ArrayList<>();
        Decision unknown = null;
        for (String name : names) {
            AuthorizationPolicy policy = policies.get(name);
            if (policy == null) {
                unknown = new Decision(false, name, Decision.Reason.UNKNOWN_POLICY);
                continue;
            }
            switch (policy.action()) {
                case DENY -> deny.add(new Judged(policy, new Decision(false, name, Decision.Reason.DENY_RULE)));
                case ALLOW -> allow.add(new Judged(policy, new Decision(true, name, Decision.Reason.ALLOW_RULE)));
            }
        }
        return new PolicySet(peerAuthentication, deny, allow, unknown, List.copyOf(names));
    }

    /** Judges one connection. */
    public Decision decide(ConnectionFacts facts) {
        if (facts.sourceIdentity() == null
                && peerAuthentication.mode(facts.destinationPort()) == PeerAuthentication.Mode.STRICT) {
            return PLAINTEXT;
        }
        if (unknown != null) {
            return unknown;
        }
        if (deny.isEmpty() && allow.isEmpty()) {
            return DEFAULT;
        }
        String principal =
                facts.sourceIdentity() == null ? null : facts.sourceIdentity().principal();
        for (int i = 0; i < deny.size(); i++) {
            if (deny.get(i).policy.matches(facts, principal)) {
                return deny.get(i).whenMatched;
            }
        }
        if (allow.isEmpty()) {
            return DEFAULT;
        }
        for (int i = 0; i < allow.size(); i++) {
            if (allow.get(i).policy.matches(facts, principal)) {
                return allow.get(i).whenMatched;
            }
        }
        return NO_ALLOW;
    }

    /** Whether plain connections are refused, by port. */
    public PeerAuthentication peerAuthentication() {
        return peerAuthentication;
    }

    /** {@code namespace/name} of every policy in it. */
    public List<String> names() {
        return names;
    }
}
