package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import dev.polder.wasm.wasi.p2.http.HttpField;
import dev.polder.wasm.wasi.p2.http.JdkOutgoingHttp;
import dev.polder.wasm.wasi.p2.http.OutgoingHttp;
import dev.polder.wasm.wasi.p2.http.RequestHead;
import dev.polder.wasm.wasi.p2.http.Timeouts;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** GETs a wasm file: connects to the addresses that were checked and no others, at every redirect anew. */
final class UrlSource implements AutoCloseable {

    private static final int MAX_REDIRECTS = 5;
    private static final long WORD_EVERY = 8 << 20;
    private static final Duration WHOLE = Duration.ofMinutes(10);
    private static final Timeouts TIMES =
            new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(30));

    private final Function<String, List<InetAddress>> reachable;
    private volatile @Nullable JdkOutgoingHttp client;

    /** @param reachable the addresses of a host that may be asked, or a Problem */
    UrlSource(Function<String, List<InetAddress>> reachable) {
        this.reachable = reachable;
    }

    byte[] fetch(String url, Consumer<String> say) {
        long end = System.nanoTime() + WHOLE.toNanos();
        URI uri = checked(url);
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            URI asked = uri;
            OutgoingHttp.Response response = await(asked, end, () -> http().send(request(asked)));
            Optional<String> location = header(response, "location");
            if (isRedirect(response.status()) && location.isPresent()) {
                response.body().chunks().subscribe(new GatheredBody.Dropped());
                uri = redirected(asked, location.get());
                continue;
            }
            if (response.status() != 200) {
                response.body().chunks().subscribe(new GatheredBody.Dropped());
                throw new Problem(
                        response.status() == 404 ? Problem.Code.NOT_FOUND : Problem.Code.BAD_UPSTREAM,
                        Problem.WhoFailed.UPSTREAM,
                        false,
                        asked + ": " + response.status() + " (expected: 200)",
                        null,
                        null);
            }
            HttpBody body = response.body();
            say.accept("fetching " + asked
                    + (body.length().isPresent() ? " (" + body.length().getAsLong() + " bytes)" : ""));
            return await(
                    asked,
                    end,
                    () -> GatheredBody.of(asked.toString(), told(body, say), RemoteSources.MAX_WASM_BYTES, null));
        }
        throw new Problem(
                Problem.Code.BAD_UPSTREAM,
                Problem.WhoFailed.UPSTREAM,
                false,
                url + ": more than " + MAX_REDIRECTS + " redirects (expected: at most that)",
                null,
                null);
    }

    /** Made when the first source is fetched: it reads the trust store. */
    private OutgoingHttp http() {
        JdkOutgoingHttp made = client;
        if (made == null) {
            synchronized (this) {
                made = client == null ? JdkOutgoingHttp.withDefaults() : client;
                client = made;
            }
        }
        return made;
    }

    private OutgoingHttp.Request request(URI uri) {
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        List<InetAddress> addresses = reachable.apply(host);
        if (uri.getScheme().equals("http") && !addresses.stream().allMatch(InetAddress::isLoopbackAddress)) {
            throw Problem.guest(
                    Problem.Code.FORBIDDEN, uri + ": plain HTTP (expected: https, except on loopback)", null);
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return new OutgoingHttp.Request(
                new RequestHead(
                        "GET",
                        Optional.of(uri.getScheme()),
                        Optional.of(uri.getRawAuthority()),
                        Optional.of(target),
                        List.of(new HttpField("user-agent", "polder".getBytes(StandardCharsets.US_ASCII)))),
                uri.getScheme(),
                host,
                port,
                addresses,
                addresses::contains,
                HttpBody.empty(),
                TIMES);
    }

    private static URI checked(String url) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme());
            if (uri.getHost() != null && uri.getRawUserInfo() == null && scheme.matches("https?")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw Problem.guest(Problem.Code.INVALID, "url: \"" + url + "\": " + e.getReason(), e);
        }
        throw Problem.guest(
                Problem.Code.INVALID, "url: \"" + url + "\" (expected: https://HOST/PATH, without a password)", null);
    }

    private static URI redirected(URI from, String location) {
        URI to;
        try {
            to = checked(from.resolve(location).toString());
        } catch (IllegalArgumentException e) {
            throw Problem.guest(Problem.Code.BAD_UPSTREAM, from + ": leads to what is no URL", e);
        }
        if (from.getScheme().equals("https") && to.getScheme().equals("http")) {
            throw Problem.guest(Problem.Code.BAD_UPSTREAM, from + ": leads to plain HTTP (expected: https)", null);
        }
        return to;
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private static Optional<String> header(OutgoingHttp.Response response, String name) {
        return response.headers().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(field -> new String(field.value(), StandardCharsets.ISO_8859_1))
                .findFirst();
    }

    private static <T> T await(URI uri, long end, Supplier<CompletableFuture<T>> start) {
        CompletableFuture<T> future = start.get();
        try {
            return future.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Problem problem) {
                throw problem;
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw Problem.unavailable(uri + " cannot be fetched: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new Problem(
                    Problem.Code.DEADLINE,
                    Problem.WhoFailed.UPSTREAM,
                    true,
                    uri + ": not there within " + WHOLE.toMinutes() + " minutes",
                    null,
                    e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new Problem(
                    Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, true, uri + ": the build was stopped", null, e);
        }
    }

    /** The body, with a word every few mebibytes. */
    private static HttpBody told(HttpBody body, Consumer<String> say) {
        Flow.Publisher<ByteBuffer> chunks = subscriber -> body.chunks().subscribe(new Flow.Subscriber<>() {
            private long bytes;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer chunk) {
                long before = bytes;
                bytes += chunk.remaining();
                if (before / WORD_EVERY != bytes / WORD_EVERY) {
                    say.accept("  " + (bytes >> 20) + " MiB are there");
                }
                subscriber.onNext(chunk);
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
        return new HttpBody(chunks, body.trailers(), body.length());
    }

    @Override
    public void close() {
        JdkOutgoingHttp made = client;
        if (made != null) {
            made.close();
        }
    }
}
