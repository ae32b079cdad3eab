package dev.polder.wasm.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.capability.MessageBroker;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {

    /** As the documentation of NATS has it. */
    @ParameterizedTest
    @CsvSource({
        "orders, orders, true",
        "orders, order, false",
        "orders, orders.new, false",
        "orders.*, orders.new, true",
        "orders.*, orders, false",
        "orders.*, orders.new.eu, false",
        "*.new, orders.new, true",
        "*.new, orders.old, false",
        "orders.>, orders.new.eu, true",
        "orders.>, orders.new, true",
        "orders.>, orders, false",
        ">, orders, true",
        "a.*.c, a.b.c, true",
        "a.*.c, a.b.d, false",
        "a.b, a.bc, false",
        "a.bc, a.b, false",
    })
    void matching(String pattern, String subject, boolean matches) {
        assertThat(Subject.isPattern(pattern)).isTrue();
        assertThat(Subject.matches(pattern, subject)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a b", "a\nb", ">.a", "a>", "a*", "a.**"})
    void whatIsNoPattern(String pattern) {
        assertThat(Subject.isPattern(pattern)).isFalse();
    }

    @Test
    void anyTextMatchesOrNotAndEverySubjectMatchesItself() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String pattern = random(random);
            String subject = random(random);
            boolean matches = Subject.matches(pattern, subject);
            if (MessageBroker.isSubject(pattern) && MessageBroker.isSubject(subject)) {
                assertThat(matches).as(pattern + " " + subject).isEqualTo(pattern.equals(subject));
                assertThat(Subject.matches(subject, subject)).isTrue();
                assertThat(Subject.matches(">", subject)).isTrue();
            }
        }
    }

    private static String random(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(8); length > 0; length--) {
            text.append("ab.*> ".charAt(random.nextInt(6)));
        }
        return text.toString();
    }
}
