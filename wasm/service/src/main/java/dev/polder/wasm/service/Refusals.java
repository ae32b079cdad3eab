package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestLimit;
import java.util.EnumSet;
import java.util.Set;

/** What one run of a guest was refused, after which it may have gone on. For any thread. */
final class Refusals implements GuestLimit.Listener {

    private final Set<GuestLimit> refused = EnumSet.noneOf(GuestLimit.class);

    @Override
    public synchronized void passed(GuestLimit limit) {
        refused.add(limit);
    }

    /** The failure of the run: what it was refused is named as the reason, unless the failure has one. */
    synchronized Problem in(Problem problem) {
        String named = problem.members().get(GuestLimit.MEMBER);
        if (named != null) {
            refused.removeIf(limit -> limit.id().equals(named));
        }
        if (refused.isEmpty() || named != null) {
            return problem;
        }
        GuestLimit reason = refused.iterator().next();
        refused.remove(reason);
        return problem.with(GuestLimit.MEMBER, reason.id());
    }

    /** Counts what no failure names. */
    synchronized void count(Observation observed) {
        refused.forEach(observed::passed);
    }
}
