package dev.polder.wasm.component.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.Texts;
import dev.polder.wasm.component.Wat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A component without code is the same but for that, and knows where everything stood. */
class HollowTest {

    @ParameterizedTest
    @ValueSource(strings = {Texts.COMPOSED, Texts.SHARED, Texts.IMPORTS})
    void knowsWhereEveryDefinitionStood(String text) {
        byte[] whole = Wat.assemble(text);
        Hollow hollow = Hollow.of(whole);
        assertThat(hollow.bytes()).hasSizeLessThan(whole.length);
        int compared = compare(decoded(whole), decoded(hollow.bytes()), hollow);
        assertThat(compared).isGreaterThan(10);
    }

    private static ComponentBody decoded(byte[] bytes) {
        return Decoder.decode(bytes, ComponentLimits.DEFAULT);
    }

    private static int compare(ComponentBody before, ComponentBody after, Hollow hollow) {
        List<Definition> left = after.definitions();
        assertThat(left).hasSameSizeAs(before.definitions());
        int compared = left.size();
        for (int i = 0; i < left.size(); i++) {
            Definition was = before.definitions().get(i);
            assertThat(hollow.origin(left.get(i).offset())).isEqualTo(was.offset());
            if (was instanceof Definition.Nested outer && left.get(i) instanceof Definition.Nested inner) {
                compared += compare(outer.component(), inner.component(), hollow);
            }
        }
        return compared;
    }
}
