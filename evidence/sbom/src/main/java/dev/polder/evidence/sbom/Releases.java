package dev.polder.evidence.sbom;

import dev.polder.evidence.sbom.internal.ReleaseCodec;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.store.BlobStore;
import dev.polder.kernel.store.ResourceStore;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The releases of every component: makes them, and answers from memory.
 *
 * <p>Lists come from an index that a watch on the store keeps, so a page that asks every second reads no database; only
 * documents are read from disk. {@link #create} blocks for as long as building the document takes. Safe for any thread.
 */
public final class Releases implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Comparator<Release> NEWEST_FIRST = Comparator.comparing(Release::createdAt)
            .thenComparing(
                    Release::name, Comparator.comparingInt(String::length).thenComparing(name -> name))
            .reversed();
    private static final int COMMIT_SHOWN = 7;
    private static final int MAX_BASE = 200;

    private final ResourceStore resources;
    private final BlobStore blobs;
    private final SbomBuilder builder;
    private final Clock clock;
    private final SbomInput.@Nullable Creator creator;
    private final Map<ResourceKey, Release> index = new ConcurrentHashMap<>();
    private final ReentrantLock naming = new ReentrantLock();
    private final ResourceStore.Watch watch;

    /**
     * Reads what is stored and watches from there.
     *
     * @param creator who answers for the documents, or null
     */
    public Releases(
            ResourceStore resources,
            BlobStore blobs,
            SbomBuilder builder,
            Clock clock,
            SbomInput.@Nullable Creator creator) {
        this.resources = resources;
        this.blobs = blobs;
        this.builder = builder;
        this.clock = clock;
        this.creator = creator;
        ResourceStore.Listing listing = resources.list(ReleaseCodec.GROUP, ReleaseCodec.KIND, null);
        listing.items().forEach(this::put);
        this.watch = resources.watch(ReleaseCodec.GROUP, ReleaseCodec.KIND, listing.version(), event -> {
            if (event.type() == ResourceStore.ResourceEvent.Type.DELETED) {
                index.remove(event.resource().key());
            } else {
                put(event.resource());
            }
        });
    }

    private void put(Resource resource) {
        try {
            index.put(resource.key(), ReleaseCodec.decode(resource));
        } catch (Problem e) {
            index.remove(resource.key());
            LOG.warn("a release is left out: {}", e.getMessage());
        }
    }

    /**
     * Makes a release: builds the document, stores it, then the release. Nothing is stored when the document fails.
     *
     * @throws Problem NOT_FOUND when a module is not in the blob store; INVALID or TOO_LARGE for a bad lock file
     */
    public Release create(ReleaseInput input) {
        List<SbomInput.Module> modules = input.modules().stream()
                .map(module -> new SbomInput.Module(module.name(), blobs.read(module.digest())))
                .toList();
        Sbom sbom = builder.build(
                new SbomInput(input.ref(), input.commit(), input.language(), modules, input.sourceDir(), creator));
        Digest document = blobs.put(sbom.json());
        SbomInput.Module main = modules.getFirst();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        naming.lock();
        try {
            Release release = new Release(
                    freeName(input, main.digest(), now),
                    input.ref(),
                    input.workload(),
                    main.digest(),
                    main.bytes().length,
                    input.commit(),
                    now,
                    document,
                    sbom.components(),
                    input.language());
            put(resources.apply(ReleaseCodec.encode(release)));
            return release;
        } finally {
            naming.unlock();
        }
    }

    /** {@code NAME-DAY-COMMIT}, with a counter when the same commit is released again on one day. */
    private String freeName(ReleaseInput input, Digest main, Instant now) {
        String name = input.ref().name().toLowerCase(Locale.ROOT);
        String commit = input.commit().isEmpty()
                ? main.shortForm()
                : input.commit()
                        .substring(0, Math.min(COMMIT_SHOWN, input.commit().length()));
        String base = name.substring(0, Math.min(MAX_BASE, name.length())) + "-" + DAY.format(now) + "-" + commit;
        String candidate = base;
        for (int i = 2; taken(input.ref().namespace(), candidate); i++) {
            candidate = base + "-" + i;
        }
        return candidate;
    }

    private boolean taken(String namespace, String name) {
        ResourceKey key = new ResourceKey(ReleaseCodec.GROUP, ReleaseCodec.KIND, namespace, name);
        return index.containsKey(key) || resources.get(key).isPresent();
    }

    /** The releases of a component, newest first. From memory. */
    public List<Release> list(EntityRef ref) {
        return index.values().stream()
                .filter(release -> release.ref().equals(ref))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** Every release, newest first. From memory. */
    public List<Release> all() {
        return index.values().stream().sorted(NEWEST_FIRST).toList();
    }

    /** The newest release of a component. From memory. */
    public Optional<Release> latest(EntityRef ref) {
        return list(ref).stream().findFirst();
    }

    /**
     * A release by name; of several namespaces the newest. From memory.
     *
     * @throws Problem NOT_FOUND
     */
    public Release get(String name) {
        return index.values().stream()
                .filter(release -> release.name().equals(name))
                .min(NEWEST_FIRST)
                .orElseThrow(() -> Problem.notFound("release \"" + name + "\" does not exist"));
    }

    /**
     * The CycloneDX document of a release, as stored. Reads a file.
     *
     * @throws Problem NOT_FOUND
     */
    public byte[] sbom(String name) {
        return blobs.read(get(name).sbom());
    }

    /**
     * The documents of every stored release, which are kept for good. Reads the store.
     *
     * @throws Problem when a release cannot be read, so that its document is not known
     */
    public Set<Digest> documents() {
        return resources.list(ReleaseCodec.GROUP, ReleaseCodec.KIND, null).items().stream()
                .map(resource -> ReleaseCodec.decode(resource).sbom())
                .collect(Collectors.toSet());
    }

    /** The components of a release, as a table. Reads a file. */
    public List<ComponentSummary> summary(String name) {
        return ReleaseCodec.summary(sbom(name));
    }

    @Override
    public void close() {
        watch.close();
    }
}
