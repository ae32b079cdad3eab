package dev.polder.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** References, identities and digests: what is read is what was written, and nothing else is read. */
class NamesTest {

    private static final int ROUNDS = 2_000;

    @ParameterizedTest
    @CsvSource({
        "component:default/shop, component:default/shop",
        "Component:Default/Shop, component:default/shop",
        "group:team-a, group:default/team-a",
        "api:ns/v1:beta, api:ns/v1:beta",
        "a:b/c/d, a:b/c/d"
    })
    void parsesEntityReferencesAsBackstageDoes(String text, String canonical) {
        assertThat(EntityRef.parse(text)).hasToString(canonical);
    }

    @Test
    void fillsWhatAReferenceLeavesOut() {
        assertThat(EntityRef.parse("shop", "component", "acme")).hasToString("component:acme/shop");
        assertThat(EntityRef.parse("other/shop", "component", "acme")).hasToString("component:other/shop");
        // A colon behind the slash belongs to the name.
        assertThat(EntityRef.parse("ns/a:b", "component", "acme")).hasToString("component:ns/a:b");
        assertThat(EntityRef.parse("API:shop", "component", "acme").kind()).isEqualTo("API");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop", ":shop", "component:", "component:/shop", "component:ns/", "ns/shop", " : / "})
    void refusesHalfReferences(String text) {
        assertThatThrownBy(() -> EntityRef.parse(text))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("entity reference");
    }

    @Test
    void refusesEndlessReferencesWithoutRepeatingThem() {
        assertThatThrownBy(() -> EntityRef.parse("a:" + "b".repeat(100_000)))
                .isInstanceOf(Problem.class)
                .message()
                .hasSizeLessThan(200);
    }

    @Test
    void everyReferenceThatIsPrintedParsesToItself() {
        long seed = System.nanoTime();
        System.err.println("NamesTest: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String kind = word(random);
            String namespace = word(random);
            String name = word(random);
            EntityRef ref = EntityRef.of(kind, namespace, name);
            assertThat(EntityRef.parse(ref.toString())).isEqualTo(ref).hasSameHashCodeAs(ref);
            assertThat(EntityRef.parse(kind + ":" + namespace + "/" + name))
                    .isEqualTo(ref)
                    .isEqualByComparingTo(ref);
            SpiffeId id = new SpiffeId("cluster.local", namespace, name);
            assertThat(SpiffeId.parse(id.toString())).isEqualTo(id);
        }
    }

    private static String word(Random random) {
        String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        StringBuilder word = new StringBuilder();
        int length = 1 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            boolean inside = i > 0 && i < length - 1;
            word.append(
                    inside && random.nextInt(5) == 0
                            ? "-_.".charAt(random.nextInt(3))
                            : letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }

    @Test
    void readsIdentitiesInIstiosForm() {
        SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/shop");
        assertThat(id).isEqualTo(new SpiffeId("cluster.local", "default", "shop"));
        assertThat(id.principal()).isEqualTo("cluster.local/ns/default/sa/shop");
        assertThat(new WorkloadRef("default", "shop").spiffeId("cluster.local")).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "spiffe://",
                "https://cluster.local/ns/a/sa/b",
                "SPIFFE://cluster.local/ns/a/sa/b",
                "spiffe://cluster.local/ns/a/sa/b/",
                "spiffe://cluster.local/ns/a/sa/b/c",
                "spiffe://cluster.local//ns/a/sa/b",
                "spiffe://cluster.local/ns//sa/b",
                "spiffe://cluster.local/ns/../sa/b",
                "spiffe://Cluster.local/ns/a/sa/b",
                "spiffe://cluster.local:80/ns/a/sa/b",
                "spiffe://user@cluster.local/ns/a/sa/b",
                "spiffe://cluster.local/ns/a/sa/b?x",
                "spiffe://cluster.local/ns/a/sa/%62"
            })
    void refusesEveryOtherIdentity(String text) {
        assertThatThrownBy(() -> SpiffeId.parse(text))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID));
    }

    @Test
    void digestsBytesAndFilesAlike(@TempDir Path folder) throws Exception {
        byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(bytes);
        assertThat(digest)
                .hasToString("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
                .isEqualTo(Digest.of(Files.write(folder.resolve("f"), bytes)));
        assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
        assertThat(digest.shortForm()).isEqualTo("2cf24db");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256:",
                "sha512:00",
                "2cf24dba",
                "sha256:2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824"
            })
    void refusesOtherDigests(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(Problem.class).hasMessageContaining("digest");
    }

    @Test
    void resourceKeysHoldNamesThatAreSafeInPathsAndUrls() {
        assertThat(new ResourceKey("polder.dev", "WasmApp", "default", "shop"))
                .hasToString("WasmApp.polder.dev default/shop");
        assertThat(new ResourceKey("", "Namespace", "", "default")).hasToString("Namespace default");
        assertThat(ResourceKey.groupOf("v1")).isEmpty();
        assertThat(ResourceKey.groupOf("networking.istio.io/v1")).isEqualTo("networking.istio.io");
        for (String name : new String[] {"", "..", "a/b", "-a", "a-", "a b", "a\n", "x".repeat(254)}) {
            assertThatThrownBy(() -> new ResourceKey("g", "K", "", name))
                    .isInstanceOf(Problem.class)
                    .hasMessageStartingWith("metadata.name");
        }
    }
}
