package dev.polder.wasm.wasi.internal;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/** What is in a folder, in the order of the names. */
public final class FolderEntries {

    /** Something in a folder, itself and not what a link leads to. */
    public record Entry(String name, Stat stat) {}

    private FolderEntries() {}

    /** The entries, without {@code .} and {@code ..}. */
    public static List<Entry> of(Walk walk) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> paths = walk.parent().newDirectoryStream(Path.of("."))) {
            paths.forEach(path -> names.add(path.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(null);
        List<Entry> entries = new ArrayList<>();
        for (String name : names) {
            add(entries, walk.parent(), name);
        }
        return entries;
    }

    private static void add(List<Entry> entries, SecureDirectoryStream<Path> folder, String name) throws IOException {
        try {
            BasicFileAttributeView view =
                    folder.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            entries.add(new Entry(name, Stat.of(view.readAttributes())));
        } catch (NoSuchFileException e) {
            // Removed since it was listed.
            return;
        }
    }
}
