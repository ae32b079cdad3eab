package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import dev.polder.portal.catalog.CatalogSettings.Orphans;
import dev.polder.portal.catalog.Stitcher.Stitched;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs rounds: walk, stitch, store, index. Holds what the last round found, so that a round in which nothing has changed
 * ends after the walk. One thread at a time; {@link Catalog} sees to that.
 */
final class Pipeline {

    /** What is served: swapped whole by one reference write. */
    record Published(CatalogIndex index, List<CatalogProblem> problems) {}

    /** What a round changed. */
    record Outcome(Published published, Set<EntityRef> changed) {}

    private static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

    private final CatalogStore store;
    private final Orphans orphans;
    private final FileSource files = new FileSource(MAX_FILE_BYTES);
    private final UrlSource urls;
    private final Processor processor;
    private final Targets targets;
    private final Stitcher stitcher = new Stitcher();
    private Map<String, Claim> claims = new LinkedHashMap<>();
    private Map<String, Stitched> entities;
    private Map<String, CatalogProblem> problems = new LinkedHashMap<>();
    private Published published;
    private boolean unsaved;

    Pipeline(CatalogStore store, CatalogSettings settings) {
        this.store = store;
        this.orphans = settings.orphans();
        this.urls = new UrlSource(settings.readers(), MAX_FILE_BYTES, settings.urlInterval());
        this.processor = new Processor(new EntitySchemas(), urls);
        this.targets = new Targets(files, urls);
        this.entities = store.entities();
        entities.forEach((ref, stitched) -> claims.put(ref, restored(ref, stitched)));
        this.published = new Published(index(), List.of());
    }

    private static Claim restored(String ref, Stitched stitched) {
        ObjectNode plain = Stitcher.unstitched(stitched.entity().json());
        Processed good = Processor.restored(plain, stitched.entity().ref());
        return new Claim(
                ref,
                stitched.locationKey(),
                stitched.origin(),
                good,
                stitched.parents(),
                stitched.parents().isEmpty(),
                List.of());
    }

    Published published() {
        return published;
    }

    UrlSource urls() {
        return urls;
    }

    /** Looks at all locations again. */
    Outcome run(List<Root> roots) {
        urls.startRound();
        Round.Result result = new Round(processor, targets, claims).run(roots);
        files.endRound();
        urls.endRound();
        processor.endRound();
        Map<String, Claim> now = new LinkedHashMap<>(result.claims());
        if (orphans == Orphans.KEEP) {
            keepOrphans(now, roots);
        }
        boolean sameProblems = note(result.mistakes());
        if (now.equals(claims) && !unsaved && entities.size() == served(now)) {
            if (!sameProblems) {
                published = new Published(published.index(), List.copyOf(problems.values()));
            }
            return new Outcome(published, Set.of());
        }
        Map<String, Stitched> stitched = stitcher.stitch(now, entities);
        List<Round.Mistake> mistakes = new ArrayList<>(result.mistakes());
        mistakes.addAll(stitcher.mistakes());
        note(mistakes);
        return replace(now, stitched);
    }

    private static int served(Map<String, Claim> claims) {
        return (int)
                claims.values().stream().filter(claim -> claim.good() != null).count();
    }

    /** Takes an entity out at once; it comes back with a new uid when a location still names it. */
    Outcome forget(String ref) {
        Map<String, Claim> fewerClaims = new LinkedHashMap<>(claims);
        fewerClaims.remove(ref);
        Map<String, Stitched> fewer = new LinkedHashMap<>(entities);
        fewer.remove(ref);
        return replace(fewerClaims, fewer);
    }

    private Outcome replace(Map<String, Claim> nowClaims, Map<String, Stitched> nowEntities) {
        List<Stitched> changed = new ArrayList<>();
        Set<EntityRef> refs = new TreeSet<>();
        nowEntities.forEach((ref, stitched) -> {
            Stitched before = entities.get(ref);
            if (!stitched.equals(before)) {
                changed.add(stitched);
            }
            if (before == null || before.entity() != stitched.entity()) {
                refs.add(stitched.entity().ref());
            }
        });
        Set<String> removed = new HashSet<>(entities.keySet());
        removed.removeAll(nowEntities.keySet());
        removed.forEach(ref -> refs.add(EntityRef.parse(ref)));
        // Until this has been written, the next round must try again even if nothing changes on the disk.
        unsaved = true;
        store.save(changed, removed);
        unsaved = false;
        boolean sameParents = changed.isEmpty() && removed.isEmpty();
        claims = nowClaims;
        entities = nowEntities;
        CatalogIndex index = refs.isEmpty() && sameParents ? published.index() : index();
        published = new Published(index, List.copyOf(problems.values()));
        return new Outcome(published, refs);
    }

    private CatalogIndex index() {
        Map<String, Set<String>> parents = new HashMap<>();
        entities.forEach((ref, stitched) -> parents.put(ref, stitched.parents()));
        return CatalogIndex.of(entities.values().stream().map(Stitched::entity).toList(), parents);
    }

    /** Whether the mistakes are those of the last time; those that are keep the time they were first seen. */
    private boolean note(List<Round.Mistake> mistakes) {
        Map<String, CatalogProblem> now = new LinkedHashMap<>();
        for (Round.Mistake mistake : mistakes) {
            String key = mistake.where() + "\n" + mistake.message() + "\n" + mistake.kept();
            CatalogProblem known = problems.get(key);
            now.put(
                    key,
                    known != null
                            ? known
                            : new CatalogProblem(mistake.where(), mistake.message(), mistake.kept(), Instant.now()));
        }
        boolean same = now.equals(problems);
        problems = now;
        return same;
    }

    private void keepOrphans(Map<String, Claim> now, List<Root> roots) {
        Set<String> origins = new HashSet<>();
        roots.forEach(root -> origins.add(root.location().ref()));
        claims.forEach((ref, claim) -> {
            if (!now.containsKey(ref) && claim.good() != null && !claim.root() && origins.contains(claim.origin())) {
                now.put(ref, claim.orphaned());
            }
        });
    }

    /** What a location would bring, without keeping any of it. */
    Round.Result tryOut(Root root) {
        Processor fresh = new Processor(new EntitySchemas(), urls);
        return new Round(fresh, targets, Map.of()).run(List.of(root));
    }

    /** What is wrong with an entity that somebody sent. */
    List<EntityProblem> validate(JsonNode entity, LocationSpec location) {
        Optional<EntityRef> ref = Processor.refOf(entity);
        if (ref.isEmpty() || !entity.path("apiVersion").isString()) {
            return processor.envelope(entity);
        }
        return processor
                .process(entity, ref.get(), new Processor.Place(location, location, null))
                .problems();
    }
}
