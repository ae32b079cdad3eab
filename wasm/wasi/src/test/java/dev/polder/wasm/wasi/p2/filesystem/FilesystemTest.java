package dev.polder.wasm.wasi.p2.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.wasi.Preopen;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.internal.FileOpening;
import dev.polder.wasm.wasi.p2.clocks.Datetime;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.StreamError;
import dev.polder.wasm.wasi.p2.io.WasiInputStream;
import dev.polder.wasm.wasi.p2.io.WasiOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesystemTest {

    private static final int READ = FileDescriptor.READ;
    private static final int WRITE = FileDescriptor.WRITE;

    @TempDir
    Path outside;

    private final GuestIo io = new GuestIo(20);
    private FileDescriptor folder;
    private FileDescriptor readOnly;
    private Path inside;

    @BeforeEach
    void grant() throws IOException {
        inside = Files.createDirectory(outside.resolve("in"));
        Files.writeString(outside.resolve("secret"), "s");
        WasiConfig config = WasiConfig.builder("test")
                .preopen(Preopen.writable("/data", inside))
                .preopen(Preopen.readOnly("/ro", inside))
                .build();
        List<Preopens.Directory> folders = new Preopens(io, config).getDirectories();
        assertThat(folders).extracting(Preopens.Directory::name).containsExactly("/data", "/ro");
        folder = folders.get(0).descriptor();
        readOnly = folders.get(1).descriptor();
    }

    @AfterEach
    void close() {
        io.close();
    }

    private static <T> T ok(Result<T, ?> result) {
        assertThat(result).isInstanceOf(Result.Ok.class);
        return ((Result.Ok<T, ?>) result).value();
    }

    private static FilesystemErrorCode error(Result<?, FilesystemErrorCode> result) {
        assertThat(result).isInstanceOf(Result.Err.class);
        return ((Result.Err<?, FilesystemErrorCode>) result).error();
    }

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
    }

    private FileDescriptor create(String path) {
        return ok(folder.openAt(0, path, FileOpening.CREATE, READ | WRITE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "a/../../secret", "link", "linked/secret", "../in/../secret"})
    void nothingLeadsOut(String path) throws IOException {
        Files.createDirectory(inside.resolve("a"));
        Files.createSymbolicLink(inside.resolve("link"), outside.resolve("secret"));
        Files.createSymbolicLink(inside.resolve("linked"), Path.of(".."));
        assertThat(error(folder.openAt(1, path, 0, READ))).isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        assertThat(error(folder.statAt(1, path))).isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        assertThat(error(folder.metadataHashAt(1, path))).isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        assertThat(error(folder.openAt(1, path, FileOpening.CREATE | FileOpening.TRUNCATE, WRITE)))
                .isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        assertThat(Files.readString(outside.resolve("secret"))).isEqualTo("s");
    }

    @Test
    void aFolderWithinAnotherOneCannotBeReplacedByALink() throws IOException {
        Path within = Files.createDirectory(inside.resolve("within"));
        WasiConfig config = WasiConfig.builder("test")
                .preopen(Preopen.writable("/data", inside))
                .preopen(Preopen.writable("/within", within))
                .build();
        Preopens preopens = new Preopens(io, config);
        FileDescriptor outer = preopens.getDirectories().getFirst().descriptor();
        ok(outer.renameAt("within", outer, "moved"));
        ok(outer.symlinkAt("..", "within"));
        FileDescriptor again = preopens.getDirectories().get(1).descriptor();
        assertThat(error(again.openAt(1, "secret", 0, READ))).isEqualTo(FilesystemErrorCode.NO_ENTRY);
        assertThat(error(again.createDirectoryAt("made"))).isEqualTo(FilesystemErrorCode.NO_ENTRY);
        assertThat(outside.toFile().list()).containsExactlyInAnyOrder("in", "secret");
    }

    private static List<String> names(FileDescriptor folder) {
        List<String> names = new ArrayList<>();
        DirectoryEntryStream listing = ok(folder.readDirectory());
        for (Optional<DirectoryEntry> one = ok(listing.readDirectoryEntry());
                one.isPresent();
                one = ok(listing.readDirectoryEntry())) {
            names.add(one.get().name());
        }
        return names;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anOpenFolderIsItselfWhateverItsName() throws IOException {
        ok(folder.createDirectoryAt("a"));
        ok(folder.createDirectoryAt("a/b"));
        FileDescriptor open = ok(folder.openAt(0, "a/b", FileOpening.FOLDER, READ));
        FileDescriptor file = ok(open.openAt(0, "f", FileOpening.CREATE, READ | WRITE));
        ok(file.setSize(7));
        ok(folder.renameAt("a", folder, "moved"));
        ok(folder.createDirectoryAt("a"));
        ok(folder.createDirectoryAt("a/b"));

        ok(open.createDirectoryAt("made"));
        FileDescriptor deeper = ok(open.openAt(0, "made", FileOpening.FOLDER, READ));
        ok(deeper.openAt(0, "g", FileOpening.CREATE, WRITE));
        ok(open.setTimes(new NewTimestamp.NoChange(), new NewTimestamp.Timestamp(new Datetime(1_000, 0))));
        assertThat(ok(open.stat()).dataModificationTimestamp()).contains(new Datetime(1_000, 0));
        ok(file.setTimes(new NewTimestamp.NoChange(), new NewTimestamp.Timestamp(new Datetime(2_000, 0))));
        assertThat(ok(file.stat()).dataModificationTimestamp()).contains(new Datetime(2_000, 0));
        ok(open.renameAt("made", open, "made2"));
        ok(deeper.symlinkAt("g", "l"));
        assertThat(ok(deeper.readlinkAt("l"))).isEqualTo("g");
        assertThat(names(open)).containsExactly("f", "made2");
        assertThat(names(deeper)).containsExactly("g", "l");
        assertThat(error(open.statAt(0, ".."))).isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        assertThat(inside.resolve("moved/b/made2/g")).isRegularFile();
        assertThat(inside.resolve("a/b")).isEmptyDirectory();

        ok(folder.unlinkFileAt("moved/b/made2/g"));
        ok(folder.unlinkFileAt("moved/b/made2/l"));
        ok(folder.removeDirectoryAt("moved/b/made2"));
        assertThat(error(deeper.openAt(0, "h", FileOpening.CREATE, WRITE))).isEqualTo(FilesystemErrorCode.NO_ENTRY);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void foldersAreHeldWhileTheyAreOpenAndFilesOutliveThem() throws IOException {
        ok(folder.createDirectoryAt("a"));
        FileDescriptor open = ok(folder.openAt(0, "a", 0, READ));
        FileDescriptor file = ok(open.openAt(0, "f", FileOpening.CREATE, READ | WRITE));
        assertThat(held()).hasSize(2);
        open.drop();
        assertThat(held()).hasSize(1);
        ok(file.setSize(3));
        assertThat(ok(file.stat()).size()).isEqualTo(3);
        ok(file.setTimes(new NewTimestamp.NoChange(), new NewTimestamp.Timestamp(new Datetime(1_000, 0))));
        assertThat(ok(file.stat()).dataModificationTimestamp()).contains(new Datetime(1_000, 0));
        ok(folder.openAt(0, ".", 0, READ));
        io.close();
        assertThat(held()).isEmpty();
    }

    /** What this process has open below the folder, where the system tells. */
    private List<Path> held() throws IOException {
        List<Path> held = new ArrayList<>();
        try (Stream<Path> numbers = Files.list(Path.of("/proc/self/fd"))) {
            for (Path number : numbers.toList()) {
                Path file;
                try {
                    file = Files.readSymbolicLink(number);
                } catch (NoSuchFileException e) {
                    // The number by which the list itself was read.
                    continue;
                }
                if (file.startsWith(inside.toRealPath())) {
                    held.add(file);
                }
            }
        }
        return held;
    }

    @Test
    void whatIsGrantedForReadingIsNotChanged() {
        create("f").drop();
        for (Result<?, FilesystemErrorCode> result : List.of(
                readOnly.openAt(0, "f", 0, WRITE),
                readOnly.openAt(0, "g", FileOpening.CREATE, READ),
                readOnly.createDirectoryAt("d"),
                readOnly.unlinkFileAt("f"),
                readOnly.renameAt("f", folder, "g"),
                folder.renameAt("f", readOnly, "g"),
                readOnly.symlinkAt("f", "l"),
                folder.linkAt(0, "f", readOnly, "l"),
                readOnly.setTimesAt(0, "f", new NewTimestamp.Now(), new NewTimestamp.Now()))) {
            assertThat(error(result)).isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        }
        FileDescriptor file = ok(readOnly.openAt(0, "f", 0, READ));
        assertThat(error(file.write(bytes("x"), 0))).isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        assertThat(error(file.writeViaStream(0))).isEqualTo(FilesystemErrorCode.NOT_PERMITTED);
        FileDescriptor opened = ok(folder.openAt(0, "f", 0, READ));
        assertThat(error(opened.write(bytes("x"), 0))).isEqualTo(FilesystemErrorCode.BAD_DESCRIPTOR);
        assertThat(ok(readOnly.getFlags())).isEqualTo(READ);
        assertThat(ok(folder.getFlags())).isEqualTo(READ | FileDescriptor.MUTATE);
    }

    @Test
    void readsAndWritesAtPositionsAndByStreams() {
        FileDescriptor file = create("f");
        assertThat(ok(file.write(bytes("hello"), 1))).isEqualTo(5L);
        assertThat(ok(file.read(3, 4)).bytes()).asString().isEqualTo("lo");
        assertThat(ok(file.read(3, 6)).end()).isTrue();
        assertThat(error(file.read(1, -1))).isEqualTo(FilesystemErrorCode.INVALID);
        WasiOutputStream append = ok(file.appendViaStream());
        ok(append.blockingWriteAndFlush(bytes(" world")));
        WasiInputStream in = ok(file.readViaStream(1));
        // A stream goes on when its descriptor is dropped.
        file.drop();
        assertThat(ok(in.blockingRead(100)).toArray(ValueLayout.JAVA_BYTE))
                .asString()
                .isEqualTo("hello world");
        assertThat(in.read(1)).isEqualTo(Result.err(StreamError.CLOSED));
        assertThat(error(folder.readViaStream(0))).isEqualTo(FilesystemErrorCode.IS_DIRECTORY);
    }

    @Test
    void sizesTimesHashesAndListings() {
        FileDescriptor file = create("f");
        ok(folder.createDirectoryAt("d"));
        MetadataHash before = ok(file.metadataHash());
        ok(file.setSize(7));
        assertThat(ok(file.metadataHash())).isNotEqualTo(before).isEqualTo(ok(folder.metadataHashAt(0, "f")));
        ok(file.setTimes(new NewTimestamp.NoChange(), new NewTimestamp.Timestamp(new Datetime(1_000, 5_000))));
        DescriptorStat stat = ok(folder.statAt(0, "f"));
        assertThat(stat.type()).isEqualTo(DescriptorType.REGULAR_FILE);
        assertThat(stat.size()).isEqualTo(7);
        assertThat(stat.dataModificationTimestamp()).contains(new Datetime(1_000, 5_000));
        assertThat(error(file.setTimes(
                        new NewTimestamp.NoChange(), new NewTimestamp.Timestamp(new Datetime(0, 1_000_000_000)))))
                .isEqualTo(FilesystemErrorCode.INVALID);
        assertThat(file.isSameObject(ok(folder.openAt(0, "f", 0, READ)))).isTrue();
        assertThat(file.isSameObject(folder)).isFalse();

        List<DirectoryEntry> entries = new ArrayList<>();
        DirectoryEntryStream listing = ok(folder.readDirectory());
        for (Optional<DirectoryEntry> one = ok(listing.readDirectoryEntry());
                one.isPresent();
                one = ok(listing.readDirectoryEntry())) {
            entries.add(one.get());
        }
        assertThat(entries)
                .containsExactly(
                        new DirectoryEntry(DescriptorType.DIRECTORY, "d"),
                        new DirectoryEntry(DescriptorType.REGULAR_FILE, "f"));
        assertThat(error(folder.openAt(0, "f", FileOpening.FOLDER, READ))).isEqualTo(FilesystemErrorCode.NOT_DIRECTORY);
        assertThat(error(folder.openAt(0, "f", FileOpening.CREATE | FileOpening.EXCLUSIVE, WRITE)))
                .isEqualTo(FilesystemErrorCode.EXIST);
        assertThat(error(folder.unlinkFileAt("d"))).isEqualTo(FilesystemErrorCode.IS_DIRECTORY);
        assertThat(error(file.createDirectoryAt("x"))).isEqualTo(FilesystemErrorCode.NOT_DIRECTORY);
    }

    @Test
    void openFilesAreLimitedAndTheLimitIsNamed() {
        create("f").drop();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 30; i++) {
                        folder.openAt(0, "f", 0, READ);
                    }
                })
                .isInstanceOf(Problem.class)
                .hasMessageContaining("open handles");
        io.close();
        assertThat(io.handles()).isZero();
    }
}
