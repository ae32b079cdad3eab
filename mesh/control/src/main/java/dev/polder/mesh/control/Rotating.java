package dev.polder.mesh.control;

import dev.polder.mesh.config.Subscription;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates by key: made on first demand, kept, renewed when due; shared by identities and serving certificates.
 *
 * <p>A renewal that fails keeps the old certificate and is tried again at the next turn. A demand for one that has
 * already ended (the machine slept) makes a new one at once.
 */
final class Rotating<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(Rotating.class);

    private record Slot<V>(V value, Instant notAfter, Instant renewsAt) {}

    private final ConcurrentHashMap<K, Slot<V>> slots = new ConcurrentHashMap<>();
    private final Listeners<V> listeners = new Listeners<>();
    private final Function<K, V> issue;
    private final Function<V, Instant> notAfter;
    private final Clock clock;
    private final RandomGenerator random;
    private final LongAdder issued = new LongAdder();
    private final LongAdder renewed = new LongAdder();
    private final LongAdder failed = new LongAdder();

    Rotating(Function<K, V> issue, Function<V, Instant> notAfter, Clock clock, RandomGenerator random) {
        this.issue = issue;
        this.notAfter = notAfter;
        this.clock = clock;
        this.random = random;
    }

    V get(K key) {
        Slot<V> slot = slots.get(key);
        Instant now = clock.instant();
        if (slot != null && now.isBefore(slot.notAfter())) {
            return slot.value();
        }
        Slot<V> fresh = slots.compute(key, (same, old) -> {
            if (old != null && now.isBefore(old.notAfter())) {
                return old;
            }
            Slot<V> made = make(key, now);
            issued.increment();
            return made;
        });
        if (slot != null && !fresh.equals(slot)) {
            listeners.tell(fresh.value());
        }
        return fresh.value();
    }

    private Slot<V> make(K key, Instant now) {
        V value = issue.apply(key);
        Instant end = notAfter.apply(value);
        return new Slot<>(value, end, RenewalTime.of(now, end, random));
    }

    void renewDue() {
        Instant now = clock.instant();
        slots.forEach((key, slot) -> {
            if (now.isBefore(slot.renewsAt())) {
                return;
            }
            try {
                Slot<V> fresh = make(key, now);
                if (slots.replace(key, slot, fresh)) {
                    renewed.increment();
                    listeners.tell(fresh.value());
                }
            } catch (RuntimeException e) {
                failed.increment();
                LOG.warn("{} could not be renewed; it ends {}, trying again", key, slot.notAfter(), e);
            }
        });
    }

    void retain(Set<K> wanted) {
        slots.keySet().retainAll(wanted);
    }

    Optional<Instant> renewsAt(K key) {
        return Optional.ofNullable(slots.get(key)).map(Slot::renewsAt);
    }

    Subscription onRotation(Consumer<V> listener) {
        return listeners.add(listener);
    }

    CertificateCounters counters() {
        return new CertificateCounters(issued.sum(), renewed.sum(), failed.sum(), slots.size());
    }
}
