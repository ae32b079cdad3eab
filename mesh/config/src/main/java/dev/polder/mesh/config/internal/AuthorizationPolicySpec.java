package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.AuthorizationPolicy.Action;
import dev.polder.mesh.config.AuthorizationPolicy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code spec} of an AuthorizationPolicy, with what an L4 proxy cannot judge taken out. Source: Istio security v1.
 *
 * <p>An ALLOW rule with an HTTP attribute is left out whole, a DENY rule loses the attribute: both are stricter than
 * what was written. A DENY rule of HTTP attributes only has no effect at L4.
 *
 * @param reported the fields that were taken out, and what that means; goes into status
 */
public record AuthorizationPolicySpec(
        LabelSelector selector, Action action, List<Rule> rules, boolean enforceable, List<String> reported) {

    private static final Set<String> ACTIONS = Set.of("ALLOW", "DENY");

    static AuthorizationPolicySpec read(Fields root, String namespace) {
        Fields spec = root.only("spec").object("spec");
        spec.only("selector", "action", "rules", "targetRef", "targetRefs", "provider");
        List<String> reported = new ArrayList<>();
        boolean enforceable = true;
        String written = spec.choice("action", "ALLOW", "ALLOW", "DENY", "AUDIT", "CUSTOM");
        if (!ACTIONS.contains(written)) {
            spec.wrong("action", written, "ALLOW or DENY");
        }
        if (spec.has("provider")) {
            spec.wrong("provider", "goes with action CUSTOM only, which is not supported");
        }
        for (String target : List.of("targetRef", "targetRefs")) {
            if (spec.has(target)) {
                reported.add(spec.path(target) + ": needs an L7 waypoint; the policy is not enforced");
                enforceable = false;
            }
        }
        Action action = written.equals("DENY") ? Action.DENY : Action.ALLOW;
        List<Rule> rules = new ArrayList<>();
        for (Fields rule : spec.objects("rules", 512)) {
            AuthorizationRuleReader.read(rule, namespace, action, reported).ifPresent(rules::add);
        }
        return new AuthorizationPolicySpec(
                LabelSelector.istio(spec.object("selector")), action, List.copyOf(rules), enforceable, reported);
    }
}
