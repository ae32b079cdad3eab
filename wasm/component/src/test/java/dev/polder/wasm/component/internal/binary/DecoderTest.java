package dev.polder.wasm.component.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder refuses, and where it says that it is. Bytes by hand: an assembler would refuse most of it. */
class DecoderTest {

    private static final byte[] START = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

    private static byte[] hex(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String word : text.split(" ")) {
            if (word.startsWith("'")) {
                out.writeBytes(word.substring(1).getBytes(StandardCharsets.US_ASCII));
            } else if (!word.isEmpty()) {
                out.write(Integer.parseInt(word, 16));
            }
        }
        return out.toByteArray();
    }

    private static byte[] component(byte[] sections) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(START);
        out.writeBytes(sections);
        return out.toByteArray();
    }

    /** A section with its size before it. */
    private static byte[] section(int id, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(id);
        int rest = content.length;
        for (; rest > 0x7f; rest >>>= 7) {
            out.write((rest & 0x7f) | 0x80);
        }
        out.write(rest);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static ComponentBody decode(byte[] bytes) {
        return Decoder.decode(bytes, ComponentLimits.DEFAULT);
    }

    private static void refuses(byte[] bytes, Problem.Code code, String... words) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOfSatisfying(Problem.class, p -> {
            assertThat(p.code()).isEqualTo(code);
            assertThat(p.getMessage()).contains(words);
        });
    }

    @Test
    void decodesTheEmptyComponent() {
        assertThat(decode(START).definitions()).isEmpty();
    }

    @Test
    void refusesWhatIsNoComponent() {
        refuses(new byte[0], Problem.Code.INVALID, "component byte 0", "no component");
        refuses(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}, Problem.Code.INVALID, "a core module");
        refuses(new byte[] {0, 'a', 's', 'm', 0x0c, 0, 1, 0}, Problem.Code.INVALID, "component byte 4", "0x1000c");
    }

    /** The section's content, what is said of it, and the offset: the content starts at byte 10. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | 01 05 | component byte 11 | core instance 0x05",
                "2 | 01 00 80 80 80 80 80 01 00 | component byte 12 | more than five bytes",
                "2 | 01 00 ff ff ff ff 0f 00 | component byte 12 | number 4294967295",
                "3 | 01 61 | component byte 11 | core type 0x61",
                "3 | 01 60 01 01 00 | component byte 13 | core value type 0x01",
                "5 | 01 02 | component byte 11 | instance 0x02",
                "6 | 01 07 00 00 00 | component byte 11 | sort 0x07",
                "6 | 01 00 09 00 00 00 | component byte 12 | core sort 0x09",
                "6 | 01 01 02 00 00 | component byte 11 | outer alias of a function",
                "6 | 01 03 05 00 00 | component byte 11 | alias target 0x05",
                "7 | 01 20 | component byte 11 | type 0x20",
                "7 | 01 72 00 | component byte 12 | no fields",
                "7 | 01 72 02 01 'a 7f 01 'A 7f | component byte 12 | label \"A\" twice",
                "7 | 01 72 01 03 'a_b 7f | component byte 13 | label \"a_b\"",
                "7 | 01 72 01 01 ff 7f | component byte 13 | no UTF-8",
                "7 | 01 71 01 01 'a 00 01 | component byte 16 | end of a case: 0x01",
                "7 | 01 70 62 | component byte 12 | value type 0x62",
                "7 | 01 3f 7e 00 | component byte 11 | representation 0x7e",
                "7 | 01 42 01 05 | component byte 13 | declaration 0x05",
                "7 | 01 42 01 03 | component byte 13 | an import in the type of an instance",
                "7 | 01 42 01 01 3f 7f 00 | component byte 13 | a resource defined in a type",
                "8 | 01 77 | component byte 11 | canonical definition 0x77",
                "8 | 01 00 01 00 00 00 | component byte 12 | sort of a lift",
                "8 | 01 01 00 00 02 00 01 | component byte 16 | two string encodings",
                "8 | 01 01 00 00 02 03 00 03 00 | component byte 17 | memory given twice",
                "8 | 01 01 00 00 01 04 00 | component byte 14 | realloc without memory",
                "8 | 01 01 00 00 01 09 | component byte 15 | option 0x09",
                "10 | 01 03 00 | component byte 11 | form of a name 0x03",
                "10 | 01 00 03 'a_b 01 00 | component byte 11 | name \"a_b\"",
                "10 | 01 00 01 'a 09 | component byte 14 | extern kind 0x09",
                "10 | 01 00 01 'a 03 07 | component byte 14 | type bound 0x07",
                "11 | 01 00 01 'a 00 00 00 00 | component byte 11 | export of a core function",
                "11 | 01 00 01 'a 01 00 02 | component byte 16 | type of an export: 0x02",
                "11 | 02 00 01 'a 01 00 00 | component byte 17 | the bytes end here",
                "11 | 00 00 | component byte 11 | 1 bytes left over",
                "13 | 00 | component byte 8 | section 13",
            })
    void saysWhereAndWhatIsWrong(int id, String content, String where, String what) {
        refuses(component(section(id, hex(content))), Problem.Code.INVALID, where, what, "(expected: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8 | 01 05 | task.cancel",
                "8 | 01 0e 00 | stream.new",
                "8 | 01 1f | waitable-set.new",
                "8 | 01 27 00 00 | thread.new-indirect",
                "8 | 01 01 00 00 01 06 | async",
                "8 | 01 01 00 00 01 07 00 | callback",
                "9 | 00 00 00 | start section",
                "12 | 00 | value section",
                "7 | 01 67 7d 04 | lists of fixed length",
                "7 | 01 63 73 7d | maps",
                "10 | 01 00 01 'a 02 01 7f | values",
                "3 | 01 5e 7f 00 | garbage-collected",
            })
    void refusesByNameWhatIsNotRun(int id, String content, String name) {
        refuses(component(section(id, hex(content))), Problem.Code.UNSUPPORTED, name, "component byte");
    }

    @Test
    void refusesASectionLongerThanTheBytes() {
        refuses(component(hex("07 05 00")), Problem.Code.INVALID, "component byte 9", "section of 5 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a-b1-2",
                "A-BC",
                "[constructor]a",
                "[method]a.b-c",
                "[static]a.b",
                "wasi:http/types",
                "wasi:http/types@0.2.3",
                "a:b/c@1.0.0-rc.1+x",
                "a:b/c@0.2",
                "a-b:c-d/e-f@1",
                "a:b:c/d/e",
                "url=<https://a.example/b>",
            })
    void takesNames(String name) {
        byte[] content = hex("01 00 " + Integer.toHexString(name.length()) + " '" + name + " 03 01");
        assertThat(decode(component(section(10, content))).definitions()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "a-",
                "1a",
                "aB",
                "a--b",
                "[method]a",
                "[constructor]a.b",
                "[async]a",
                "wasi:http",
                "wasi:http/types@",
                "wasi:http/types@1.2",
                "wasi:http/types@01.2.3",
                "Wasi:http/types",
                "a/b",
            })
    void refusesNames(String name) {
        byte[] content = hex("01 00 " + Integer.toHexString(name.length()) + " '" + name + " 03 01");
        refuses(component(section(10, content)), Problem.Code.INVALID, "name \"" + name + "\"");
    }

    @Test
    @Timeout(10)
    void refusesALongNameInNoTime() {
        assertThat(Names.isLabel("a" + "-1".repeat(400))).isTrue();
        assertThat(Names.isLabel("a" + "-1".repeat(400) + "-")).isFalse();
        assertThat(Names.isInterface("a:b/" + "a-1".repeat(300) + "@1.0.0-" + "1.".repeat(200)))
                .isFalse();
    }

    @Test
    void endsComponentsAndTypesNestedTooDeeply() {
        byte[] component = START;
        for (int i = 0; i < 2_000; i++) {
            component = component(section(4, component));
        }
        refuses(component, Problem.Code.TOO_LARGE, "nested 33 deep", "component byte");
        byte[] type = hex("01 42 00");
        for (int i = 0; i < 2_000; i++) {
            byte[] outer = new byte[type.length + 3];
            System.arraycopy(hex("01 42 01"), 0, outer, 0, 3);
            System.arraycopy(type, 0, outer, 3, type.length);
            outer[3] = 1;
            type = outer;
        }
        refuses(component(section(7, type)), Problem.Code.TOO_LARGE, "nested 33 deep");
    }

    @Test
    void endsListsLongerThanTheLimit() {
        byte[] names = new byte[100_000];
        refuses(
                component(section(6, concat(hex("a0 8d 06"), names))),
                Problem.Code.TOO_LARGE,
                "100000 definitions",
                "at most 20000");
        refuses(component(section(10, hex("01 00 ff 7f 61"))), Problem.Code.INVALID, "name of 16383 bytes");
        assertThatThrownBy(() -> Decoder.decode(new byte[9], new ComponentLimits(8, 1, 1, 1, 1, 1, 1)))
                .hasMessageContaining("9 bytes");
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = new byte[a.length + b.length];
        System.arraycopy(a, 0, both, 0, a.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @Test
    void keepsModulesAsSlicesAndTwoCustomSections() {
        byte[] module = {0, 'a', 's', 'm', 1, 0, 0, 0};
        ComponentBody body = decode(component(concat(
                section(1, module), concat(section(0, hex("09 'producers 01 02")), section(0, hex("05 'other 01"))))));
        assertThat(body.definitions()).singleElement().isInstanceOfSatisfying(Definition.Module.class, m -> {
            assertThat(m.module().bytes()).isEqualTo(module);
            assertThat(m.module().digest()).isEqualTo(dev.polder.kernel.model.Digest.of(module));
            assertThat(m.offset()).isEqualTo(10);
        });
        assertThat(body.custom()).containsOnlyKeys("producers");
        assertThat(body.custom().get("producers")).containsExactly(1, 2);
    }
}
