package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest sees of key-value stores, whatever keeps them. */
abstract class KeyValueContract {

    static final KeyValueLimits LIMITS = new KeyValueLimits(100, 10_000, 5_000, 1 << 20, 4_000);

    /** Empty stores. */
    abstract KeyValueStores stores();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private SpinKeyValue.Store spin() {
        return ok(new SpinKeyValue(stores(), Set.of("default")).open("default"));
    }

    private WasiKeyValue.Listed wasi() {
        return ok(new WasiKeyValue(stores(), Set.of("default")).open("default"));
    }

    @Test
    void setsGetsAndDeletes() {
        SpinKeyValue.Store store = spin();
        byte[] all = new byte[256];
        new Random(1).nextBytes(all);

        assertThat(ok(store.get("a"))).isEmpty();
        assertThat(ok(store.exists("a"))).isFalse();
        ok(store.set("a", all));
        ok(store.set("b", new byte[0]));
        assertThat(ok(store.get("a")).orElseThrow()).isEqualTo(all);
        assertThat(ok(store.get("b")).orElseThrow()).isEmpty();
        assertThat(ok(store.exists("b"))).isTrue();
        ok(store.set("a", bytes("new")));
        assertThat(ok(store.get("a")).orElseThrow()).isEqualTo(bytes("new"));
        assertThat(ok(store.getKeys())).containsExactlyInAnyOrder("a", "b");
        ok(store.delete("a"));
        ok(store.delete("never there"));
        assertThat(ok(store.getKeys())).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE key_value; --",
                "a\0b",
                "a b\r\nc",
                "../../etc/passwd",
                "käse🧀",
                "*",
                "%",
                "$5\r\nhello"
            })
    void hostileKeysAreJustKeys(String key) {
        SpinKeyValue.Store store = spin();

        ok(store.set(key, bytes(key)));

        assertThat(ok(store.get(key)).orElseThrow()).isEqualTo(bytes(key));
        assertThat(ok(store.getKeys())).containsExactly(key);
        assertThat(ok(store.exists(key + "x"))).isFalse();
        ok(store.delete(key));
        assertThat(ok(store.getKeys())).isEmpty();
    }

    @Test
    void limitsAreErrors() {
        SpinKeyValue.Store store = spin();

        assertThat(err(store.set("", bytes("x"))))
                .isEqualTo(new SpinKeyValue.Failure.Other("a key of 0 bytes (expected: 1 to 100)"));
        assertThat(err(store.get("k".repeat(101)))).asString().contains("101 bytes");
        assertThat(err(store.get("ä".repeat(51)))).asString().contains("102 bytes");
        assertThat(err(store.set("k", new byte[10_001]))).asString().contains("10001 bytes (expected: at most 10000)");
        ok(store.set("k".repeat(100), new byte[10_000]));
    }

    @Test
    void whatIsNotGrantedIsDenied() {
        SpinKeyValue spin = new SpinKeyValue(stores(), Set.of("default"));
        WasiKeyValue wasi = new WasiKeyValue(stores(), Set.of());

        assertThat(err(spin.open("other"))).isEqualTo(new SpinKeyValue.Failure.AccessDenied());
        assertThat(err(wasi.open("default"))).isEqualTo(new WasiKeyValue.Failure.AccessDenied());
        List<SpinKeyValue.Store> open = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            open.add(ok(spin.open("default")));
        }
        assertThat(err(spin.open("default"))).isEqualTo(new SpinKeyValue.Failure.StoreTableFull());
        open.getFirst().drop();
        open.getFirst().drop();
        ok(spin.open("default"));
        assertThat(err(spin.open("default"))).isEqualTo(new SpinKeyValue.Failure.StoreTableFull());
    }

    @Test
    void pagesHoldEveryKeyOnce() {
        WasiKeyValue.Listed bucket = wasi();
        List<WasiKeyValueBatch.KeyValue> pairs = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            pairs.add(new WasiKeyValueBatch.KeyValue("key-" + i, bytes("" + i)));
        }
        ok(new WasiKeyValueBatch().setMany(bucket, pairs));

        Set<String> seen = new HashSet<>();
        Optional<String> cursor = Optional.empty();
        int pages = 0;
        do {
            WasiKeyValue.KeyResponse page = ok(bucket.listKeys(cursor));
            seen.addAll(page.keys());
            cursor = page.cursor();
            pages++;
        } while (cursor.isPresent());

        assertThat(seen).hasSize(2_500);
        assertThat(pages).isGreaterThan(1);
        assertThat(ok(spin().getKeys())).hasSize(2_500).doesNotHaveDuplicates();
    }

    /** The version of wasmCloud's components: a cursor is a number, and a pair that is not there is none. */
    @Test
    void theOlderDraftHasTheSameKeys() {
        WasiKeyValueDraft.Counted bucket =
                ok(new WasiKeyValueDraft(stores(), Set.of(KeyValueStores.ANY)).open("default"));
        WasiKeyValueDraft.Batch batch = new WasiKeyValueDraft.Batch();
        List<WasiKeyValueBatch.KeyValue> pairs = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            pairs.add(new WasiKeyValueBatch.KeyValue("key-" + i, bytes("" + i)));
        }
        ok(batch.setMany(bucket, pairs));

        List<String> seen = new ArrayList<>();
        Optional<Long> cursor = Optional.empty();
        do {
            WasiKeyValueDraft.KeyResponse page = ok(bucket.listKeys(cursor));
            seen.addAll(page.keys());
            cursor = page.cursor();
        } while (cursor.isPresent());
        assertThat(seen).hasSize(2_500).doesNotHaveDuplicates();
        assertThat(ok(bucket.listKeys(Optional.of(2_499L))).keys()).hasSize(1);
        assertThat(ok(bucket.listKeys(Optional.of(9_999L))).keys()).isEmpty();
        assertThat(err(bucket.listKeys(Optional.of(-1L)))).asString().contains("cursor");

        List<Optional<WasiKeyValueBatch.KeyValue>> found = ok(batch.getMany(bucket, List.of("key-7", "none", "key-8")));
        assertThat(found.get(0).orElseThrow().key()).isEqualTo("key-7");
        assertThat(found.get(1)).isEmpty();
        assertThat(found.get(2).orElseThrow().value()).isEqualTo(bytes("8"));
        ok(batch.deleteMany(bucket, List.of("key-7")));
        assertThat(ok(bucket.exists("key-7"))).isFalse();
        WasiKeyValueDraft.Atomics atomics = new WasiKeyValueDraft.Atomics();
        assertThat(ok(atomics.increment(bucket, "n", 5))).isEqualTo(5);
        assertThat(ok(atomics.increment(bucket, "n", 2))).isEqualTo(7);
        assertThat(err(new WasiKeyValueDraft(stores(), Set.of()).open("default")))
                .isEqualTo(new WasiKeyValue.Failure.AccessDenied());
    }

    @Test
    void batches() {
        WasiKeyValue.Listed bucket = wasi();
        WasiKeyValueBatch batch = new WasiKeyValueBatch();
        ok(batch.setMany(
                bucket,
                List.of(
                        new WasiKeyValueBatch.KeyValue("a", bytes("1")),
                        new WasiKeyValueBatch.KeyValue("b", bytes("2")))));

        List<WasiKeyValueBatch.Found> found = ok(batch.getMany(bucket, List.of("b", "none", "a")));
        assertThat(found).extracting(WasiKeyValueBatch.Found::key).containsExactly("b", "none", "a");
        assertThat(found.get(0).value().orElseThrow()).isEqualTo(bytes("2"));
        assertThat(found.get(1).value()).isEmpty();
        ok(batch.deleteMany(bucket, List.of("a", "none")));
        assertThat(ok(bucket.exists("a"))).isFalse();
        assertThat(ok(batch.getMany(bucket, List.of()))).isEmpty();
        ok(batch.setMany(bucket, List.of()));
        ok(batch.deleteMany(bucket, List.of()));
        ok(bucket.set("large", new byte[10_000]));
        assertThat(err(batch.getMany(bucket, Collections.nCopies(4_000, "large"))))
                .isInstanceOfSatisfying(
                        WasiKeyValue.Failure.Other.class,
                        other ->
                                assertThat(other.message()).startsWith("query result exceeds limit of 33554432 bytes"));
    }

    @Test
    void comparesAndSwaps() {
        WasiKeyValue.Listed bucket = wasi();
        WasiKeyValueAtomics atomics = new WasiKeyValueAtomics();

        WasiKeyValueAtomics.Cas absent = ok(atomics.newCas(bucket, "k"));
        assertThat(ok(absent.current())).isEmpty();
        ok(atomics.swap(absent, bytes("one")));
        WasiKeyValueAtomics.CasError error = err(atomics.swap(absent, bytes("two")));
        assertThat(error).isInstanceOfSatisfying(WasiKeyValueAtomics.CasError.CasFailed.class, failed -> {
            assertThat(ok(failed.cas().current()).orElseThrow()).isEqualTo(bytes("one"));
            ok(atomics.swap(failed.cas(), bytes("three")));
        });
        assertThat(ok(bucket.get("k")).orElseThrow()).isEqualTo(bytes("three"));
        assertThat(err(atomics.swap(absent, new byte[10_001])))
                .isInstanceOf(WasiKeyValueAtomics.CasError.StoreError.class);
    }

    @Test
    void incrementsOfManyThreadsAllCount() throws Exception {
        WasiKeyValue.Listed bucket = wasi();
        WasiKeyValueAtomics atomics = new WasiKeyValueAtomics();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 50; i++) {
                        ok(atomics.increment(bucket, "n", 2));
                        ok(bucket.set("other-" + i, bytes("x")));
                        ok(bucket.get("other-" + i));
                    }
                } catch (RuntimeException | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(ok(atomics.increment(bucket, "n", -400))).isZero();
        ok(bucket.set("text", bytes("hello")));
        assertThat(err(atomics.increment(bucket, "text", 1))).isInstanceOf(WasiKeyValue.Failure.Other.class);
    }
}
