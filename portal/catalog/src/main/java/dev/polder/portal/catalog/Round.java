package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.portal.catalog.Targets.Found;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One walk from the roots over all Location entities: who claims which reference, and what became of its descriptor.
 *
 * <p>A reference belongs to the location that had it in the last round; a newcomer waits until the walk is over and gets
 * it only when the owner is gone. What fails to be read or to pass the rules keeps its last good version.
 */
final class Round {

    /** Everything one round found out. */
    record Result(Map<String, Claim> claims, List<Mistake> mistakes) {}

    /** A mistake before it is known since when it stands. */
    record Mistake(Where where, String message, boolean kept) {}

    /** Something that names an entity, on its way to becoming a claim. */
    private record Bid(
            EntityRef ref,
            String locationKey,
            Processor.Place place,
            CatalogRules rules,
            @Nullable String parent,
            @Nullable YamlDocument document,
            Processed processed) {}

    private final Processor processor;
    private final Targets targets;
    private final Map<String, Claim> last;
    private final Map<String, Claim> claims = new LinkedHashMap<>();
    private final Map<String, YamlDocument> claimedBy = new LinkedHashMap<>();
    private final Deque<Bid> bids = new ArrayDeque<>();
    private final Deque<Bid> waiting = new ArrayDeque<>();
    private final List<Mistake> mistakes = new ArrayList<>();

    Round(Processor processor, Targets targets, Map<String, Claim> last) {
        this.processor = processor;
        this.targets = targets;
        this.last = last;
    }

    Result run(List<Root> roots) {
        for (Root root : roots) {
            EntityRef ref = EntityRef.parse(root.entityRef());
            Processor.Place place = new Processor.Place(root.location(), root.location(), null);
            Claim before = last.get(root.entityRef());
            Processed processed = processor.process(root.descriptor(), ref, place);
            if (before != null
                    && before.good() != null
                    && before.good().entity().equals(processed.entity())) {
                processed = before.good();
            }
            bids.add(new Bid(ref, root.location().ref(), place, root.rules(), null, null, processed));
        }
        while (!bids.isEmpty() || !waiting.isEmpty()) {
            boolean over = bids.isEmpty();
            take(over ? waiting.remove() : bids.remove(), over);
        }
        return new Result(claims, mistakes);
    }

    private void take(Bid bid, boolean over) {
        String ref = bid.ref().toString();
        Claim present = claims.get(ref);
        if (present != null) {
            meet(bid, present);
            return;
        }
        Claim before = last.get(ref);
        boolean mine = before == null || before.locationKey().equals(bid.locationKey());
        if (!mine && !over) {
            waiting.add(bid);
            return;
        }
        Processed good = bid.processed().good() ? bid.processed() : mine && before != null ? before.good() : null;
        for (EntityProblem problem : bid.processed().problems()) {
            mistakes.add(new Mistake(where(bid, problem.field()), problem.plain(), good != null));
        }
        Set<String> parents = bid.parent() == null ? Set.of() : Set.of(bid.parent());
        claims.put(
                ref,
                new Claim(
                        ref,
                        bid.locationKey(),
                        bid.place().origin().ref(),
                        good,
                        parents,
                        bid.parent() == null,
                        bid.processed().problems()));
        if (bid.document() != null) {
            claimedBy.put(ref, bid.document());
        }
        if (good != null && bid.ref().kind().equalsIgnoreCase("Location")) {
            descend(bid, good);
        }
    }

    @SuppressWarnings("ReferenceEquality") // two equal documents are still two
    private void meet(Bid bid, Claim present) {
        String ref = bid.ref().toString();
        if (!present.locationKey().equals(bid.locationKey())) {
            mistakes.add(new Mistake(
                    where(bid, "metadata.name"),
                    "entity " + ref + " belongs to " + present.locationKey()
                            + " already (expected: a reference of its own)",
                    true));
            return;
        }
        YamlDocument first = claimedBy.get(ref);
        if (first != null && bid.document() != null && first != bid.document()) {
            mistakes.add(new Mistake(
                    where(bid, "metadata.name"),
                    "entity " + ref + " stands in this file twice (first at line "
                            + first.where("metadata.name").line() + ")",
                    true));
            return;
        }
        if (bid.parent() == null) {
            return;
        }
        if (reaches(bid.parent(), ref, new HashSet<>())) {
            mistakes.add(new Mistake(
                    where(bid, "spec"), "locations form a loop: " + bid.parent() + " leads back to " + ref, true));
            return;
        }
        claims.put(ref, present.withParent(bid.parent()));
    }

    /** Whether {@code ancestor} is the entity itself or one above it. */
    private boolean reaches(String from, String ancestor, Set<String> seen) {
        if (from.equals(ancestor)) {
            return true;
        }
        Claim claim = claims.get(from);
        return seen.add(from)
                && claim != null
                && claim.parents().stream().anyMatch(parent -> reaches(parent, ancestor, seen));
    }

    private void descend(Bid bid, Processed location) {
        List<EntityProblem> errors = new ArrayList<>();
        LocationSpec base = bid.place().location();
        for (Targets.Target target : Targets.of(location.entity(), base)) {
            LocationSpec spec = target.spec();
            try {
                spec = targets.absolute(spec, base);
                read(bid, targets.read(spec), errors);
            } catch (Problem e) {
                String message = e.detail();
                errors.add(EntityProblem.of(name(e), message, target.field()));
                boolean kept = keep(bid, spec);
                mistakes.add(new Mistake(e.where().orElseGet(() -> where(bid, target.field())), message, kept));
            }
        }
        if (!errors.isEmpty()) {
            String ref = bid.ref().toString();
            Claim claim = claims.get(ref);
            if (claim != null) {
                List<EntityProblem> all = new ArrayList<>(claim.errors());
                all.addAll(errors);
                claims.put(ref, claim.withErrors(all));
            }
        }
    }

    private void read(Bid bid, List<Found> files, List<EntityProblem> errors) {
        for (Found file : files) {
            Path root = bid.place().root() == null ? file.root() : bid.place().root();
            Processor.Place place =
                    new Processor.Place(file.location(), bid.place().origin(), root);
            Problem failure = file.contents().failure();
            boolean doubtful = failure != null;
            if (failure != null) {
                errors.add(EntityProblem.of("Error", "YAML error at " + file.location() + ", " + failure.detail(), ""));
                boolean kept = keep(bid, file.location());
                Where where = failure.where().orElse(Where.of(file.location().target()));
                mistakes.add(new Mistake(where, failure.detail(), kept));
            }
            for (YamlDocument document : file.contents().documents()) {
                doubtful |= !offer(bid, document, place, errors);
            }
            if (doubtful && failure == null) {
                keep(bid, file.location());
            }
        }
    }

    /** Whether the document could be told to be some entity, or nothing at all. */
    private boolean offer(Bid parent, YamlDocument document, Processor.Place place, List<EntityProblem> errors) {
        if (document.root().isNull()) {
            return true;
        }
        if (!document.root().isObject()) {
            String message = "Expected object at root, got "
                    + document.root().getNodeType().toString().toLowerCase(java.util.Locale.ROOT);
            return refuse(document, "", message, errors, "Error");
        }
        Optional<EntityRef> ref = Processor.refOf(document.root());
        if (ref.isEmpty()) {
            List<EntityProblem> broken = processor.envelope(document.root());
            broken.forEach(problem -> refuse(document, problem.field(), problem.message(), errors, problem.name()));
            return false;
        }
        String kind = ref.get().kind();
        if (!parent.rules()
                .allows(kind, document.root().path("spec").path("type").stringValue(null))) {
            String message = "Entity " + ref.get() + " at " + parent.place().location() + ", originated at "
                    + place.origin() + ", is not of an allowed kind for that location";
            refuse(document, "kind", message, errors, "NotAllowedError");
            return true;
        }
        Processed processed = processor.process(document, ref.get(), place);
        bids.add(new Bid(
                ref.get(),
                place.location().ref(),
                place,
                parent.rules(),
                parent.ref().toString(),
                document,
                processed));
        return true;
    }

    private boolean refuse(
            YamlDocument document, String field, String message, List<EntityProblem> errors, String name) {
        errors.add(EntityProblem.of(name, message, field));
        mistakes.add(new Mistake(document.where(field), message, false));
        return false;
    }

    /** Lets what this target brought in the last round stand, unless something else claims it in this one. */
    private boolean keep(Bid parent, LocationSpec target) {
        boolean any = false;
        boolean glob = target.type().equals(LocationSpec.FILE) && FileTargets.isGlob(target.target());
        String below = target.type() + ":"
                + (glob ? FileTargets.globBase(target.target()).toString() : target.target());
        String folder = below.endsWith("/") ? below : below + "/";
        for (Claim claim : last.values()) {
            Processed good = claim.good();
            if (good != null
                    && claim.parents().contains(parent.ref().toString())
                    && (claim.locationKey().equals(target.ref())
                            || claim.locationKey().startsWith(folder))) {
                LocationSpec location = LocationSpec.parse(claim.locationKey());
                Processor.Place place = new Processor.Place(
                        location, parent.place().origin(), parent.place().root());
                waiting.addFirst(new Bid(
                        good.ref(),
                        claim.locationKey(),
                        place,
                        parent.rules(),
                        parent.ref().toString(),
                        null,
                        good));
                any = true;
            }
        }
        return any;
    }

    private static String name(Problem problem) {
        return switch (problem.code()) {
            case NOT_FOUND -> "NotFoundError";
            case INVALID, TOO_LARGE -> "InputError";
            default -> "Error";
        };
    }

    private static Where where(Bid bid, String field) {
        if (bid.document() != null) {
            return bid.document().where(field);
        }
        Where whole = Where.of(bid.place().location().target());
        return field.isEmpty() ? whole : whole.field(field);
    }
}
