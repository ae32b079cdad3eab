package dev.polder.mesh.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.Subscription;
import dev.polder.mesh.config.WorkloadIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SvidIdentitySourceTest {

    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final SpiffeId SHOP = new SpiffeId("cluster.local", "default", "shop");
    private static final Duration DAY = Duration.ofHours(24);

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(START);
    private SvidIdentitySource source;

    @BeforeEach
    void open() {
        source = new SvidIdentitySource(
                CertificateAuthority.open(folder.resolve("ca"), "cluster.local", clock), DAY, clock);
    }

    @Test
    void issuedOnFirstDemandAndKept() {
        WorkloadIdentity first = source.identity(SHOP);
        assertThat(source.identity(SHOP)).isSameAs(first);
        assertThat(first.notAfter()).isEqualTo(START.plus(DAY));
        assertThat(KeyPairs.belongTogether(first.key(), first.leaf().getPublicKey()))
                .isTrue();
        assertThat(first.toString()).doesNotContain("PRIVATE").doesNotContain("key");
        assertThat(source.counters()).isEqualTo(new CertificateCounters(1, 0, 0, 1));
    }

    @Test
    void manyThreadsGetOneCertificate() throws InterruptedException {
        Set<WorkloadIdentity> seen = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.startVirtualThread(() -> seen.add(source.identity(SHOP))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(seen).hasSize(1);
    }

    @Test
    void renewedAtHalfLifeWithANewKeyAndListenersHear() {
        List<WorkloadIdentity> heard = new ArrayList<>();
        WorkloadIdentity first = source.identity(SHOP);
        Subscription subscription = source.onRotation(heard::add);
        Instant due = source.renewsAt(SHOP).orElseThrow();
        assertThat(due).isBetween(START.plus(Duration.ofMinutes(648)), START.plus(Duration.ofMinutes(792)));

        clock.forward(Duration.between(START, due).minusMillis(1));
        source.renewDue();
        assertThat(heard).isEmpty();

        clock.forward(Duration.ofMillis(1));
        source.renewDue();
        assertThat(heard).hasSize(1);
        WorkloadIdentity second = source.identity(SHOP);
        assertThat(second).isSameAs(heard.getFirst()).isNotEqualTo(first);
        assertThat(second.leaf().getPublicKey()).isNotEqualTo(first.leaf().getPublicKey());
        assertThat(second.notAfter()).isAfter(first.notAfter());

        subscription.close();
        clock.forward(DAY);
        source.renewDue();
        assertThat(heard).hasSize(1);
        assertThat(source.counters()).isEqualTo(new CertificateCounters(1, 2, 0, 1));
    }

    @Test
    void afterALongSleepTheFirstDemandGetsAValidOne() {
        source.identity(SHOP);
        clock.forward(Duration.ofDays(3));
        assertThat(source.identity(SHOP).notAfter()).isEqualTo(clock.instant().plus(DAY));
    }

    @Test
    void aFailedRenewalKeepsTheOldOneAndIsTriedAgain() {
        boolean[] broken = {false};
        Rotating<String, Instant> rotating = new Rotating<>(
                key -> {
                    if (broken[0]) {
                        throw Problem.unavailable("no signature today", null);
                    }
                    return clock.instant().plus(DAY);
                },
                end -> end,
                clock,
                new Random(1));
        Instant first = rotating.get("a");
        clock.forward(Duration.ofHours(14));
        broken[0] = true;
        rotating.renewDue();
        assertThat(rotating.get("a")).isEqualTo(first);
        assertThat(rotating.counters().failed()).isEqualTo(1);
        broken[0] = false;
        rotating.renewDue();
        assertThat(rotating.get("a")).isAfter(first);
    }

    @Test
    void aListenerThatThrowsDoesNotKeepOthersFromHearing() {
        List<WorkloadIdentity> heard = new ArrayList<>();
        source.identity(SHOP);
        source.onRotation(identity -> {
            throw new IllegalStateException("expected by this test");
        });
        source.onRotation(heard::add);
        clock.forward(Duration.ofHours(20));
        source.renewDue();
        assertThat(heard).hasSize(1);
    }

    @Test
    void forgottenIdentitiesAreNotRenewed() {
        source.identity(SHOP);
        source.retain(Set.of());
        assertThat(source.counters().current()).isZero();
        assertThat(source.renewsAt(SHOP)).isEmpty();
    }

    @Test
    void theSchedulerRenewsWhenTheClockSaysSo() {
        List<WorkloadIdentity> heard = new ArrayList<>();
        source.identity(SHOP);
        source.onRotation(heard::add);
        try (RenewalScheduler scheduler = new RenewalScheduler(Duration.ofMillis(5))) {
            scheduler.add(source);
            clock.forward(Duration.ofHours(14));
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> heard.size() == 1);
        }
    }

    @Test
    void anotherTrustDomainIsForbidden() {
        assertThatThrownBy(() -> source.identity(new SpiffeId("other", "a", "b")))
                .isInstanceOfSatisfying(Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.FORBIDDEN));
    }
}
