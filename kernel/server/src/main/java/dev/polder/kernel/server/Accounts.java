package dev.polder.kernel.server;

import com.linecorp.armeria.common.RequestHeaders;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who may sign in: tokens and sessions over a {@link CredentialStore}, static tokens from the configuration, and guests
 * when they are allowed.
 *
 * <p>A credential that was good is remembered for {@link #REMEMBER}, so requests do not read the store; after that time
 * a revocation made by another replica is seen too. Safe for any thread; methods may block on the store.
 */
public final class Accounts implements Authenticator {

    /** Who the first token belongs to. */
    public static final EntityRef ADMIN = EntityRef.of("user", "default", "admin");

    /** Who nobody in particular is. */
    public static final EntityRef GUEST = EntityRef.of("user", "default", "guest");

    static final Duration REMEMBER = Duration.ofSeconds(30);
    private static final int SECRET_BYTES = 32;
    private static final int MAX_REMEMBERED = 10_000;

    private record Seen(Credential credential, Instant until) {}

    private final CredentialStore store;
    private final InstantSource clock;
    private final Duration sessionLife;
    private final boolean guests;
    private final SecureRandom random = new SecureRandom();
    private final Map<Digest, Credential> fixed = new ConcurrentHashMap<>();
    private final Map<Digest, Seen> seen = new ConcurrentHashMap<>();

    /**
     * @param sessionLife how long a sign-in lasts
     * @param guests whether callers without credentials may read, as {@code --dev} says
     */
    public Accounts(CredentialStore store, InstantSource clock, Duration sessionLife, boolean guests) {
        this.store = store;
        this.clock = clock;
        this.sessionLife = sessionLife;
        this.guests = guests;
    }

    /**
     * Makes the administrator's token when the store has no token at all: at the very first start. The caller shows it
     * once; only its hash is kept.
     */
    public Optional<String> firstAdminToken() {
        if (!store.all(Credential.Use.TOKEN).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(issueToken("admin", ADMIN, Principal.Kind.USER));
    }

    /** Makes a token that does not expire; this is the only time it can be read. */
    public String issueToken(String label, EntityRef subject, Principal.Kind principal) {
        String secret = "polder_" + randomSecret();
        store.save(new Credential(
                digestOf(secret), Credential.Use.TOKEN, label, subject, principal, clock.instant(), null));
        return secret;
    }

    /** Accepts a token of the configuration, as Backstage's static external access does; it is not stored. */
    public Accounts fixedToken(String label, String secret, EntityRef subject) {
        Digest digest = digestOf(secret);
        fixed.put(
                digest,
                new Credential(
                        digest, Credential.Use.TOKEN, label, subject, Principal.Kind.SERVICE, clock.instant(), null));
        return this;
    }

    @Override
    public Optional<Principal> authenticate(RequestHeaders headers) {
        Optional<String> token = Credentials.authorization(headers);
        if (token.isPresent()) {
            return Optional.of(principalOf(token.get(), Credential.Use.TOKEN)
                    .orElseThrow(() -> Gate.unauthenticated("the token is not known, or was revoked")));
        }
        Optional<Principal> session =
                Credentials.sessionCookie(headers).flatMap(secret -> principalOf(secret, Credential.Use.SESSION));
        if (session.isPresent()) {
            return session;
        }
        // An expired cookie counts as none: the browser cannot take it back, and a guest may read on.
        return guests ? Optional.of(new Principal(GUEST, Principal.Kind.GUEST)) : Optional.empty();
    }

    /** Whether callers without credentials may read. */
    public boolean guestsAllowed() {
        return guests;
    }

    Duration sessionLife() {
        return sessionLife;
    }

    /** Starts a session for the holder of a token; empty when the token is not good. */
    Optional<SignedIn> signIn(String token) {
        return lookUp(token, Credential.Use.TOKEN).map(credential -> {
            Instant now = clock.instant();
            store.deleteExpired(now);
            String secret = randomSecret();
            store.save(new Credential(
                    digestOf(secret),
                    Credential.Use.SESSION,
                    credential.label(),
                    credential.subject(),
                    credential.principal(),
                    now,
                    now.plus(sessionLife)));
            return new SignedIn(secret, new Principal(credential.subject(), credential.principal()));
        });
    }

    /** A session that was just started, and the secret that goes into its cookie. */
    record SignedIn(String secret, Principal principal) {}

    void signOut(String secret) {
        Digest digest = digestOf(secret);
        store.delete(digest);
        seen.remove(digest);
    }

    private Optional<Principal> principalOf(String secret, Credential.Use use) {
        return lookUp(secret, use).map(credential -> new Principal(credential.subject(), credential.principal()));
    }

    private Optional<Credential> lookUp(String secret, Credential.Use use) {
        Digest digest = digestOf(secret);
        Instant now = clock.instant();
        @Nullable Credential found = fixed.get(digest);
        if (found == null) {
            Seen before = seen.get(digest);
            found = before != null && now.isBefore(before.until()) ? before.credential() : read(digest, now);
        }
        return Optional.ofNullable(found).filter(credential -> credential.use() == use && !credential.expired(now));
    }

    private @Nullable Credential read(Digest digest, Instant now) {
        if (seen.size() >= MAX_REMEMBERED) {
            seen.clear();
        }
        Credential found = store.find(digest).orElse(null);
        if (found == null) {
            seen.remove(digest);
        } else {
            seen.put(digest, new Seen(found, now.plus(REMEMBER)));
        }
        return found;
    }

    private String randomSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Digest digestOf(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
