package dev.polder.wasm.wasi.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.Preopen;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * How a guest's path is followed, so that it cannot leave its folder:
 *
 * - Every step opens one folder relative to the one before (openat with O_NOFOLLOW), so nothing that another process, or
 *   another guest in the same folder, renames or replaces meanwhile can lead the walk elsewhere: a folder that became a
 *   link is not opened.
 * - A symbolic link is read as text and its words are walked like the guest's own. Absolute ones are refused.
 * - The preopened folder has to be the one that it was when the guest began. A folder that the guest has open is where the
 *   system says that it is by now, renamed or not.
 * - ".." goes back in the walk, never in the file system, and not above the descriptor that the path was relative to.
 *
 * What is done at the end is done relative to the last folder and does not follow links. What the JDK cannot do so goes
 * by a FolderHandle.
 */
/** A path of a guest, followed to its last folder. Holds that folder open until it is closed. */
public final class Walk implements AutoCloseable {

    private static final int MAX_LINKS = 40;
    private static final int MAX_PATH = 4_096;

    private final Place base;
    private final Preopen root;
    private final List<String> names = new ArrayList<>();
    private final Deque<SecureDirectoryStream<Path>> folders = new ArrayDeque<>();
    private final int floor;
    private String last = ".";
    private boolean mustBeFolder;
    private @Nullable BasicFileAttributes attributes;

    @SuppressWarnings("StreamResourceLeak") // the walk is the resource: it closes every folder that it holds
    private Walk(Place base) throws IOException {
        this.base = base;
        this.root = base.root();
        this.floor = base.names().size();
        FolderHandle held = base.open();
        folders.push(secure(Files.newDirectoryStream(held == null ? root.folder() : held.path())));
        try {
            if (held != null) {
                names.addAll(base.names().subList(0, base.heldNames()));
            } else if (!Stat.of(view(".").readAttributes()).isSameFile(base.identity())) {
                throw new WasiError(Errno.NOENT);
            }
            for (String name : base.rest()) {
                enter(name);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new Problem(
                Problem.Code.UNSUPPORTED,
                Problem.WhoFailed.POLDER,
                false,
                "preopened folders: this system cannot open files relative to a folder (expected: Linux or macOS)",
                null,
                null);
    }

    /**
     * Follows a path.
     *
     * @param followLast whether a symbolic link at its end is followed
     * @throws WasiError PERM when the path leaves the folder, NOENT or NOTDIR when it cannot be followed
     */
    public static Walk to(Place base, String path, boolean followLast) throws IOException {
        if (path.isEmpty()) {
            throw new WasiError(Errno.NOENT);
        }
        if (path.length() > MAX_PATH) {
            throw new WasiError(Errno.NAMETOOLONG);
        }
        if (path.indexOf('\0') >= 0) {
            throw new WasiError(Errno.INVAL);
        }
        Walk walk = new Walk(base);
        try {
            walk.follow(path, followLast);
            return walk;
        } catch (IOException | RuntimeException e) {
            walk.close();
            throw e;
        }
    }

    /** The folder or file itself, found again. */
    public static Walk to(Place place) throws IOException {
        if (place.names().isEmpty() || place.isHeld()) {
            return to(place, ".", false);
        }
        Walk walk = new Walk(place.below(place.names().subList(0, place.names().size() - 1)));
        try {
            walk.end(place.names().getLast());
            return walk;
        } catch (IOException | RuntimeException e) {
            walk.close();
            throw e;
        }
    }

    private void follow(String path, boolean followLast) throws IOException {
        if (path.startsWith("/")) {
            throw new WasiError(Errno.PERM);
        }
        Deque<String> steps = new ArrayDeque<>();
        push(steps, path);
        mustBeFolder = path.endsWith("/");
        int links = 0;
        while (!steps.isEmpty()) {
            String step = steps.pop();
            boolean atEnd = steps.isEmpty();
            if (step.equals("..")) {
                leave();
                continue;
            }
            BasicFileAttributes found = stat(step);
            if (found != null && found.isSymbolicLink() && (!atEnd || followLast || mustBeFolder)) {
                if (++links > MAX_LINKS) {
                    throw new WasiError(Errno.LOOP);
                }
                String target = readLink(step);
                if (target.startsWith("/")) {
                    throw new WasiError(Errno.PERM);
                }
                mustBeFolder |= atEnd && target.endsWith("/");
                push(steps, target);
            } else if (atEnd) {
                last = step;
                attributes = found;
            } else if (found == null) {
                throw new WasiError(Errno.NOENT);
            } else if (!found.isDirectory()) {
                throw new WasiError(Errno.NOTDIR);
            } else {
                enter(step);
            }
        }
        if (last.equals(".")) {
            attributes = stat(".");
        }
        if (mustBeFolder && attributes != null && !attributes.isDirectory()) {
            throw new WasiError(Errno.NOTDIR);
        }
    }

    private static void push(Deque<String> steps, String path) {
        String[] words = path.split("/");
        for (int i = words.length - 1; i >= 0; i--) {
            if (!words[i].isEmpty() && !words[i].equals(".")) {
                steps.push(words[i]);
            }
        }
    }

    private void end(String name) throws IOException {
        last = name;
        attributes = stat(name);
    }

    private void enter(String name) throws IOException {
        folders.push(secure(parent().newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS)));
        names.add(name);
    }

    private void leave() throws IOException {
        if (names.size() == floor) {
            throw new WasiError(Errno.PERM);
        }
        names.removeLast();
        folders.pop().close();
    }

    private @Nullable BasicFileAttributes stat(String name) throws IOException {
        try {
            return view(name).readAttributes();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private BasicFileAttributeView view(String name) {
        return parent().getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    private String readLink(String name) {
        try (FolderHandle folder = folder()) {
            return folder.readLink(name);
        }
    }

    /** The last folder, for what {@link #parent} cannot do. */
    FolderHandle folder() {
        return FolderHandle.open(base.below(names));
    }

    public Preopen root() {
        return root;
    }

    /** The folder that holds the end of the path. */
    public SecureDirectoryStream<Path> parent() {
        return folders.getFirst();
    }

    /** The end of the path: a name in {@link #parent}, or {@code "."} for that folder itself. */
    public Path last() {
        return Path.of(last);
    }

    /** The same as text. */
    String name() {
        return last;
    }

    public boolean isFolderItself() {
        return last.equals(".");
    }

    public boolean endsWithSlash() {
        return mustBeFolder;
    }

    /** What is there, without following a link; null when nothing is. */
    public @Nullable BasicFileAttributes attributes() {
        return attributes;
    }

    /** What is there; NOENT when nothing is. */
    public BasicFileAttributes existing() {
        if (attributes == null) {
            throw new WasiError(Errno.NOENT);
        }
        return attributes;
    }

    /** All that is known of what is there. */
    public Stat stat() {
        Stat stat = Stat.of(existing());
        try (FolderHandle folder = folder()) {
            FolderHandle.More more = folder.more(last);
            return more == null ? stat : stat.with(more);
        }
    }

    /** The same, without what takes another look at the file. */
    public Stat identity() {
        return Stat.of(existing());
    }

    public String linkTarget() {
        if (!existing().isSymbolicLink()) {
            throw new WasiError(Errno.INVAL);
        }
        return readLink(last);
    }

    /** Sets the times of what is there, of a link itself; null leaves one as it is. */
    public void setTimes(@Nullable FileTime accessed, @Nullable FileTime modified) {
        existing();
        try (FolderHandle folder = folder()) {
            folder.setTimes(last, accessed, modified);
        }
    }

    public Place place() {
        List<String> all = new ArrayList<>(names);
        if (!isFolderItself()) {
            all.add(last);
        }
        return base.below(all);
    }

    /** Refuses to change anything in a folder that was granted for reading. */
    public Walk writable() {
        if (!root.writable()) {
            throw new WasiError(Errno.PERM);
        }
        return this;
    }

    @Override
    public void close() throws IOException {
        while (!folders.isEmpty()) {
            folders.pop().close();
        }
    }
}
