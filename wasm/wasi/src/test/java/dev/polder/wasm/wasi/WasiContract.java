package dev.polder.wasm.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.wasi.internal.Errno;
import dev.polder.wasm.wasi.internal.FileKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WASI 0.1 function by function, the same on every engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class WasiContract {

    private static final InstanceLimits LIMITS = InstanceLimits.DEFAULT.withWallTime(Duration.ofSeconds(20));

    private WasmEngine engine;
    private Path outside;
    private Path inside;

    abstract WasmEngine open(Path cache);

    @BeforeAll
    void openEngine(@TempDir Path cache) {
        engine = open(cache);
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @BeforeEach
    void makeFolders(@TempDir Path folder) throws IOException {
        outside = folder;
        inside = Files.createDirectory(folder.resolve("inside"));
        Files.writeString(outside.resolve("secret.txt"), "secret");
        Files.writeString(inside.resolve("file.txt"), "content");
        Files.createDirectory(inside.resolve("folder"));
    }

    private Guest guest(WasiConfig.Builder config) {
        return new Guest(engine, config.build(), LIMITS);
    }

    private Guest writable() {
        return guest(WasiConfig.builder("test").preopen(Preopen.writable("/data", inside)));
    }

    @Test
    void runsACommandToItsExitCode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        WasiConfig config = WasiConfig.builder("hello")
                .stdout(OutputSink.buffer("stdout", out, 100))
                .stderr(OutputSink.buffer("stderr", err, 100))
                .build();
        WasiCommand command = WasiCommand.of(Guest.compile(engine, "hello"));
        assertThat(command.run(config, LIMITS)).isEqualTo(3);
        assertThat(out).hasToString("hello\n");
        assertThat(err).hasToString("oops\n");
        WasiConfig second = WasiConfig.builder("hello").build();
        assertThat(command.run(second, LIMITS)).isEqualTo(3);
        assertThat(WasiCommand.of(Guest.compile(engine, "calls")).run(second, LIMITS))
                .isZero();
    }

    @Test
    void endsACommandWhoseOutputPassesItsLimit() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        WasiConfig config = WasiConfig.builder("hello")
                .stdout(OutputSink.buffer("stdout", out, 3))
                .build();
        WasiCommand command = WasiCommand.of(Guest.compile(engine, "hello"));
        assertThatThrownBy(() -> command.run(config, LIMITS))
                .isInstanceOfSatisfying(Problem.class, p -> {
                    assertThat(p.code()).isEqualTo(Problem.Code.TOO_LARGE);
                    assertThat(p.whoFailed()).isEqualTo(Problem.WhoFailed.GUEST);
                })
                .hasMessage("stdout: more than 3 bytes (expected: at most that many)");
        assertThat(out).hasToString("hel");
    }

    @Test
    void givesArgumentsAndEnvironment() {
        WasiConfig.Builder config = WasiConfig.builder("prog")
                .args(List.of("one", "zwölf"))
                .env("A", "1")
                .env("B", "x=y");
        try (Guest guest = guest(config)) {
            assertThat(guest.call("args_sizes_get", Guest.RESULT, Guest.RESULT + 4))
                    .isZero();
            assertThat(guest.result()).isEqualTo(3);
            assertThat(guest.memory().getInt(Guest.RESULT + 4)).isEqualTo(16);
            assertThat(guest.call("args_get", 100, 200)).isZero();
            assertThat(guest.memory().readUtf8(200, 16)).isEqualTo("prog\0one\0zwölf\0");
            assertThat(guest.memory().getInt(108)).isEqualTo(209);
            assertThat(guest.call("environ_sizes_get", Guest.RESULT, Guest.RESULT + 4))
                    .isZero();
            assertThat(guest.result()).isEqualTo(2);
            assertThat(guest.call("environ_get", 100, 200)).isZero();
            assertThat(guest.memory().readUtf8(200, 10)).isEqualTo("A=1\0B=x=y\0");
        }
    }

    @Test
    void grantsNothingByItself() {
        try (Guest guest = guest(WasiConfig.builder("prog"))) {
            assertThat(guest.call("environ_sizes_get", Guest.RESULT, Guest.RESULT + 4))
                    .isZero();
            assertThat(guest.result()).isZero();
            assertThat(guest.call("fd_prestat_get", 3, Guest.RESULT)).isEqualTo(Errno.BADF);
            assertThat(guest.open("etc/passwd", 0, Rights.FD_READ)).isEqualTo(-Errno.BADF);
            assertThat(guest.read(0, 10)).isEmpty();
            assertThat(guest.call("sock_accept", 3, 0, Guest.RESULT)).isEqualTo(Errno.BADF);
            assertThat(guest.call("sock_send", 1, 0, 0, 0, Guest.RESULT)).isEqualTo(Errno.NOTSOCK);
            assertThat(guest.call("sock_recv", 0, 0, 0, 0, 0, 0)).isEqualTo(Errno.NOTSOCK);
            assertThat(guest.call("sock_shutdown", 9, 0)).isEqualTo(Errno.BADF);
        }
    }

    @Test
    void tellsTimeAndGivesRandomBytes() {
        WasiClock clock = new WasiClock() {
            @Override
            public long realtimeNanos() {
                return 1_700_000_000_123_456_789L;
            }

            @Override
            public long monotonicNanos() {
                return 42;
            }
        };
        WasiConfig.Builder config =
                WasiConfig.builder("prog").clock(clock).random(bytes -> Arrays.fill(bytes, (byte) 7));
        try (Guest guest = guest(config)) {
            assertThat(guest.call("clock_time_get", 0, 1, Guest.RESULT)).isZero();
            assertThat(guest.memory().getLong(Guest.RESULT)).isEqualTo(1_700_000_000_123_456_789L);
            assertThat(guest.call("clock_time_get", 1, 1, Guest.RESULT)).isZero();
            assertThat(guest.memory().getLong(Guest.RESULT)).isEqualTo(42);
            assertThat(guest.call("clock_time_get", 9, 1, Guest.RESULT)).isEqualTo(Errno.INVAL);
            assertThat(guest.call("clock_res_get", 0, Guest.RESULT)).isZero();
            assertThat(guest.call("random_get", 100, 5)).isZero();
            assertThat(guest.memory().read(99, 7)).containsExactly(0, 7, 7, 7, 7, 7, 0);
            assertThat(guest.call("sched_yield")).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "random_get,131070,4,,", "random_get,-1,1,,", "args_sizes_get,131072,0,,", "fd_prestat_get,3,131070,,",
        "fd_write,1,-8,1,0", "fd_read,0,131072,2,0", "clock_time_get,0,0,-2,", "fd_readdir,3,131000,1000,0"
    })
    void refusesAddressesOutsideOfTheMemory(String function, long a, long b, Long c, Long d) {
        try (Guest guest = writable()) {
            long[] args = c == null
                    ? new long[] {a, b}
                    : d == null
                            ? new long[] {a, b, c}
                            : function.equals("fd_readdir")
                                    ? new long[] {a, b, c, d, Guest.RESULT}
                                    : new long[] {a, b, c, d};
            assertThat(guest.call(function, args)).isEqualTo(Errno.FAULT);
        }
    }

    @Test
    void readsAndWritesFiles() throws IOException {
        try (Guest guest = writable()) {
            int file = guest.open("new.txt", Guest.CREATE | Guest.EXCLUSIVE, Guest.ALL_RIGHTS);
            assertThat(file).isEqualTo(4);
            assertThat(guest.write(file, "hello, file")).isZero();
            assertThat(guest.call("fd_seek", file, -4, 1, Guest.RESULT)).isZero();
            assertThat(guest.read(file, 100)).isEqualTo("file");
            assertThat(guest.call("fd_tell", file, Guest.RESULT)).isZero();
            assertThat(guest.memory().getLong(Guest.RESULT)).isEqualTo(11);
            assertThat(guest.call("fd_seek", file, -1, 0, Guest.RESULT)).isEqualTo(Errno.INVAL);
            assertThat(guest.call("fd_filestat_set_size", file, 20)).isZero();
            assertThat(guest.call("fd_filestat_get", file, Guest.RESULT)).isZero();
            assertThat(guest.memory().getLong(Guest.RESULT + 32)).isEqualTo(20);
            assertThat(guest.memory().getByte(Guest.RESULT + 16)).isEqualTo((byte) FileKind.REGULAR);
            assertThat(guest.call("fd_filestat_set_size", file, 5)).isZero();
            assertThat(guest.call("fd_allocate", file, 5, 3)).isZero();
            assertThat(guest.call("fd_sync", file)).isZero();
            assertThat(guest.call("fd_close", file)).isZero();
            assertThat(guest.call("fd_close", file)).isEqualTo(Errno.BADF);
            assertThat(Files.readAllBytes(inside.resolve("new.txt")))
                    .isEqualTo("hello\0\0\0".getBytes(StandardCharsets.US_ASCII));
            assertThat(guest.open("new.txt", Guest.CREATE | Guest.EXCLUSIVE, 0)).isEqualTo(-Errno.EXIST);
            int reader = guest.open("new.txt", 0, Rights.FD_READ);
            assertThat(guest.write(reader, "x")).isEqualTo(Errno.BADF);
            int truncated = guest.open("new.txt", Guest.TRUNCATE, Rights.FD_WRITE);
            assertThat(truncated).isPositive();
            assertThat(Files.size(inside.resolve("new.txt"))).isZero();
            assertThat(guest.call("fd_renumber", truncated, reader)).isZero();
            assertThat(guest.write(reader, "again")).isZero();
            assertThat(Files.readString(inside.resolve("new.txt"))).isEqualTo("again");
        }
    }

    @Test
    void makesListsMovesAndRemoves() throws IOException {
        try (Guest guest = writable()) {
            assertThat(guest.path("path_create_directory", "made")).isZero();
            assertThat(guest.path("path_create_directory", "made")).isEqualTo(Errno.EXIST);
            assertThat(guest.path("path_create_directory", "none/made")).isEqualTo(Errno.NOENT);
            assertThat(guest.path("path_create_directory", "file.txt/made")).isEqualTo(Errno.NOTDIR);
            assertThat(guest.rename("file.txt", "made/moved.txt")).isZero();
            assertThat(guest.rename("file.txt", "x")).isEqualTo(Errno.NOENT);
            assertThat(guest.path("path_remove_directory", "made")).isEqualTo(Errno.NOTEMPTY);
            assertThat(guest.path("path_unlink_file", "made")).isEqualTo(Errno.ISDIR);
            assertThat(guest.link("made/moved.txt", "made/second.txt")).isZero();
            assertThat(guest.symbolicLink("moved.txt", "made/third.txt")).isZero();
            assertThat(guest.stat("made/third.txt", false)).isZero();
            assertThat(guest.memory().getByte(Guest.RESULT + 16)).isEqualTo((byte) FileKind.LINK);
            assertThat(guest.stat("made/third.txt", true)).isZero();
            assertThat(guest.memory().getLong(Guest.RESULT + 32)).isEqualTo(7);
            assertThat(guest.memory().getLong(Guest.RESULT + 24)).isEqualTo(2);
            int folder = guest.open("made", Guest.FOLDER, 0);
            assertThat(guest.call("fd_readdir", folder, 100, 500, 0, Guest.RESULT))
                    .isZero();
            assertThat(names(guest, guest.result())).containsExactly(".", "..", "moved.txt", "second.txt", "third.txt");
            assertThat(guest.call("fd_readdir", folder, 100, 60, 3, Guest.RESULT))
                    .isZero();
            assertThat(guest.result()).isEqualTo(60);
            assertThat(guest.path("path_remove_directory", "made/moved.txt")).isEqualTo(Errno.NOTDIR);
            for (String name : List.of("moved.txt", "second.txt", "third.txt")) {
                assertThat(guest.path("path_unlink_file", "made/" + name)).isZero();
            }
            assertThat(guest.path("path_remove_directory", "made")).isZero();
            assertThat(guest.path("path_remove_directory", ".")).isEqualTo(Errno.INVAL);
        }
        try (var left = Files.list(inside)) {
            assertThat(left).extracting(p -> p.getFileName().toString()).containsExactly("folder");
        }
    }

    private static List<String> names(Guest guest, int size) {
        List<String> names = new ArrayList<>();
        for (int at = 100; at < 100 + size; ) {
            int length = guest.memory().getInt(at + 16);
            names.add(guest.memory().readUtf8(at + 24, length));
            at += 24 + length;
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../secret.txt",
                "folder/../../secret.txt",
                "/etc/passwd",
                "./.././secret.txt",
                "out",
                "out/secret.txt",
                "absolute",
                "folder/up/secret.txt",
                "chain/secret.txt"
            })
    void neverLeavesTheFolder(String path) throws IOException {
        Files.createSymbolicLink(inside.resolve("out"), Path.of(".."));
        Files.createSymbolicLink(inside.resolve("absolute"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(inside.resolve("folder/up"), Path.of("../.."));
        Files.createSymbolicLink(inside.resolve("chain"), Path.of("folder/../out"));
        try (Guest guest = writable()) {
            assertThat(guest.open(path, 0, Rights.FD_READ)).isEqualTo(-Errno.PERM);
            assertThat(guest.open(path + "/x", Guest.CREATE, Rights.FD_WRITE)).isEqualTo(-Errno.PERM);
            assertThat(guest.stat(path, true)).isEqualTo(Errno.PERM);
            assertThat(guest.path("path_create_directory", path + "/made")).isEqualTo(Errno.PERM);
            assertThat(guest.rename("file.txt", path + "/moved")).isEqualTo(Errno.PERM);
            assertThat(guest.link("file.txt", path + "/linked")).isEqualTo(Errno.PERM);
            assertThat(guest.symbolicLink("x", path + "/linked")).isEqualTo(Errno.PERM);
            assertThat(guest.path("path_unlink_file", path + "/inside/file.txt"))
                    .isEqualTo(Errno.PERM);
        }
        assertThat(Files.readString(inside.resolve("file.txt"))).isEqualTo("content");
        assertThat(Files.readString(outside.resolve("secret.txt"))).isEqualTo("secret");
        assertThat(outside.toFile().list()).containsExactlyInAnyOrder("inside", "secret.txt");
    }

    @Test
    void followsLinksThatStayInside() throws IOException {
        Files.createSymbolicLink(inside.resolve("folder/back"), Path.of("../file.txt"));
        Files.createSymbolicLink(inside.resolve("round"), Path.of("round"));
        try (Guest guest = writable()) {
            assertThat(guest.read(guest.open("folder/back", 0, Rights.FD_READ), 20))
                    .isEqualTo("content");
            assertThat(guest.read(guest.open("folder/../folder/./back", 0, Rights.FD_READ), 20))
                    .isEqualTo("content");
            assertThat(guest.open("round", 0, Rights.FD_READ)).isEqualTo(-Errno.LOOP);
            assertThat(guest.symbolicLink("/etc/passwd", "bad")).isEqualTo(Errno.PERM);
            String path = "folder/back";
            assertThat(guest.call("path_readlink", 3, guest.text(path), path.length(), 100, 7, Guest.RESULT))
                    .isZero();
            assertThat(guest.memory().readUtf8(100, guest.result())).isEqualTo("../file");
            assertThat(guest.open("x".repeat(300), 0, Rights.FD_READ)).isEqualTo(-Errno.NAMETOOLONG);
            assertThat(guest.open("", 0, Rights.FD_READ)).isEqualTo(-Errno.NOENT);
            int folder = guest.open("folder", Guest.FOLDER, 0);
            assertThat(guest.open(folder, "../file.txt", 0, Rights.FD_READ)).isEqualTo(-Errno.PERM);
            assertThat(guest.open(folder, "back", 0, Rights.FD_READ)).isEqualTo(-Errno.PERM);
        }
    }

    @Test
    void cannotBeRacedOutOfTheFolder() throws Exception {
        Path target = Files.createDirectory(outside.resolve("target"));
        Files.writeString(target.resolve("name"), "secret");
        Path real = Files.createDirectory(inside.resolve("real"));
        Files.writeString(real.resolve("name"), "inside");
        int read = 0;
        try (Swapping _ = new Swapping(real, target);
                Guest guest = writable()) {
            // On a busy machine the attacker may not get to run for long; the guest goes on until it has seen the file.
            for (int i = 0; i < 1_500 || (read == 0 && i < 1_000_000); i++) {
                int file = guest.open("swapped/name", 0, Rights.FD_READ);
                if (file > 0) {
                    read++;
                    assertThat(guest.read(file, 10)).isEqualTo("inside");
                    guest.call("fd_close", file);
                }
            }
        }
        assertThat(read).isGreaterThan(0);
    }

    /** {@code inside/swapped} is the real folder, then nothing, then a link to one outside, and so on until it is closed. */
    private final class Swapping implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Thread attacker;

        Swapping(Path real, Path target) {
            Path swapped = inside.resolve("swapped");
            attacker = Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    try {
                        Files.move(real, swapped);
                        Files.move(swapped, real);
                        Files.createSymbolicLink(swapped, target);
                        Files.delete(swapped);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            });
        }

        @Override
        public void close() {
            stop.set(true);
            try {
                attacker.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void cannotBeRacedToALinkOutside() throws Exception {
        Path target = Files.createDirectory(outside.resolve("target"));
        Files.createSymbolicLink(target.resolve("name"), Path.of("secret"));
        Path real = Files.createDirectory(inside.resolve("real"));
        Files.createSymbolicLink(real.resolve("name"), Path.of("inside"));
        FileTime before = Files.getLastModifiedTime(target.resolve("name"), LinkOption.NOFOLLOW_LINKS);
        String path = "swapped/name";
        int read = 0;
        int set = 0;
        try (Swapping _ = new Swapping(real, target);
                Guest guest = writable()) {
            for (int i = 0; i < 1_500 || ((read == 0 || set == 0) && i < 1_000_000); i++) {
                if (guest.call("path_readlink", 3, guest.text(path), path.length(), 100, 20, Guest.RESULT) == 0) {
                    read++;
                    assertThat(guest.memory().readUtf8(100, guest.result())).isEqualTo("inside");
                }
                if (guest.call("path_filestat_set_times", 3, 0, guest.text(path), path.length(), 0, 0, 5) == 0) {
                    set++;
                }
                guest.path("path_create_directory", "swapped/folder");
                guest.symbolicLink("text", "swapped/link");
                guest.link("file.txt", "swapped/file");
            }
        }
        assertThat(read).isPositive();
        assertThat(set).isPositive();
        assertThat(target.toFile().list()).containsExactly("name");
        assertThat(Files.getLastModifiedTime(target.resolve("name"), LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(before);
    }

    @Test
    void aFolderWithinAnotherOneCannotBeReplacedByALink() {
        WasiConfig.Builder config = WasiConfig.builder("test")
                .preopen(Preopen.writable("/data", inside))
                .preopen(Preopen.writable("/inner", inside.resolve("folder")));
        try (Guest guest = guest(config)) {
            assertThat(guest.open(4, "mine", Guest.CREATE, Rights.FD_WRITE)).isPositive();
            assertThat(guest.rename("folder", "moved")).isZero();
            assertThat(guest.symbolicLink("..", "folder")).isZero();
            assertThat(guest.open(4, "secret.txt", 0, Rights.FD_READ)).isEqualTo(-Errno.NOENT);
            assertThat(guest.call("path_create_directory", 4, guest.text("made"), 4))
                    .isEqualTo(Errno.NOENT);
            assertThat(guest.call("fd_readdir", 4, 100, 500, 0, Guest.RESULT)).isEqualTo(Errno.NOENT);
        }
        assertThat(outside.toFile().list()).containsExactlyInAnyOrder("inside", "secret.txt");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anOpenFolderIsItselfWhateverItsName() {
        try (Guest guest = writable()) {
            int folder = guest.open("folder", Guest.FOLDER, Rights.FD_READ);
            assertThat(guest.rename("folder", "moved")).isZero();
            int file = guest.open(folder, "made", Guest.CREATE, Rights.FD_WRITE);
            assertThat(guest.write(file, "x")).isZero();
            assertThat(guest.call("fd_readdir", folder, 100, 500, 0, Guest.RESULT))
                    .isZero();
            assertThat(guest.call("fd_filestat_get", folder, Guest.RESULT)).isZero();
            assertThat(guest.call("fd_close", folder)).isZero();
            assertThat(guest.open(folder, "other", Guest.CREATE, Rights.FD_WRITE))
                    .isEqualTo(-Errno.BADF);
        }
        assertThat(inside.resolve("moved/made")).hasContent("x");
    }

    @Test
    void setsTheTimesOfALinkItself() throws IOException {
        Path file = inside.resolve("folder/file");
        Path link = inside.resolve("folder/link");
        Files.writeString(file, "x");
        Files.createSymbolicLink(link, Path.of("file"));
        FileTime before = Files.getLastModifiedTime(file);
        String path = "folder/link";
        try (Guest guest = writable()) {
            assertThat(guest.call("path_filestat_set_times", 3, 0, guest.text(path), path.length(), 11, 12_345, 5))
                    .isZero();
            assertThat(guest.stat(path, false)).isZero();
            assertThat(guest.memory().getLong(Guest.RESULT + 40)).isEqualTo(11);
            assertThat(guest.memory().getLong(Guest.RESULT + 48)).isEqualTo(12_345);
            // The change itself is of now: no guest sets that.
            assertThat(guest.memory().getLong(Guest.RESULT + 56)).isGreaterThan(12_345);
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
            assertThat(guest.call("path_filestat_set_times", 3, 1, guest.text(path), path.length(), 0, 99, 4))
                    .isZero();
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.from(99, TimeUnit.NANOSECONDS));
            assertThat(guest.call("path_filestat_set_times", 3, 0, guest.text(path), path.length(), 0, 0, 3))
                    .isEqualTo(Errno.INVAL);
        }
    }

    @Test
    void changesNothingInAReadOnlyFolder() throws IOException {
        WasiConfig.Builder config = WasiConfig.builder("prog").preopen(Preopen.readOnly("/data", inside));
        try (Guest guest = guest(config)) {
            assertThat(guest.read(guest.open("file.txt", 0, Rights.FD_READ), 20))
                    .isEqualTo("content");
            assertThat(guest.open("file.txt", 0, Rights.FD_WRITE)).isEqualTo(-Errno.PERM);
            assertThat(guest.open("file.txt", Guest.TRUNCATE, Rights.FD_READ)).isEqualTo(-Errno.PERM);
            assertThat(guest.open("new.txt", Guest.CREATE, Rights.FD_READ)).isEqualTo(-Errno.PERM);
            assertThat(guest.path("path_create_directory", "made")).isEqualTo(Errno.PERM);
            assertThat(guest.path("path_remove_directory", "folder")).isEqualTo(Errno.PERM);
            assertThat(guest.path("path_unlink_file", "file.txt")).isEqualTo(Errno.PERM);
            assertThat(guest.rename("file.txt", "other")).isEqualTo(Errno.PERM);
            assertThat(guest.link("file.txt", "other")).isEqualTo(Errno.PERM);
            assertThat(guest.symbolicLink("file.txt", "other")).isEqualTo(Errno.PERM);
            String path = "file.txt";
            assertThat(guest.call("path_filestat_set_times", 3, 1, guest.text(path), path.length(), 0, 0, 10))
                    .isEqualTo(Errno.PERM);
        }
        assertThat(inside.toFile().list()).containsExactlyInAnyOrder("file.txt", "folder");
    }

    @Test
    void rightsThatWereDroppedStayDropped() {
        try (Guest guest = writable()) {
            int file = guest.open("file.txt", 0, Rights.FD_READ | Rights.FD_WRITE);
            long kept = Rights.FD_READ | Rights.FD_TELL;
            assertThat(guest.call("fd_fdstat_set_rights", file, kept, 0)).isZero();
            assertThat(guest.call("fd_fdstat_get", file, 100)).isZero();
            assertThat(guest.memory().getLong(108)).isEqualTo(kept);
            assertThat(guest.write(file, "x")).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.call("fd_seek", file, 0, 0, Guest.RESULT)).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.call("fd_tell", file, Guest.RESULT)).isZero();
            assertThat(guest.read(file, 20)).isEqualTo("content");
            assertThat(guest.call("fd_fdstat_set_rights", file, kept | Rights.FD_WRITE, 0))
                    .isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.call("fd_close", file)).isZero();

            assertThat(guest.call("fd_fdstat_set_rights", 3, Rights.OPEN | Rights.UNLINK, Rights.FD_READ | Rights.OPEN))
                    .isZero();
            assertThat(guest.path("path_create_directory", "made")).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.rename("file.txt", "other")).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.link("file.txt", "other")).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.symbolicLink("file.txt", "other")).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.open("new", Guest.CREATE, Rights.FD_READ)).isEqualTo(-Errno.NOTCAPABLE);
            assertThat(guest.open("file.txt", 0, Rights.FD_WRITE)).isEqualTo(-Errno.NOTCAPABLE);
            int read = guest.open("file.txt", 0, Rights.FD_READ);
            assertThat(guest.read(read, 20)).isEqualTo("content");
            assertThat(guest.call("fd_seek", read, 0, 0, Guest.RESULT)).isEqualTo(Errno.NOTCAPABLE);
            assertThat(guest.path("path_unlink_file", "file.txt")).isZero();
        }
    }

    @Test
    void refusesWhatIsNeitherFileNorFolder() throws Exception {
        Path pipe = inside.resolve("pipe");
        Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assumeTrue(mkfifo.waitFor() == 0, "mkfifo makes the pipe of this test (install coreutils)");
        try (Guest guest = writable()) {
            assertThat(guest.open("pipe", 0, Rights.FD_READ)).isEqualTo(-Errno.ACCES);
        }
    }

    @Test
    void limitsOpenDescriptors() {
        try (Guest guest = writable()) {
            int opened = 0;
            int last = 0;
            while (last >= 0 && opened < 5_000) {
                last = guest.open("file.txt", 0, Rights.FD_READ);
                opened++;
            }
            assertThat(last).isEqualTo(-Errno.MFILE);
            assertThat(opened).isBetween(1_000, 1_100);
        }
    }

    private static void timer(Guest guest, long nanos) {
        guest.memory().fill(100, 96, (byte) 0);
        guest.memory().setLong(100, 77);
        guest.memory().setInt(116, 1);
        guest.memory().setLong(124, nanos);
    }

    @Test
    void waitsForAClock() {
        try (Guest guest = writable()) {
            timer(guest, 30_000_000);
            long start = System.nanoTime();
            assertThat(guest.call("poll_oneoff", 100, 200, 1, Guest.RESULT)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000);
            assertThat(guest.result()).isEqualTo(1);
            assertThat(guest.memory().getLong(200)).isEqualTo(77);
            // With a descriptor that is ready, nobody waits.
            timer(guest, 3_600_000_000_000L);
            guest.memory().setByte(156, (byte) 2);
            guest.memory().setInt(164, 1);
            assertThat(guest.call("poll_oneoff", 100, 200, 2, Guest.RESULT)).isZero();
            assertThat(guest.result()).isEqualTo(1);
            assertThat(guest.memory().getByte(210)).isEqualTo((byte) 2);
            assertThat(guest.call("poll_oneoff", 100, 200, 0, Guest.RESULT)).isEqualTo(Errno.INVAL);
        }
    }

    @Test
    void waitsForInputNoLongerThanForAClock() throws IOException {
        PipedOutputStream sender = new PipedOutputStream();
        try (InputStream input = new PipedInputStream(sender)) {
            try (Guest guest = guest(WasiConfig.builder("prog").stdin(input))) {
                timer(guest, 10_000_000);
                guest.memory().setLong(148, 88);
                guest.memory().setByte(156, (byte) 1);
                assertThat(guest.call("poll_oneoff", 100, 200, 2, Guest.RESULT)).isZero();
                assertThat(guest.result()).isEqualTo(1);
                assertThat(guest.memory().getLong(200)).as("the clock's").isEqualTo(77);

                sender.write("hello".getBytes(StandardCharsets.UTF_8));
                sender.flush();
                timer(guest, 3_600_000_000_000L);
                guest.memory().setLong(148, 88);
                guest.memory().setByte(156, (byte) 1);
                assertThat(guest.call("poll_oneoff", 100, 200, 2, Guest.RESULT)).isZero();
                assertThat(guest.result()).isEqualTo(1);
                assertThat(guest.memory().getLong(200)).isEqualTo(88);
                assertThat(guest.memory().getLong(216)).isEqualTo(5);
                assertThat(guest.read(0, 2)).isEqualTo("he");
                assertThat(guest.read(0, 20)).isEqualTo("llo");

                sender.close();
                assertThat(guest.call("poll_oneoff", 148, 200, 1, Guest.RESULT)).isZero();
                assertThat(guest.memory().getLong(216)).isZero();
                assertThat(guest.memory().getShort(224)).as("hang-up").isEqualTo((short) 1);
                assertThat(guest.read(0, 20)).isEmpty();
            }
        }
    }

    @Test
    void endsAGuestThatSleepsPastItsDeadline() {
        WasiConfig config = WasiConfig.builder("prog").build();
        try (Guest guest = new Guest(engine, config, LIMITS.withWallTime(Duration.ofMillis(100)))) {
            timer(guest, 3_600_000_000_000L);
            assertThatThrownBy(() -> guest.call("poll_oneoff", 100, 200, 1, Guest.RESULT))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.DEADLINE));
        }
    }

    @Test
    void endsAGuestThatWaitsForInputPastItsDeadline() throws IOException {
        try (InputStream silent = new PipedInputStream(new PipedOutputStream())) {
            WasiConfig config = WasiConfig.builder("prog").stdin(silent).build();
            try (Guest guest = new Guest(engine, config, LIMITS.withWallTime(Duration.ofMillis(100)))) {
                assertThatThrownBy(() -> guest.read(0, 10))
                        .isInstanceOfSatisfying(
                                WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.DEADLINE));
            }
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void refusesAModuleThatIsNoCommand() {
        assertThatThrownBy(() -> WasiConfig.builder("a\0b").build()).isInstanceOf(Problem.class);
        byte[] empty = {0, 'a', 's', 'm', 1, 0, 0, 0};
        assertThatThrownBy(() -> WasiCommand.of(engine.compile(empty, dev.polder.kernel.model.Digest.of(empty))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("_start");
    }
}
