package dev.polder.portal.git;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** Turns a folder into one commit without a working tree: blobs, an index in memory, a tree, a commit, a ref. */
final class FolderImport {

    private final Repository repository;
    private final Path root;
    private final GitLimits limits;
    private int files;
    private long bytes;

    FolderImport(Repository repository, Path root, GitLimits limits) throws IOException {
        this.repository = repository;
        this.root = root.toRealPath();
        this.limits = limits;
    }

    String commit(String ref, PersonIdent author, String message) throws IOException {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            DirCache index = DirCache.newInCore();
            DirCacheBuilder entries = index.builder();
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean git = folder.getFileName() != null
                            && folder.getFileName().toString().equalsIgnoreCase(Constants.DOT_GIT);
                    return git ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (!file.getFileName().toString().equalsIgnoreCase(Constants.DOT_GIT)) {
                        entries.add(entry(inserter, file, attributes));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            entries.finish();
            if (files == 0) {
                throw Problem.invalid("folder to import: no file in it (expected: at least one)");
            }
            Ref before = repository.exactRef(ref);
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(inserter));
            if (before != null && before.getObjectId() != null) {
                commit.setParentId(before.getObjectId());
            }
            commit.setAuthor(author);
            commit.setCommitter(author);
            commit.setMessage(message.endsWith("\n") ? message : message + "\n");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            move(ref, before == null ? null : before.getObjectId(), id);
            return id.name();
        }
    }

    private DirCacheEntry entry(ObjectInserter inserter, Path file, BasicFileAttributes attributes) throws IOException {
        String path = root.relativize(file).toString().replace('\\', '/');
        if (++files > limits.maxFiles()) {
            throw Problem.tooLarge("folder to import: more than " + limits.maxFiles() + " files");
        }
        DirCacheEntry entry = new DirCacheEntry(path);
        if (attributes.isSymbolicLink()) {
            Path target = Files.readSymbolicLink(file);
            if (target.isAbsolute() || !file.resolveSibling(target).normalize().startsWith(root)) {
                throw Problem.invalid(path + ": a link to " + target + " (expected: a target inside the folder)");
            }
            byte[] text = target.toString().getBytes(StandardCharsets.UTF_8);
            entry.setFileMode(FileMode.SYMLINK);
            entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, text));
            return entry;
        }
        if (!attributes.isRegularFile()) {
            throw Problem.invalid(path + ": neither a file nor a folder (expected: a regular file)");
        }
        GitRepository.requireSize(path, attributes.size(), limits);
        bytes += attributes.size();
        if (bytes > limits.maxTreeBytes()) {
            throw Problem.tooLarge("folder to import: more than " + limits.maxTreeBytes() + " bytes");
        }
        entry.setFileMode(Files.isExecutable(file) ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
        entry.setLength(attributes.size());
        try (InputStream in = Files.newInputStream(file)) {
            entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, attributes.size(), in));
        }
        return entry;
    }

    private void move(String ref, @Nullable ObjectId before, ObjectId after) throws IOException {
        RefUpdate update = repository.updateRef(ref);
        update.setExpectedOldObjectId(before == null ? ObjectId.zeroId() : before);
        update.setNewObjectId(after);
        RefUpdate.Result result = update.update();
        switch (result) {
            case NEW, FAST_FORWARD -> {}
            case LOCK_FAILURE, REJECTED, REJECTED_CURRENT_BRANCH ->
                throw Problem.conflict(ref + ": moved by somebody else during the import (" + result + ")");
            default -> throw Problem.internal(ref + ": not updated: " + result, null);
        }
    }
}
