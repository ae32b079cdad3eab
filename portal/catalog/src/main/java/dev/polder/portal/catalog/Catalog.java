package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Database;
import dev.polder.portal.catalog.EntityQuery.EntityPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The catalogue: reads locations again and again on a thread of its own, and answers from the index it published last.
 *
 * <p>Safe for any thread. Reading methods never block and never touch the database; {@link #register} and its like write
 * to it, and what they change shows a moment later: {@link #awaitSettled} waits for that.
 */
public final class Catalog implements AutoCloseable {

    /** What to do when a location is registered twice. */
    public enum OnConflict {
        /** The second one is refused. */
        REJECT,
        /** The second one makes the first be read again. */
        REFRESH
    }

    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

    /** The share of time that looking at an unchanged disk may take. */
    private static final int LOOK_SHARE = 20;

    private final CatalogStore store;
    private final CatalogSettings settings;
    private final Pipeline pipeline;
    private final List<Consumer<Set<EntityRef>>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final Object signal = new Object();
    private volatile Pipeline.Published published;
    private volatile List<RegisteredLocation> registered;
    private volatile boolean closed;
    private long asked;
    private long done;

    private Catalog(Database database, CatalogSettings settings) {
        this.settings = settings;
        this.store = new CatalogStore(database);
        this.pipeline = new Pipeline(store, settings);
        this.published = pipeline.published();
        this.registered = store.locations();
        this.thread = Thread.ofPlatform().name("catalog").daemon().unstarted(this::loop);
    }

    /**
     * Opens the catalogue with what was stored last and starts looking at the locations.
     *
     * @throws Problem when the tables cannot be brought up to date
     */
    public static Catalog open(Database database, CatalogSettings settings) {
        Catalog catalog = new Catalog(database, settings);
        catalog.thread.start();
        return catalog;
    }

    /** Whether there is nothing in it, as before the first look at the locations on new data. */
    public boolean isEmpty() {
        return published.index().size() == 0;
    }

    /** The entity of a reference, in any case. */
    public Optional<Entity> entity(EntityRef ref) {
        return published.index().byRef(ref);
    }

    /** The entity of a uid. */
    public Optional<Entity> entityByUid(String uid) {
        return published.index().byUid(uid);
    }

    /**
     * Answers a question; never blocks.
     *
     * @throws Problem INVALID for a cursor that is none
     */
    public EntityPage query(EntityQuery query) {
        return new Queries(published.index()).answer(query);
    }

    /** All entities that match, by uid. */
    public List<Entity> matching(EntityPredicate predicate) {
        CatalogIndex index = published.index();
        List<Entity> found = new ArrayList<>();
        index.matching(predicate).forEach((int number) -> found.add(index.entity(number)));
        return found;
    }

    /** Every mistake in the descriptors, with its place. */
    public List<CatalogProblem> problems() {
        return published.problems();
    }

    /** The locations that somebody registered, oldest first. */
    public List<RegisteredLocation> locations() {
        return registered;
    }

    /**
     * Registers a location; its entities follow.
     *
     * @throws Problem INVALID for a type other than {@code url}; CONFLICT when it is registered already and
     *     {@code onConflict} says so; FORBIDDEN in readonly mode
     */
    public RegisteredLocation register(LocationSpec location, OnConflict onConflict) {
        requireWritable();
        requireAllowed(location);
        AtomicBoolean existed = new AtomicBoolean();
        RegisteredLocation added = store.add(location, () -> existed.set(true));
        if (existed.get() && onConflict == OnConflict.REJECT) {
            throw Problem.conflict("Location " + location + " already exists");
        }
        pipeline.urls().forget(location.target());
        lookNow();
        return added;
    }

    /**
     * Points a registered location elsewhere.
     *
     * @throws Problem NOT_FOUND, INVALID, CONFLICT, FORBIDDEN
     */
    public RegisteredLocation move(String id, LocationSpec location) {
        requireWritable();
        requireAllowed(location);
        RegisteredLocation moved = store.update(id, location).orElseThrow(() -> noLocation(id));
        lookNow();
        return moved;
    }

    /**
     * Unregisters a location; its entities go with it.
     *
     * @throws Problem NOT_FOUND, FORBIDDEN
     */
    public void unregister(String id) {
        requireWritable();
        if (!store.remove(id)) {
            throw noLocation(id);
        }
        lookNow();
    }

    /**
     * Makes an entity's locations be read again, whatever their versions say.
     *
     * @throws Problem NOT_FOUND
     */
    public void refresh(EntityRef ref) {
        Entity entity = entity(ref).orElseThrow(() -> Problem.notFound("Entity " + ref + " not found"));
        entity.annotation(Processor.MANAGED_BY).ifPresent(this::forget);
        entity.annotation(Processor.ORIGIN).ifPresent(this::forget);
        lookNow();
    }

    /** Makes a location be read again, whatever its version says. */
    public void refresh(LocationSpec location) {
        forget(location.ref());
        lookNow();
    }

    private void forget(String locationRef) {
        LocationSpec location = LocationSpec.parse(locationRef);
        if (location.type().equals(LocationSpec.URL)) {
            pipeline.urls().forget(location.target());
        }
    }

    /**
     * Takes an entity out of the catalogue. It comes back, with a new uid, when a location still names it.
     *
     * @return whether it was there
     */
    public boolean remove(String uid) {
        Optional<Entity> entity = entityByUid(uid);
        if (entity.isEmpty()) {
            return false;
        }
        synchronized (pipeline) {
            publish(pipeline.forget(entity.get().ref().toString()));
        }
        lookNow();
        return true;
    }

    /** Calls with the references that each change touched, on the catalogue's thread; close to stop. */
    public AutoCloseable onChange(Consumer<Set<EntityRef>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * Waits until everything that is on the disk and registered at the time of the call has been looked at.
     *
     * @throws Problem DEADLINE when that takes longer
     */
    public void awaitSettled(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        synchronized (signal) {
            long target = ++asked;
            signal.notifyAll();
            while (done < target && !closed) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    throw new Problem(
                            Problem.Code.DEADLINE,
                            Problem.WhoFailed.POLDER,
                            true,
                            "catalogue not settled after " + atMost.toMillis() + " ms",
                            null,
                            null);
                }
                try {
                    signal.wait(Math.max(1, left / 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw Problem.unavailable("interrupted while waiting for the catalogue", e);
                }
            }
        }
    }

    CatalogIndex index() {
        return published.index();
    }

    CatalogSettings settings() {
        return settings;
    }

    /** What a location would bring if it were registered. */
    Round.Result tryOut(LocationSpec location) {
        requireAllowed(location);
        synchronized (pipeline) {
            return pipeline.tryOut(new Root(location, Root.entityRefOf(location), settings.registeredRules()));
        }
    }

    /** What is wrong with an entity that somebody sent. */
    List<EntityProblem> validate(JsonNode entity, LocationSpec location) {
        synchronized (pipeline) {
            return pipeline.validate(entity, location);
        }
    }

    /** Sees to it that a round starts after this call. */
    private void lookNow() {
        registered = store.locations();
        synchronized (signal) {
            asked++;
            signal.notifyAll();
        }
    }

    private void loop() {
        long target = 0;
        while (!closed) {
            long start = System.nanoTime();
            try {
                synchronized (pipeline) {
                    publish(pipeline.run(roots()));
                }
            } catch (RuntimeException e) {
                LOG.error("catalogue: a round failed; the last good state stays, the next round tries again", e);
            }
            target = rest(target, System.nanoTime() - start);
        }
    }

    /** Marks a round as done, waits for the next one, and answers what has been asked for until then. */
    private long rest(long target, long tookNanos) {
        synchronized (signal) {
            done = Math.max(done, target);
            signal.notifyAll();
            long until = System.nanoTime() + Math.max(settings.poll().toNanos(), tookNanos * LOOK_SHARE);
            try {
                for (long left = until - System.nanoTime(); asked <= target && left > 0 && !closed; ) {
                    signal.wait(Math.max(1, left / 1_000_000));
                    left = until - System.nanoTime();
                }
            } catch (InterruptedException e) {
                closed = true;
            }
            return asked;
        }
    }

    private List<Root> roots() {
        List<Root> roots = new ArrayList<>();
        settings.locations().forEach(location -> roots.add(Root.configured(location)));
        registered = store.locations();
        registered.forEach(location -> roots.add(Root.registered(location, settings.registeredRules())));
        return roots;
    }

    private void publish(Pipeline.Outcome outcome) {
        published = outcome.published();
        if (outcome.changed().isEmpty()) {
            return;
        }
        for (Consumer<Set<EntityRef>> listener : listeners) {
            try {
                listener.accept(outcome.changed());
            } catch (RuntimeException e) {
                LOG.error("catalogue: a listener failed", e);
            }
        }
    }

    private void requireWritable() {
        if (settings.readonly()) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    "This operation not allowed in readonly mode",
                    null,
                    null);
        }
    }

    private static void requireAllowed(LocationSpec location) {
        if (!location.type().equals(LocationSpec.URL)) {
            throw Problem.invalid("Registered locations must be of an allowed type [\"url\"]");
        }
    }

    private static Problem noLocation(String id) {
        return Problem.notFound("Found no location with ID " + id);
    }

    /** Stops looking; what was published stays readable. */
    @Override
    public void close() {
        synchronized (signal) {
            closed = true;
            signal.notifyAll();
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
