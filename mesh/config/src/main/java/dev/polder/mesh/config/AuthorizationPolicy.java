package dev.polder.mesh.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled L4 policy.
 *
 * <p>Rules are OR-ed, the clauses of a rule AND-ed, the matches of a clause OR-ed, the fields of a match AND-ed and the
 * values of a field OR-ed; no rules never match. Source: {@code istio.security.Authorization}.
 */
public record AuthorizationPolicy(String namespace, String name, Scope scope, Action action, List<Rule> rules) {

    /** Which workloads it is for. */
    public enum Scope {
        GLOBAL,
        NAMESPACE,
        SELECTOR
    }

    /** What a matching rule means. */
    public enum Action {
        ALLOW,
        DENY
    }

    /** Clauses that must all hold. */
    public record Rule(List<Clause> clauses) {
        public Rule {
            clauses = List.copyOf(clauses);
        }

        boolean matches(ConnectionFacts facts, @Nullable String principal) {
            for (int i = 0; i < clauses.size(); i++) {
                if (!clauses.get(i).matches(facts, principal)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Matches of which one must hold. */
    public record Clause(List<ConnectionMatch> matches) {
        public Clause {
            matches = List.copyOf(matches);
        }

        boolean matches(ConnectionFacts facts, @Nullable String principal) {
            for (int i = 0; i < matches.size(); i++) {
                if (matches.get(i).matches(facts, principal)) {
                    return true;
                }
            }
            return false;
        }
    }

    public AuthorizationPolicy {
        rules = List.copyOf(rules);
    }

    /** {@code namespace/name}. */
    public String key() {
        return namespace + "/" + name;
    }

    boolean matches(ConnectionFacts facts, @Nullable String principal) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).matches(facts, principal)) {
                return true;
            }
        }
        return false;
    }
}
