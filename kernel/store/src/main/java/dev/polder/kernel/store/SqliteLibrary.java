package dev.polder.kernel.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Keeps SQLite's native library unpacked in the data folder.
 *
 * <p>The driver unpacks it into the temporary folder at every start and compares the copy byte by byte, which costs a
 * third of the time of its loading. A copy that is kept, made by one atomic rename and named after the driver's version,
 * needs neither.
 */
final class SqliteLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteLibrary.class);
    private static final String PATH = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private SqliteLibrary() {}

    /** Tells the driver to load the kept copy; when there can be none, it goes its own way. */
    static void prepare(Path cache) {
        if (System.getProperty(PATH) != null) {
            return;
        }
        String name = SQLiteJDBCLoader.getVersion() + "-" + LibraryLoaderUtil.getNativeLibName();
        Path copy = cache.resolve(name);
        try {
            if (!Files.exists(copy)) {
                unpack(copy);
            }
            System.setProperty(PATH, cache.toString());
            System.setProperty(NAME, name);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the native library of SQLite is not kept; its driver unpacks it");
        }
    }

    private static void unpack(Path copy) throws IOException {
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + ": not on the class path");
            }
            DurableFiles.createFolder(DurableFiles.folderOf(copy));
            DurableFiles.write(copy, in.readAllBytes());
        }
    }
}
