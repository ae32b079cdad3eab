package dev.polder.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AccountsTest {

    private static final EntityRef CI = EntityRef.parse("user:default/ci");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
    private final CredentialStore store = CredentialStore.inMemory();
    private final Accounts accounts = new Accounts(store, now::get, Duration.ofHours(1), false);

    private static RequestHeaders headers(String name, String value) {
        return RequestHeaders.builder(HttpMethod.GET, "/").add(name, value).build();
    }

    @Test
    void aTokenRevokedElsewhereStopsWorkingWithinHalfAMinute() {
        String token = accounts.issueToken("ci", CI, Principal.Kind.SERVICE);
        RequestHeaders request = headers("authorization", "bearer  " + token);
        assertThat(accounts.authenticate(request)).contains(new Principal(CI, Principal.Kind.SERVICE));

        store.all(Credential.Use.TOKEN).forEach(credential -> store.delete(credential.secret()));
        now.set(now.get().plus(Accounts.REMEMBER));
        assertThatThrownBy(() -> accounts.authenticate(request))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAUTHENTICATED));
    }

    @Test
    void tokensOfTheConfigurationAreNotStored() {
        accounts.fixedToken("ci", "a-token-of-the-configuration", CI);
        assertThat(accounts.authenticate(headers("authorization", "Bearer a-token-of-the-configuration")))
                .contains(new Principal(CI, Principal.Kind.SERVICE));
        assertThat(store.all(Credential.Use.TOKEN)).isEmpty();
        assertThat(accounts.firstAdminToken()).isPresent();
    }

    @Test
    void noCredentialsAreNobodyUnlessGuestsAreAllowed() {
        RequestHeaders none = RequestHeaders.of(HttpMethod.GET, "/");
        assertThat(accounts.authenticate(none)).isEmpty();
        assertThat(new Accounts(store, now::get, Duration.ofHours(1), true).authenticate(none))
                .contains(new Principal(Accounts.GUEST, Principal.Kind.GUEST));
    }

    @Test
    void theLimitSlowsOneAddressAndForgives() throws Exception {
        SignInLimit limit = new SignInLimit();
        InetAddress guesser = InetAddress.ofLiteral("192.0.2.1");
        for (int i = 0; i < SignInLimit.FREE; i++) {
            assertThat(limit.delay(guesser, now.get())).isZero();
            limit.failed(guesser, now.get());
        }
        assertThat(limit.delay(guesser, now.get())).isEqualTo(SignInLimit.REGAIN);
        assertThat(limit.delay(InetAddress.ofLiteral("192.0.2.2"), now.get())).isZero();

        now.set(now.get().plus(SignInLimit.REGAIN));
        assertThat(limit.delay(guesser, now.get())).isZero();
        limit.failed(guesser, now.get());
        assertThat(limit.delay(guesser, now.get())).isPositive();
        limit.succeeded(guesser);
        assertThat(limit.delay(guesser, now.get())).isZero();
    }

    @Test
    void whateverStandsInTheHeadersEndsInAnAnswerOrAProblem() {
        long seed = System.nanoTime();
        System.err.println("AccountsTest: seed " + seed);
        Random random = new Random(seed);
        String[] starts = {"Bearer ", "Basic ", "basic", "Digest ", "", "Bearer", "polder-session=", "; ="};
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            String noise = random.nextBoolean()
                    ? Base64.getEncoder().encodeToString(bytes)
                    : new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
            String value = starts[random.nextInt(starts.length)] + noise;
            String name = random.nextBoolean() ? "authorization" : "cookie";
            try {
                Optional<Principal> caller = accounts.authenticate(headers(name, value));
                assertThat(caller).isEmpty();
            } catch (Problem e) {
                assertThat(e.code()).isEqualTo(Problem.Code.UNAUTHENTICATED);
                assertThat(bytes.length < 8 || !e.getMessage().contains(noise)).isTrue();
            }
        }
    }
}
