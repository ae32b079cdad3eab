package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked trees of files, each in a folder named by its digest and made by one rename, so that versions and apps with
 * the same files share one folder and a half-made one is never seen. Blocking; safe for any thread.
 */
final class FileTrees {

    private static final Logger LOG = LoggerFactory.getLogger(FileTrees.class);

    private final Path root;
    private final BlobStore blobs;

    FileTrees(Path root, BlobStore blobs) {
        this.root = root;
        this.blobs = blobs;
    }

    /**
     * The folder of a tree, unpacked when it is not there yet.
     *
     * @throws Problem NOT_FOUND when a file is not stored; UNAVAILABLE when the folder cannot be written
     */
    Path folder(Digest tree) {
        Path folder = root.resolve(tree.hex());
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path part = root.resolve(tree.hex() + "." + UUID.randomUUID() + ".part");
        try {
            Files.createDirectories(part);
            for (Map.Entry<String, Digest> file :
                    FileTree.parse(blobs.read(tree)).files().entrySet()) {
                Path target = part.resolve(file.getKey());
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.write(target, blobs.read(file.getValue())); // read compares the digest
            }
            move(part, folder);
            return folder;
        } catch (IOException e) {
            throw Problem.unavailable("the files of a component could not be unpacked: " + e, e);
        } finally {
            delete(part);
        }
    }

    private static void move(Path part, Path folder) throws IOException {
        try {
            Files.move(part, folder);
        } catch (IOException e) {
            if (!Files.isDirectory(folder)) { // else somebody else made the same one
                throw e;
            }
        }
    }

    /** Deletes every folder but these; for the start, when nothing serves yet. */
    void keepOnly(Set<Digest> used) {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> folders = Files.list(root)) {
            folders.filter(folder -> used.stream()
                            .noneMatch(tree ->
                                    tree.hex().equals(folder.getFileName().toString())))
                    .forEach(FileTrees::delete);
        } catch (IOException e) {
            LOG.warn("unused files of components could not be deleted: {}", e.toString());
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} could not be deleted: {}", folder, e.toString());
        }
    }
}
