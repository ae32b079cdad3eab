package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.config.HttpRule;
import dev.polder.mesh.proxy.internal.upstream.ClusterTarget;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A rule with its backends resolved to what this gateway can send to. */
final class CompiledRule {

    /**
     * A backend.
     *
     * @param target null when it cannot be resolved
     */
    record Choice(int weight, @Nullable ClusterTarget target, Edits edits, String problem) {}

    final HttpRule rule;
    final Edits edits;
    final long timeoutNanos;
    private final Choice[] choices;

    CompiledRule(HttpRule rule, Edits edits, Choice[] choices) {
        this.rule = rule;
        this.edits = edits;
        this.choices = choices;
        long request = rule.timeouts().request().toNanos();
        long backend = rule.timeouts().backendRequest().toNanos();
        this.timeoutNanos = request == 0 || (backend != 0 && backend < request) ? backend : request;
    }

    /** A backend by weight, or null when there is none. */
    @Nullable
    Choice pick() {
        if (choices.length == 1) {
            return choices[0].weight > 0 ? choices[0] : null;
        }
        if (rule.totalWeight() == 0) {
            return null;
        }
        int point = ThreadLocalRandom.current().nextInt(rule.totalWeight());
        for (Choice choice : choices) {
            point -= choice.weight;
            if (point < 0) {
                return choice;
            }
        }
        return null;
    }
}
