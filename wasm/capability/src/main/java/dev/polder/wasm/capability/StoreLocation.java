package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the operator put the stores of a name: key-value stores of a label, or a container of blobs. What is made here is
 * checked; {@code toString} holds no secret.
 *
 * <p>Apps do not see each other's: {@code shared} says that all apps that use the name share one store, with keys as
 * they write them; otherwise each has a part of its own.
 */
public sealed interface StoreLocation {

    /** In the data folder, as everything is that nothing is said about. */
    record Embedded() implements StoreLocation {}

    /**
     * Key-value stores in a Redis.
     *
     * @param url {@code redis://host:port/database}, {@code rediss:} for TLS; user and password in it or beside it
     */
    record Redis(String url, String user, String password, boolean shared, Authorities authorities)
            implements StoreLocation {

        /** @throws Problem INVALID when the URL is none of a Redis */
        public Redis {
            var _ = RedisSession.address(url);
        }

        @Override
        public String toString() {
            return "Redis " + RedisSession.address(url);
        }
    }

    /**
     * Key-value stores in NATS JetStream, a bucket for each.
     *
     * @param url {@code nats://host:port}, {@code tls:} for TLS
     * @param user empty for none, or when the password is a token
     * @param bucket what names of buckets begin with; the bucket itself when it is shared
     */
    record Nats(String url, String user, String password, String bucket, boolean shared, Authorities authorities)
            implements StoreLocation {

        /** @throws Problem INVALID */
        public Nats {
            URI uri = uri(url, "nats://host:port", "nats", "tls");
            if (uri.getUserInfo() != null) {
                throw Problem.invalid("address of NATS (expected: user and password beside it, not in it)");
            }
            if (!bucket.matches("[A-Za-z0-9_-]{1,64}")) {
                throw Problem.invalid("bucket \"" + bucket + "\" (expected: 1 to 64 letters, digits, _ and -)");
            }
        }

        String host() {
            return StoreLocation.host(URI.create(url));
        }

        @Override
        public String toString() {
            return "NATS " + url;
        }
    }

    /**
     * A container of blobs in a bucket that speaks S3.
     *
     * @param endpoint of the server, {@code https://s3.example.com}; null for Amazon's in the region
     * @param accessKey with its secret key; empty for what the environment of the process gives
     * @param prefix of all keys; the container's name and {@code /} follow
     */
    record S3(
            @Nullable URI endpoint,
            String region,
            String bucket,
            String prefix,
            String accessKey,
            String secretKey,
            boolean shared,
            Authorities authorities)
            implements StoreLocation {

        /** @throws Problem INVALID */
        public S3 {
            if (endpoint != null) {
                var _ = uri(endpoint.toString(), "https://host", "http", "https");
            }
            if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
                throw Problem.invalid("bucket \"" + bucket + "\" (expected: 3 to 63 small letters, digits, . and -)");
            }
            if (!region.matches("[a-z0-9-]{2,40}")) {
                throw Problem.invalid("region \"" + region + "\" (expected: one such as eu-central-1)");
            }
        }

        String host() {
            return endpoint == null ? "s3." + region + ".amazonaws.com" : StoreLocation.host(endpoint);
        }

        @Override
        public String toString() {
            return "S3 bucket " + bucket + (endpoint == null ? " in " + region : " at " + endpoint);
        }
    }

    private static String host(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static URI uri(String text, String expected, String... schemes) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && List.of(schemes).contains(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // the message below says all of it, and shows nothing of what may hold a password
        }
        throw Problem.invalid("address of a store (expected: " + expected + ")");
    }

    /**
     * The back end of an app's key-value store; null for the embedded one. Connects when it is first needed.
     *
     * @throws Problem INVALID when such a place keeps no keys
     */
    default @Nullable KeyValueBackend keyValue(WorkloadRef app, String label, KeyValueLimits limits) {
        String own = app.namespace() + "/" + app.name() + "/" + label + "/";
        return switch (this) {
            case Embedded() -> null;
            case Redis redis -> RedisKeyValue.of(redis, redis.shared() ? "" : own, limits, OutboundLimits.DEFAULT);
            case Nats nats ->
                new NatsKeyValue(
                        nats,
                        nats.shared()
                                ? nats.bucket()
                                : nats.bucket() + "_" + app.namespace() + "_" + app.name() + "_" + label,
                        limits);
            case S3 _ ->
                throw Problem.invalid("store \"" + label + "\": S3 keeps blobs (expected: embedded, redis or nats)");
        };
    }

    /**
     * The back end of an app's container of blobs; null for the embedded one.
     *
     * @throws Problem INVALID when such a place keeps no blobs
     */
    default @Nullable BlobBackend blobs(WorkloadRef app, String container, BlobLimits limits) {
        return switch (this) {
            case Embedded() -> null;
            case S3 s3 -> new S3Blobs(s3, s3.shared() ? "" : app.namespace() + "/" + app.name() + "/", limits);
            case Redis _, Nats _ ->
                throw Problem.invalid(
                        "container \"" + container + "\": " + this + " keeps no blobs (expected: embedded or s3)");
        };
    }

    /** Whether it keeps blobs and no keys. */
    default boolean isForBlobs() {
        return this instanceof S3;
    }
}
