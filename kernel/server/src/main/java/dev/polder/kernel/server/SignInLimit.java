package dev.polder.kernel.server;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Slows down whoever guesses: after {@link #FREE} failed sign-ins an address waits {@link #REGAIN} for each further
 * try. Addresses are forgotten once they have all tries back, and the oldest when there are too many.
 */
final class SignInLimit {

    static final int FREE = 5;
    static final Duration REGAIN = Duration.ofSeconds(10);
    private static final int MAX_ADDRESSES = 10_000;

    /** The moment at which all tries are back; each failure moves it on by one step. */
    private final Map<InetAddress, Instant> restoredAt = new HashMap<>();

    /** How long to wait before the next try; zero when it may be made now. */
    synchronized Duration delay(InetAddress address, Instant now) {
        Instant restored = restoredAt.get(address);
        if (restored == null) {
            return Duration.ZERO;
        }
        Duration debt = Duration.between(now, restored);
        Duration free = REGAIN.multipliedBy(FREE - 1);
        return debt.compareTo(free) <= 0 ? Duration.ZERO : debt.minus(free);
    }

    synchronized void failed(InetAddress address, Instant now) {
        if (restoredAt.size() >= MAX_ADDRESSES) {
            forget(now);
        }
        Instant from = restoredAt.getOrDefault(address, now);
        restoredAt.put(address, (from.isBefore(now) ? now : from).plus(REGAIN));
    }

    synchronized void succeeded(InetAddress address) {
        restoredAt.remove(address);
    }

    private void forget(Instant now) {
        restoredAt.values().removeIf(restored -> !restored.isAfter(now));
        Iterator<InetAddress> rest = restoredAt.keySet().iterator();
        while (restoredAt.size() >= MAX_ADDRESSES && rest.hasNext()) {
            rest.next();
            rest.remove();
        }
    }
}
