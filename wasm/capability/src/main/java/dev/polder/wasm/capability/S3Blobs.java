package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Containers of blobs in one bucket of a server that speaks S3. An object is {@code prefix/container/name}; a container
 * is there when the empty object {@code prefix/container/} is, its name escaped as in URLs. Other programs may use the
 * bucket too. Buckets are the operator's to make. Source: the S3 API reference.
 */
public final class S3Blobs implements BlobBackend {

    private static final int KEY_BYTES = 1_024;
    private static final int NOT_FOUND = 404;
    private static final int PAST_END = 416;
    private static final int PAGE = 1_000;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SOCKET = Duration.ofSeconds(10);

    private final StoreLocation.S3 location;
    private final String prefix;
    private final BlobLimits limits;
    private final S3Client client;

    /** @param part of the bucket that is the app's, empty or with a slash at its end */
    S3Blobs(StoreLocation.S3 location, String part, BlobLimits limits) {
        this.location = location;
        this.prefix = location.prefix() + part;
        this.limits = limits;
        AwsCredentialsProvider credentials = location.accessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(location.accessKey(), location.secretKey()));
        UrlConnectionHttpClient.Builder http =
                UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SOCKET);
        location.authorities()
                .managers(location.host())
                .ifPresent(managers -> http.tlsTrustManagersProvider(() -> managers));
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(http)
                .credentialsProvider(credentials)
                .region(Region.of(location.region()))
                .forcePathStyle(true)
                // servers of other makers do not know the newer checksums
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (location.endpoint() != null) {
            builder.endpointOverride(location.endpoint());
        }
        this.client = builder.build();
    }

    private String folder(String container) {
        return prefix + URLEncoder.encode(container, StandardCharsets.UTF_8) + "/";
    }

    private String key(String container, String name) {
        limits.checkName("an object", name);
        String key = folder(container) + name;
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > KEY_BYTES) {
            throw Problem.tooLarge("a key of S3 of " + bytes + " bytes (expected: at most " + KEY_BYTES + ")");
        }
        return key;
    }

    private <T> T call(Supplier<T> work) {
        try {
            return work.get();
        } catch (S3Exception e) {
            // the message names the request, no credentials
            throw Problem.unavailable(location + ": " + e.getMessage(), e);
        } catch (SdkException e) {
            throw Problem.unavailable(location + " cannot be reached: " + e.getMessage(), e);
        }
    }

    private Optional<HeadObjectResponse> head(String key) {
        return call(() -> {
            try {
                return Optional.of(client.headObject(
                        request -> request.bucket(location.bucket()).key(key)));
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_FOUND) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public void create(String container) {
        limits.checkName("a container", container);
        if (container(container).isPresent()) {
            throw Problem.invalid("container \"" + container + "\": it is there already");
        }
        var _ = call(() -> client.putObject(
                request -> request.bucket(location.bucket()).key(folder(container)), RequestBody.empty()));
    }

    @Override
    public Optional<Instant> container(String container) {
        return head(folder(container)).map(HeadObjectResponse::lastModified);
    }

    @Override
    public void deleteContainer(String container) {
        Page page;
        do {
            page = list(container, Optional.empty());
            delete(container, page.names());
        } while (!page.last());
        var _ = call(() ->
                client.deleteObject(request -> request.bucket(location.bucket()).key(folder(container))));
    }

    @Override
    public void put(String container, String name, Path file) {
        String key = key(container, name);
        if (container(container).isEmpty()) {
            throw EmbeddedBlobs.noContainer(container);
        }
        var _ = call(() ->
                client.putObject(request -> request.bucket(location.bucket()).key(key), RequestBody.fromFile(file)));
    }

    @Override
    public Optional<Stat> info(String container, String name) {
        return head(key(container, name)).map(found -> new Stat(found.contentLength(), found.lastModified()));
    }

    @Override
    public Content get(String container, String name, long start, long length) {
        String key = key(container, name);
        long last = length > Long.MAX_VALUE - start ? Long.MAX_VALUE : start + length - 1;
        return call(() -> {
            try {
                return new Received(client.getObject(request -> request.bucket(location.bucket())
                        .key(key)
                        .range("bytes=" + start + "-" + (last == Long.MAX_VALUE ? "" : last))));
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_FOUND) {
                    throw EmbeddedBlobs.noObject(container, name);
                }
                if (e.statusCode() == PAST_END) {
                    return new Nothing();
                }
                throw e;
            }
        });
    }

    /** An answer as it comes: the server goes on sending what it began with. */
    private record Received(ResponseInputStream<GetObjectResponse> stream) implements Content {

        @Override
        public long size() {
            return stream.response().contentLength();
        }

        @Override
        public byte[] read(int max) throws IOException {
            return stream.readNBytes(max);
        }

        @Override
        public void close() {
            stream.abort();
        }
    }

    private record Nothing() implements Content {

        @Override
        public long size() {
            return 0;
        }

        @Override
        public byte[] read(int max) {
            return new byte[0];
        }

        @Override
        public void close() {}
    }

    @Override
    public Page list(String container, Optional<String> after) {
        String folder = folder(container);
        // the empty object of the container itself sorts first
        ListObjectsV2Response found = call(() -> client.listObjectsV2(request ->
                request.bucket(location.bucket()).prefix(folder).maxKeys(PAGE).startAfter(folder + after.orElse(""))));
        List<String> names = new ArrayList<>();
        for (S3Object object : found.contents()) {
            String name = object.key().substring(folder.length());
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return new Page(names, !Boolean.TRUE.equals(found.isTruncated()));
    }

    @Override
    public void delete(String container, List<String> names) {
        for (int from = 0; from < names.size(); from += PAGE) {
            List<ObjectIdentifier> keys = names.subList(from, Math.min(names.size(), from + PAGE)).stream()
                    .map(name ->
                            ObjectIdentifier.builder().key(key(container, name)).build())
                    .toList();
            var response = call(() -> client.deleteObjects(request -> request.bucket(location.bucket())
                    .delete(delete -> delete.objects(keys).quiet(true))));
            if (response.hasErrors()) {
                throw Problem.unavailable(
                        location + ": " + response.errors().getFirst().message(), null);
            }
        }
    }

    @Override
    public void copy(String container, String name, String toContainer, String toName) {
        String from = key(container, name);
        String to = key(toContainer, toName);
        if (from.equals(to)) {
            if (info(container, name).isEmpty()) {
                throw EmbeddedBlobs.noObject(container, name);
            }
            return;
        }
        var _ = call(() -> {
            try {
                return client.copyObject(request -> request.sourceBucket(location.bucket())
                        .sourceKey(from)
                        .destinationBucket(location.bucket())
                        .destinationKey(to));
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_FOUND) {
                    throw EmbeddedBlobs.noObject(container, name);
                }
                throw e;
            }
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
