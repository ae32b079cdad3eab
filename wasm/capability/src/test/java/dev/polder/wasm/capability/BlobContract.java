package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.wasm.capability.WasiBlobContainer.Container;
import dev.polder.wasm.capability.WasiBlobTypes.IncomingValue;
import dev.polder.wasm.capability.WasiBlobTypes.OutgoingValue;
import dev.polder.wasm.capability.WasiBlobstore.ObjectId;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.StreamError;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest sees of containers of blobs, whatever keeps them. */
abstract class BlobContract {

    static final BlobLimits LIMITS = new BlobLimits(200, 1_000_000, 5_000, 8_000_000, 500_000);

    final GuestIo io = new GuestIo(50);

    /** Empty stores. */
    abstract BlobStores stores();

    private WasiBlobTypes types() {
        return new WasiBlobTypes(io, stores());
    }

    WasiBlobstore blobstore(String... granted) {
        return new WasiBlobstore(io, stores(), granted.length == 0 ? Set.of("*") : Set.of(granted));
    }

    @AfterEach
    void everyHandleIsFreed() {
        io.close();
        assertThat(io.handles()).isZero();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes as a guest does: in parts of 4 KiB, which is what a blocking write takes. */
    void write(Container container, String name, byte[] data) {
        OutgoingValue value = types().newOutgoingValue();
        WasiOutputStream stream = ok(value.writeBody());
        ok(container.writeData(name, value));
        for (int at = 0; at < data.length; at += 4096) {
            int length = Math.min(4096, data.length - at);
            ok(stream.blockingWriteAndFlush(MemorySegment.ofArray(data).asSlice(at, length)));
        }
        stream.drop();
        ok(types().finish(value));
    }

    byte[] read(Container container, String name, long start, long end) {
        IncomingValue value = ok(container.getData(name, start, end));
        long size = value.size();
        WasiInputStream stream = ok(types().consumeAsync(value));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (stream.blockingRead(-1L) instanceof Result.Ok<MemorySegment, StreamError>(MemorySegment part)) {
            all.writeBytes(part.toArray(ValueLayout.JAVA_BYTE));
        }
        stream.drop();
        assertThat(size).isEqualTo(all.size());
        return all.toByteArray();
    }

    private static List<String> names(Container container) {
        WasiBlobContainer.Names stream = ok(container.listObjects());
        List<String> all = new ArrayList<>();
        boolean end = false;
        while (!end) {
            WasiBlobContainer.SomeNames some = ok(stream.read(700));
            all.addAll(some.names());
            end = some.end();
        }
        stream.drop();
        return all;
    }

    @Test
    void streamsInAndOut() {
        Container container = ok(blobstore().createContainer("photos"));
        byte[] data = new byte[300_001];
        new Random(1).nextBytes(data);

        write(container, "a/b.jpg", data);

        assertThat(read(container, "a/b.jpg", 0, -1)).isEqualTo(data);
        assertThat(read(container, "a/b.jpg", 1, 3)).containsExactly(data[1], data[2], data[3]);
        assertThat(read(container, "a/b.jpg", 300_000, Long.MAX_VALUE)).containsExactly(data[300_000]);
        assertThat(read(container, "a/b.jpg", 300_001, 400_000)).isEmpty();
        assertThat(ok(types().consumeSync(ok(container.getData("a/b.jpg", 0, 9)))))
                .hasSize(10);
        WasiBlobContainer.ObjectMetadata info = ok(container.objectInfo("a/b.jpg"));
        assertThat(info.size()).isEqualTo(300_001);
        assertThat(info.createdAt()).isBetween(1_700_000_000L, 4_000_000_000L);
        write(container, "a/b.jpg", bytes("new"));
        assertThat(read(container, "a/b.jpg", 0, -1)).isEqualTo(bytes("new"));
        write(container, "empty", new byte[0]);
        assertThat(read(container, "empty", 0, -1)).isEmpty();
        assertThat(names(container)).containsExactlyInAnyOrder("a/b.jpg", "empty");
        ok(container.deleteObject("empty"));
        ok(container.deleteObject("never there"));
        assertThat(ok(container.hasObject("empty"))).isFalse();
        assertThat(err(container.getData("empty", 0, 1))).contains("there is none in the container \"photos\"");
        assertThat(err(container.getData("a/b.jpg", 3, 1))).contains("expected: a range");
        assertThat(err(container.objectInfo("empty"))).contains("there is none");
    }

    @Test
    void containersComeAndGo() {
        WasiBlobstore store = blobstore();
        assertThat(ok(store.containerExists("one"))).isFalse();
        assertThat(err(store.getContainer("one"))).contains("container \"one\": there is none");
        Container one = ok(store.createContainer("one"));
        assertThat(err(store.createContainer("one"))).contains("it is there already");
        assertThat(ok(one.name())).isEqualTo("one");
        assertThat(ok(one.info()).createdAt()).isGreaterThan(1_700_000_000L);
        write(one, "x", bytes("x"));
        Container two = ok(store.createContainer("two"));
        write(two, "x", bytes("of two"));
        ok(store.copyObject(new ObjectId("one", "x"), new ObjectId("two", "y")));
        ok(store.moveObject(new ObjectId("two", "x"), new ObjectId("one", "z")));
        assertThat(names(two)).containsExactly("y");
        assertThat(read(one, "z", 0, -1)).isEqualTo(bytes("of two"));
        assertThat(err(store.copyObject(new ObjectId("one", "none"), new ObjectId("two", "y"))))
                .contains("there is none");
        assertThat(err(store.copyObject(new ObjectId("one", "x"), new ObjectId("three", "x"))))
                .contains("container \"three\": there is none");
        ok(one.clear());
        assertThat(names(one)).isEmpty();
        ok(store.deleteContainer("one"));
        ok(store.deleteContainer("one"));
        assertThat(ok(store.containerExists("one"))).isFalse();
        assertThat(read(two, "y", 0, -1)).isEqualTo(bytes("x"));
        OutgoingValue late = types().newOutgoingValue();
        ok(one.writeData("late", late));
        assertThat(err(types().finish(late))).contains("container \"one\": there is none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'; DROP TABLE object; --", "a b", "käse🧀", "*", "%", "%2e", "a?b#c", "x+y=z&", "a\\b"})
    void hostileNamesAreJustNames(String name) {
        Container container = ok(blobstore().createContainer(name));
        write(container, name, bytes(name));
        assertThat(names(container)).containsExactly(name);
        assertThat(read(container, name, 0, -1)).isEqualTo(bytes(name));
        assertThat(ok(container.hasObject(name + "x"))).isFalse();
        ok(container.deleteObjects(List.of(name)));
        assertThat(names(container)).isEmpty();
    }

    @Test
    void whatIsNotFinishedIsNothing() {
        Container container = ok(blobstore().createContainer("c"));
        OutgoingValue dropped = types().newOutgoingValue();
        ok(container.writeData("dropped", dropped));
        WasiOutputStream stream = ok(dropped.writeBody());
        assertThat(err(dropped.writeBody())).isNull();
        ok(stream.blockingWriteAndFlush(MemorySegment.ofArray(bytes("half"))));
        assertThatThrownBy(() -> types().finish(dropped))
                .isInstanceOf(WasmTrap.class)
                .hasMessageContaining("still held");
        stream.drop();
        dropped.drop();
        assertThat(names(container)).isEmpty();
        assertThat(err(types().finish(types().newOutgoingValue()))).contains("written to no container");
        OutgoingValue twice = types().newOutgoingValue();
        ok(container.writeData("one", twice));
        ok(container.writeData("two", twice));
        ok(types().finish(twice));
        assertThat(names(container)).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void anOpenValueStaysReadableWhenItsObjectGoes() {
        Container container = ok(blobstore().createContainer("c"));
        byte[] data = new byte[100_000];
        write(container, "x", data);
        WasiInputStream stream = ok(types().consumeAsync(ok(container.getData("x", 0, -1))));
        ok(stream.blockingRead(10));
        ok(container.deleteObject("x"));
        long left = data.length - 10L;
        while (stream.blockingRead(-1L) instanceof Result.Ok<MemorySegment, StreamError>(MemorySegment part)) {
            left -= part.byteSize();
        }
        assertThat(left).isZero();
    }

    @Test
    void limitsAreErrors() {
        Container container = ok(blobstore().createContainer("c"));
        assertThat(err(container.hasObject(""))).contains("a name of an object of 0 bytes (expected: 1 to 200)");
        assertThat(err(blobstore().createContainer("n".repeat(201)))).contains("201 bytes");
        OutgoingValue value = types().newOutgoingValue();
        ok(container.writeData("big", value));
        WasiOutputStream stream = ok(value.writeBody());
        byte[] part = new byte[4096];
        Result<?, StreamError> result = Result.ok(null);
        for (int i = 0; i < 300 && result instanceof Result.Ok; i++) {
            result = stream.blockingWriteAndFlush(MemorySegment.ofArray(part));
        }
        assertThat(result).isInstanceOf(Result.Err.class);
        stream.drop();
        value.drop();
        write(container, "large", new byte[600_000]);
        assertThat(err(types().consumeSync(ok(container.getData("large", 0, -1)))))
                .contains("600000 bytes at once (expected: at most 500000");
    }

    @Test
    void whatIsNotGrantedIsDenied() {
        WasiBlobstore store = blobstore("mine");
        ok(store.createContainer("mine"));
        assertThat(err(store.createContainer("other"))).contains("container \"other\": not granted");
        assertThat(err(store.containerExists("other"))).contains("not granted");
        assertThat(err(store.copyObject(new ObjectId("mine", "x"), new ObjectId("other", "x"))))
                .contains("not granted");
    }
}
