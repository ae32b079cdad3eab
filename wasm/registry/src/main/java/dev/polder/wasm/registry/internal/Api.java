package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.RegistryOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of one repository during one pull or push (OCI distribution specification 1.1): sends a {@link Call},
 * answers challenges, follows redirects, tries again when that can help, and ends with the deadline. Safe for several
 * threads.
 */
public final class Api {

    private static final int MAX_REDIRECTS = 5;
    private static final String AGENT = "polder";
    /** Even a slow line sends this much in a second; a body gets the time that it needs at this pace. */
    private static final long SLOWEST_BYTES_PER_SECOND = 32 * 1024;

    private final HttpClient client;
    private final RegistryOptions options;
    private final Authorization authorization;
    private final Reference reference;
    private final Addresses addresses;
    private final Deadline deadline;

    public Api(
            HttpClient client,
            RegistryOptions options,
            Authorization authorization,
            Reference reference,
            Deadline deadline) {
        this.client = client;
        this.options = options;
        this.authorization = authorization;
        this.reference = reference;
        this.deadline = deadline;
        String host = options.hosts().getOrDefault(reference.registry(), reference.registry());
        this.addresses = Addresses.of(host, options.transport());
    }

    Addresses addresses() {
        return addresses;
    }

    Deadline deadline() {
        return deadline;
    }

    /** The address of something in the repository, such as {@code blobs/sha256:…}. */
    URI uri(String path) {
        return addresses.base().resolve("/v2/" + reference.repository() + "/" + path);
    }

    URI blob(Digest digest) {
        return uri("blobs/" + digest);
    }

    /** @param actions {@code pull} or {@code pull,push} */
    String scope(String actions) {
        return "repository:" + reference.repository() + ":" + actions;
    }

    /** Sends a call and reads the answer whole. */
    byte[] read(Call call, int max, String what) {
        for (int attempt = 1; ; attempt++) {
            try (Answer answer = send(call)) {
                return answer.bytes(max, what);
            } catch (IOException e) {
                pause(attempt, null, broken(call, e));
            }
        }
    }

    /**
     * Sends a call.
     *
     * @return an answer of an accepted status; to be closed
     * @throws Problem for every other status, after what can be tried again was
     */
    Answer send(Call call) {
        for (int attempt = 1; ; attempt++) {
            Problem failure;
            Duration wish = null;
            try {
                Answer answer = authorized(call);
                if (call.accepted().contains(answer.status())) {
                    return answer;
                }
                try (answer) {
                    failure = answer.problem(call);
                    wish = answer.retryAfter();
                }
            } catch (IOException e) {
                failure = broken(call, e);
            }
            if (!failure.retryable() || !call.retry()) {
                throw failure;
            }
            pause(attempt, wish, failure);
        }
    }

    /**
     * Waits before the next attempt.
     *
     * @param wish how long the registry asks to wait, or null
     * @throws Problem the failure, when it was the last attempt or the wait would be too long
     */
    void pause(int attempt, @Nullable Duration wish, Problem failure) {
        RegistryOptions.Retry retry = options.retry();
        if (attempt >= retry.attempts() || (wish != null && wish.compareTo(retry.longestPause()) > 0)) {
            throw failure;
        }
        Duration doubled = retry.firstPause().multipliedBy(1L << Math.min(attempt - 1, 20));
        Duration own = doubled.compareTo(retry.longestPause()) > 0 ? retry.longestPause() : doubled;
        deadline.pause(wish != null && wish.compareTo(own) > 0 ? wish : own);
    }

    private Answer authorized(Call call) throws IOException {
        String scope = call.scope();
        if (scope == null) {
            return follow(call, null);
        }
        String known = authorization.known(reference.registry(), scope);
        Answer first = follow(call, known);
        if (first.status() != 401 || !addresses.isOwn(first.uri())) {
            return first;
        }
        List<Challenge> challenges;
        try (first) {
            challenges = first.headers().allValues("WWW-Authenticate").stream()
                    .flatMap(header -> Challenge.parse(header).stream())
                    .toList();
        }
        if (challenges.isEmpty()) {
            return first;
        }
        Answer second = follow(call, authorization.answer(challenges, reference.registry(), scope, this));
        if (second.status() == 401) {
            authorization.forget(reference.registry(), scope);
        }
        return second;
    }

    private Answer follow(Call call, @Nullable String authorizationHeader) throws IOException {
        URI uri = call.uri();
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            Answer answer = exchange(call, uri, addresses.isOwn(uri) ? authorizationHeader : null);
            String location = answer.header("Location");
            if (!isRedirect(call, answer.status()) || location == null) {
                return answer;
            }
            answer.close();
            uri = addresses.resolve(uri, location, "Location");
        }
        throw upstream(call.method() + " " + Addresses.shown(call.uri()) + ": more than " + MAX_REDIRECTS
                + " redirects (expected: at most that)");
    }

    /** A token service's redirect is not followed: the call carries credentials of its own. */
    private static boolean isRedirect(Call call, int status) {
        return switch (status) {
            case 301, 302, 303 -> call.scope() != null && call.isRead();
            case 307, 308 -> call.scope() != null;
            default -> false;
        };
    }

    private Answer exchange(Call call, URI uri, @Nullable String authorizationHeader) throws IOException {
        options.guard().check(uri.getHost().replaceAll("[\\[\\]]", ""));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .version(uri.getScheme().equals("https") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .method(call.method(), call.body())
                .header("User-Agent", AGENT);
        call.headers().forEach(request::setHeader);
        if (authorizationHeader != null) {
            request.setHeader("Authorization", authorizationHeader);
        }
        long bodySeconds = Math.max(0, call.body().contentLength()) / SLOWEST_BYTES_PER_SECOND;
        HttpResponse<InputStream> response =
                await(request.build(), options.answerTimeout().plusSeconds(bodySeconds));
        return new Answer(response.statusCode(), response.headers(), uri, response.body());
    }

    /** The JDK's own timeout is not used: from JDK 26 it covers the body too, which has its own. */
    private HttpResponse<InputStream> await(HttpRequest request, Duration time) throws IOException {
        Duration wait = deadline.atMost(time);
        CompletableFuture<HttpResponse<InputStream>> response =
                client.sendAsync(request, info -> new TimedBody(options.answerTimeout(), deadline));
        try {
            return response.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new HttpTimeoutException("no answer within " + wait.toMillis() + " ms");
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw deadline.cancelled(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        }
    }

    /** The connection failed, or its bytes did not come. */
    Problem broken(Call call, IOException e) {
        if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
            return deadline.cancelled(e);
        }
        boolean permanent = e instanceof SSLException
                || (e instanceof ConnectException && e.getCause() instanceof UnresolvedAddressException)
                || (e.getCause() != null && e.getCause().getCause() instanceof UnresolvedAddressException);
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : Answer.printable(e.getMessage());
        String expected = e instanceof SSLException
                ? "TLS with a certificate for this host that a known authority signed"
                : "an answer";
        return new Problem(
                e instanceof HttpTimeoutException ? Problem.Code.DEADLINE : Problem.Code.UNAVAILABLE,
                Problem.WhoFailed.UPSTREAM,
                !permanent,
                call.method() + " " + Addresses.shown(call.uri()) + ": " + why + " (expected: " + expected + ")",
                null,
                e);
    }

    static Problem upstream(String detail) {
        return new Problem(Problem.Code.BAD_UPSTREAM, Problem.WhoFailed.UPSTREAM, false, detail, null, null);
    }
}
