package dev.polder.mesh.control;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When to renew: at half the life, earlier or later by up to a twentieth, so that not all come at once. */
final class RenewalTime {

    private static final int JITTER_PARTS = 20;

    private RenewalTime() {}

    static Instant of(Instant issued, Instant notAfter, RandomGenerator random) {
        Duration life = Duration.between(issued, notAfter);
        long jitter = life.toMillis() / JITTER_PARTS;
        long offset = jitter == 0 ? 0 : random.nextLong(-jitter, jitter + 1);
        return issued.plusMillis(life.toMillis() / 2 + offset);
    }
}
