package dev.polder.portal.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git client against the served repositories. */
class GitHttpServiceIT {

    private static final GitLimits SMALL = new GitLimits(2_000_000, 1_000_000, 100, 3_000_000, Duration.ofSeconds(20));

    @TempDir
    Path folder;

    Peer peer;

    @BeforeAll
    static void gitIsThere() {
        assumeTrue(
                System.getenv("PATH") != null
                        && java.util.Arrays.stream(System.getenv("PATH").split(java.io.File.pathSeparator))
                                .anyMatch(path -> Files.isExecutable(Path.of(path, "git"))),
                "git is not installed (apt-get install git)");
    }

    @BeforeEach
    void serve() throws Exception {
        peer = new Peer(folder, SMALL);
        peer.repositories.create("default", "shop", "a shop", "main");
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    @Test
    void clonesCommitsPushesAndFetches() throws Exception {
        Path first = cloneInto("first");
        Files.writeString(first.resolve("hello.txt"), "hello\n");
        commit(first, "first");
        String pushed = peer.ok(first, "push", "origin", "HEAD:main");
        assertThat(pushed).contains("main");
        GitRepository repository = peer.repositories.get("default", "shop");
        String id = peer.ok(first, "rev-parse", "HEAD").strip();
        assertThat(repository.head("main")).contains(id);
        assertThat(repository.readFile("main", "hello.txt"))
                .hasValueSatisfying(b -> assertThat(b).asString().isEqualTo("hello\n"));

        Path second = cloneInto("second");
        assertThat(second.resolve("hello.txt")).hasContent("hello\n");
        Files.writeString(second.resolve("more.txt"), "more\n");
        commit(second, "second");
        peer.ok(second, "push");
        for (String version : List.of("0", "2")) {
            peer.ok(first, "-c", "protocol.version=" + version, "fetch", "origin");
            assertThat(peer.ok(first, "log", "--format=%s", "origin/main").lines())
                    .containsExactly("second", "first");
        }
        assertThat(peer.git(repository.place(), "--git-dir=.", "fsck", "--strict")
                        .exit())
                .isZero();
    }

    @Test
    void anybodyMayReadButAPushNeedsAToken() throws Exception {
        Path work = cloneInto("work");
        Files.writeString(work.resolve("a"), "a");
        commit(work, "a");
        peer.ok(work, "push");
        assertThat(peer.ok(folder, "ls-remote", peer.anonymousUrl("default/shop")))
                .contains("refs/heads/main");

        Files.writeString(work.resolve("a"), "b");
        commit(work, "b");
        Peer.Run wrong = peer.git(work, "push", peer.url("default/shop", "polder_wrong"), "HEAD:main");
        assertThat(wrong.exit()).isNotZero();
        assertThat(wrong.output()).contains("Authentication failed");
        Peer.Run nobody = peer.git(work, "push", peer.anonymousUrl("default/shop"), "HEAD:main");
        assertThat(nobody.exit()).isNotZero();
        assertThat(nobody.output()).contains("could not read Username");
        assertThat(peer.ok(folder, "ls-remote", peer.anonymousUrl("default/shop")))
                .doesNotContain(peer.ok(work, "rev-parse", "HEAD").strip());
    }

    @Test
    void asksForAPasswordTheWayGitExpects() throws Exception {
        HttpResponse<String> answer = get("/git/default/shop.git/info/refs?service=git-receive-pack");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Basic realm="));
    }

    @Test
    void aListenerSpeaksToThePusherAndCannotUndoThePush() throws Exception {
        List<PushEvent> heard = new ArrayList<>();
        peer.repositories.onPush((event, output) -> {
            heard.add(event);
            output.line("building " + event.branch());
            throw new IllegalStateException("the compiler said no");
        });
        Path work = cloneInto("work");
        Files.writeString(work.resolve("a"), "a");
        commit(work, "a");
        String said = peer.ok(work, "push", "-o", "profile=loud", "-o", "x", "origin", "HEAD:main");
        assertThat(said)
                .contains("remote: building main")
                .contains("remote: error:")
                .contains("the compiler said no");
        String id = peer.ok(work, "rev-parse", "HEAD").strip();
        assertThat(heard).singleElement().satisfies(event -> {
            assertThat(event.newId()).contains(id);
            assertThat(event.oldId()).isEmpty();
            assertThat(event.options()).containsExactly("profile=loud", "x");
            assertThat(event.principal().ref().toString()).isEqualTo("user:default/jan");
        });
        assertThat(peer.repositories.get("default", "shop").head("main")).contains(id);
    }

    @Test
    void aSlowListenerIsCutOffAndThePushStays() throws Exception {
        peer.close();
        peer = new Peer(folder, new GitLimits(2_000_000, 1_000_000, 100, 3_000_000, Duration.ofMillis(300)));
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        peer.repositories.onPush((event, output) -> {
            output.line("first line");
            release.await();
            output.line("said to nobody");
            ended.countDown();
        });
        Path work = cloneInto("work");
        Files.writeString(work.resolve("a"), "a");
        commit(work, "a");
        String said = peer.ok(work, "push", "origin", "HEAD:main");
        assertThat(said)
                .contains("remote: first line")
                .contains("still running")
                .doesNotContain("said to nobody");
        release.countDown();
        Awaitility.await().untilAsserted(() -> assertThat(ended.getCount()).isZero());
    }

    @Test
    void pushesToDifferentBranchesAtOnceAllArrive() throws Exception {
        Path seed = cloneInto("seed");
        Files.writeString(seed.resolve("a"), "a");
        commit(seed, "a");
        peer.ok(seed, "push", "origin", "HEAD:main");
        List<Callable<String>> pushes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String branch = "branch-" + i;
            Path work = cloneInto(branch);
            Files.writeString(work.resolve("file-" + i), branch);
            commit(work, branch);
            pushes.add(() -> peer.ok(work, "push", "origin", "HEAD:" + branch));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (Future<String> push : threads.invokeAll(pushes)) {
                push.get();
            }
        }
        assertThat(peer.ok(folder, "ls-remote", "--heads", peer.url("default/shop"))
                        .lines())
                .hasSize(7);
    }

    @Test
    void ofTwoPushesToOneBranchTheSecondIsRefused() throws Exception {
        Path one = cloneInto("one");
        Path two = cloneInto("two");
        Files.writeString(one.resolve("a"), "one");
        commit(one, "one");
        Files.writeString(two.resolve("a"), "two");
        commit(two, "two");
        peer.ok(one, "push", "origin", "HEAD:main");
        Peer.Run second = peer.git(two, "push", "origin", "HEAD:main");
        assertThat(second.exit()).isNotZero();
        assertThat(second.output()).contains("rejected");
    }

    @Test
    void refusesAFileOrAPackThatIsTooLargeAndKeepsTheOldState() throws Exception {
        Path work = cloneInto("work");
        Files.writeString(work.resolve("a"), "a");
        commit(work, "a");
        peer.ok(work, "push", "origin", "HEAD:main");
        String before = peer.ok(work, "rev-parse", "HEAD").strip();
        byte[] noise = new byte[1_200_000];
        new SecureRandom().nextBytes(noise);
        Files.write(work.resolve("big"), noise);
        commit(work, "a big file");
        Peer.Run refused = peer.git(work, "push", "origin", "HEAD:main");
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.output()).contains("Object too large").contains("limit is 1,000,000 bytes");
        peer.ok(work, "reset", "-q", "--hard", before);
        for (int i = 0; i < 3; i++) {
            new SecureRandom().nextBytes(noise);
            Files.write(work.resolve("part-" + i), java.util.Arrays.copyOf(noise, 900_000));
        }
        commit(work, "a big pack");
        assertThat(peer.git(work, "push", "origin", "HEAD:main").exit()).isNotZero();
        assertThat(peer.repositories.get("default", "shop").head("main")).contains(before);
        peer.ok(work, "reset", "-q", "--hard", before);
        Files.writeString(work.resolve("a"), "still works");
        commit(work, "small");
        peer.ok(work, "push", "origin", "HEAD:main");
    }

    @Test
    void pushesALargeFileInChunksWithGzippedNegotiation() throws Exception {
        Path work = cloneInto("work");
        byte[] noise = new byte[900_000];
        new SecureRandom().nextBytes(noise);
        Files.write(work.resolve("noise"), noise);
        commit(work, "noise");
        peer.ok(work, "-c", "http.postBuffer=65536", "push", "origin", "HEAD:main");
        for (int i = 0; i < 40; i++) {
            peer.ok(work, "commit", "-q", "--allow-empty", "-m", "commit " + i);
        }
        peer.ok(work, "push", "origin", "HEAD:main");
        Path again = cloneInto("again");
        assertThat(Files.readAllBytes(again.resolve("noise"))).isEqualTo(noise);
        // many haves: git packs the request with gzip from one kilobyte on
        for (int i = 0; i < 40; i++) {
            peer.ok(again, "commit", "-q", "--allow-empty", "-m", "own " + i);
        }
        Files.writeString(work.resolve("new"), "new");
        commit(work, "new");
        peer.ok(work, "push", "origin", "HEAD:main");
        peer.ok(again, "fetch", "origin");
        assertThat(peer.ok(again, "log", "-1", "--format=%s", "origin/main").strip())
                .isEqualTo("new");
    }

    @Test
    void servesSingleFilesAndNothingOutside() throws Exception {
        Path work = cloneInto("work");
        Files.createDirectories(work.resolve("docs"));
        Files.writeString(work.resolve("docs/a b.txt"), "text");
        commit(work, "docs");
        peer.ok(work, "push", "origin", "HEAD:main");
        HttpResponse<String> file = get("/git/default/shop/raw/main/docs/a%20b.txt");
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.body()).isEqualTo("text");
        assertThat(file.headers().firstValue("x-content-type-options")).contains("nosniff");
        for (String path : List.of(
                "/git/default/shop/raw/main/none",
                "/git/default/shop/raw/main/docs",
                "/git/default/shop/raw/main/..%2f..%2fconfig",
                "/git/default/..%2fshop.git/info/refs?service=git-upload-pack",
                "/git/%2e%2e/shop.git/info/refs?service=git-upload-pack",
                "/git/default/none.git/info/refs?service=git-upload-pack",
                "/git/default/shop.git/config",
                "/git/default/shop.git/objects/info/packs")) {
            assertThat(get(path).statusCode()).as(path).isIn(400, 404);
        }
        assertThat(get("/git/default/shop.git/info/refs").statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + peer.server.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private Path cloneInto(String name) throws Exception {
        peer.ok(folder, "clone", "-q", peer.url("default/shop"), name);
        return folder.resolve(name);
    }

    private void commit(Path work, String message) throws Exception {
        peer.ok(work, "add", "-A");
        peer.ok(work, "commit", "-q", "-m", message);
    }
}
