package dev.polder.portal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever stands in a descriptor becomes an entity that can be indexed, or a problem; never anything else. */
class DescriptorFuzzTest {

    private static final String SEED_TEXT = """
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata: {name: a, namespace: n, tags: [x], labels: {a/b: c}, annotations: {d: e}, links: [{url: "http://x"}]}
            spec: {type: t, lifecycle: l, owner: o, dependsOn: [component:b], providesApis: [c], n: 1.5, d: {$text: ./x}}
            """;

    private final UrlSource urls = new UrlSource(List.of(), 1000, Duration.ofSeconds(1));
    private final Processor processor = new Processor(new EntitySchemas(), urls);
    private final LocationSpec location = new LocationSpec(LocationSpec.FILE, "/nowhere/descriptor.yaml", false);

    @Test
    void mutatedDescriptorsAreProcessed() {
        long seed = Long.getLong("catalog.seed", 20261122);
        Random random = new Random(seed);
        String alphabet = "{}[]:,-&*!|>'\"%@`#\n $./_aA0\u0000é😀";
        for (int i = 0; i < 4000; i++) {
            StringBuilder text = new StringBuilder(SEED_TEXT);
            for (int n = random.nextInt(8); n >= 0; n--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                }
            }
            try {
                process(text.toString());
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + i + ":\n" + text, e);
            }
        }
    }

    private void process(String text) {
        List<YamlDocument> documents;
        try {
            documents = YamlReader.read("fuzz", text);
        } catch (Problem e) {
            return;
        }
        for (YamlDocument document : documents) {
            Optional<EntityRef> ref = Processor.refOf(document.root());
            if (ref.isEmpty()) {
                continue;
            }
            Processed processed =
                    processor.process(document.root(), ref.get(), new Processor.Place(location, location, null));
            if (processed.good()) {
                Stitcher stitcher = new Stitcher();
                Claim claim = new Claim(
                        ref.get().toString(),
                        location.ref(),
                        location.ref(),
                        processed,
                        java.util.Set.of(),
                        true,
                        List.of());
                var made = stitcher.stitch(java.util.Map.of(claim.ref(), claim), java.util.Map.of());
                assertThat(made.size() + stitcher.mistakes().size()).isEqualTo(1);
                CatalogIndex.of(
                                made.values().stream()
                                        .map(Stitcher.Stitched::entity)
                                        .toList(),
                                java.util.Map.of())
                        .checkInvariants();
            } else {
                processed.problems().forEach(problem -> document.where(problem.field()));
            }
        }
    }
}
