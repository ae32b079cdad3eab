package dev.polder.wasm.wasi.p2.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

    private final GuestIo io = new GuestIo(100);
    private final HttpTypes types = new HttpTypes(io, 1_000);
    private final Fields fields = types.newFields();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void keepsOrderCaseAndSeveralValues() {
        fields.append("X-One", bytes("1"));
        fields.append("b", bytes("2"));
        fields.append("x-one", bytes("\u00ff"));
        assertThat(fields.get("X-ONE")).containsExactly(bytes("1"), new byte[] {(byte) 0xFF});
        assertThat(fields.entries()).extracting(HttpField::name).containsExactly("X-One", "b", "x-one");
        assertThat(fields.has("B")).isTrue();
        fields.set("x-One", List.of(bytes("3"), bytes("4")));
        assertThat(fields.entries()).extracting(HttpField::name).containsExactly("b", "x-One", "x-One");
        fields.delete("B");
        assertThat(fields.get("b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "\u00e4", "a\n"})
    void refusesNamesThatAreNone(String name) {
        assertThat(fields.append(name, bytes("x"))).isEqualTo(Result.err(new HeaderError.InvalidSyntax()));
        assertThat(fields.set(name, List.of())).isEqualTo(Result.err(new HeaderError.InvalidSyntax()));
        assertThat(fields.get(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\u0000", "a\u007f"})
    void refusesValuesThatWouldSplitAMessage(String value) {
        assertThat(fields.append("a", bytes(value))).isEqualTo(Result.err(new HeaderError.InvalidSyntax()));
        assertThat(types.fieldsFromList(List.of(new HttpField("a", bytes(value)))))
                .isEqualTo(Result.err(new HeaderError.InvalidSyntax()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Connection", "transfer-encoding", "Upgrade", "keep-alive", "HTTP2-Settings"})
    void refusesWhatIsTheHostsToSet(String name) {
        assertThat(fields.append(name, bytes("x"))).isEqualTo(Result.err(new HeaderError.Forbidden()));
        assertThat(fields.delete(name)).isEqualTo(Result.err(new HeaderError.Forbidden()));
        assertThat(Fields.visible(List.of(new HttpField(name, bytes("x"))))).isEmpty();
    }

    @Test
    void showsNamesThatCameFromOutsideInLowerCase() {
        HttpField lower = new HttpField("x-one", bytes("1"));
        assertThat(Fields.visible(List.of(new HttpField("Content-Type", bytes("a/b")), lower)))
                .extracting(HttpField::name)
                .containsExactly("content-type", "x-one");
        assertThat(Fields.visible(List.of(lower))).singleElement().isSameAs(lower);
    }

    @Test
    void headersOfARequestCannotBeChangedAndAreChildren() {
        fields.append("a", bytes("1"));
        OutgoingRequest request = types.newOutgoingRequest(fields);
        Fields headers = request.headers();
        assertThat(headers.append("b", bytes("2"))).isEqualTo(Result.err(new HeaderError.Immutable()));
        assertThat(headers.copy().append("b", bytes("2"))).isEqualTo(Result.ok(null));
        assertThatThrownBy(request::handOver).isInstanceOf(WasmTrap.class).hasMessageContaining("children");
        headers.drop();
        assertThat(request.handOver().headers()).hasSize(1);
    }

    @Test
    void aRequestTakesOnlyWhatCanStandInOne() {
        OutgoingRequest request = types.newOutgoingRequest(fields);
        assertThat(request.setMethod(new Method.Other("BREW"))).isEqualTo(Result.ok(null));
        assertThat(request.setMethod(new Method.Other("B REW"))).isEqualTo(Result.err(null));
        assertThat(request.setPathWithQuery(Optional.of("/a?b=c"))).isEqualTo(Result.ok(null));
        assertThat(request.setPathWithQuery(Optional.of("/a b"))).isEqualTo(Result.err(null));
        assertThat(request.setPathWithQuery(Optional.of("/a\r\nx"))).isEqualTo(Result.err(null));
        assertThat(request.setAuthority(Optional.of("[::1]:80"))).isEqualTo(Result.ok(null));
        assertThat(request.setAuthority(Optional.of("user@host"))).isEqualTo(Result.err(null));
        assertThat(request.setScheme(Optional.of(new Scheme.Other("1x")))).isEqualTo(Result.err(null));
        assertThat(request.method()).isEqualTo(new Method.Other("BREW"));
    }

    @Test
    void whatManyRequestsHoldIsCountedUntilTheyAreGone() {
        HostMemory memory = HostMemory.of(1 << 20);
        try (GuestIo small = new GuestIo(1_000, memory.account(), GuestLimit.Listener.NONE)) {
            HttpTypes make = new HttpTypes(small, 64 * 1024);
            assertThatThrownBy(() -> {
                        while (true) {
                            make.newFields().append("a", bytes("x".repeat(32 * 1024)));
                        }
                    })
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.members()).containsEntry("limit", "host-memory"));
        }
        assertThat(memory.taken()).isZero();
        try (GuestIo small = new GuestIo(1_000, memory.account(), GuestLimit.Listener.NONE)) {
            HttpTypes make = new HttpTypes(small, 64 * 1024);
            for (int i = 0; i < 100; i++) {
                OutgoingRequest request = make.newOutgoingRequest(make.newFields());
                assertThat(request.setPathWithQuery(Optional.of("/" + "x".repeat(60_000))))
                        .isEqualTo(Result.ok(null));
                ((Result.Ok<OutgoingBody, Void>) request.body()).value().drop();
                request.drop();
            }
            assertThatThrownBy(() -> {
                        while (true) {
                            var _ = make.newOutgoingRequest(make.newFields()).body();
                        }
                    })
                    .hasMessageContaining("memory of the host");
        }
        assertThat(memory.taken()).isZero();
    }

    @Test
    void endsAGuestThatPilesUpHeaders() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        fields.append("a", bytes("0123456789"));
                    }
                })
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: at most 1000");
    }
}
