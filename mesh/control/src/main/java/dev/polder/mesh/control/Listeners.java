package dev.polder.mesh.control;

import dev.polder.mesh.config.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to hear; one that throws is logged and does not keep the others from hearing. */
final class Listeners<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    /** Wrapped, so that one consumer registered twice is two registrations. */
    private record Registration<T>(Consumer<T> consumer, Object identity) {}

    private final List<Registration<T>> registrations = new CopyOnWriteArrayList<>();

    Subscription add(Consumer<T> consumer) {
        Registration<T> registration = new Registration<>(consumer, new Object());
        registrations.add(registration);
        return () -> registrations.remove(registration);
    }

    void tell(T event) {
        registrations.forEach(registration -> tell(registration.consumer(), event));
    }

    static <E> void tell(Consumer<E> consumer, E event) {
        try {
            consumer.accept(event);
        } catch (RuntimeException e) {
            LOG.error("a listener failed on {}", event.getClass().getSimpleName(), e);
        }
    }
}
