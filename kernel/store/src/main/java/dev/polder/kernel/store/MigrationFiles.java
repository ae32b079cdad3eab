package dev.polder.kernel.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The {@code V1__what.sql} files of one class path folder, by version; found without scanning the class path. */
final class MigrationFiles {

    private static final Pattern NAME = Pattern.compile("V(\\d{1,9})__[A-Za-z0-9_]+\\.sql");

    /** One file, with line ends as Unix has them so that its digest is the same on every checkout. */
    record Script(String name, String sql) {}

    private MigrationFiles() {}

    static Map<Long, Script> of(String folder) {
        TreeMap<Long, Script> scripts = new TreeMap<>();
        ClassLoader loader = MigrationFiles.class.getClassLoader();
        try {
            for (URL url : Collections.list(loader.getResources(folder))) {
                for (String name : namesIn(url, folder)) {
                    add(scripts, name, loader, folder + "/" + name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (scripts.isEmpty()) {
            throw new IllegalArgumentException("no migrations on the class path under " + folder);
        }
        return scripts;
    }

    private static void add(Map<Long, Script> scripts, String name, ClassLoader loader, String resource)
            throws IOException {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(resource + " (expected a name like V1__what.sql)");
        }
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + ": listed but not readable");
            }
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            Script before = scripts.put(Long.parseLong(matcher.group(1)), new Script(name, sql));
            if (before != null && !before.name().equals(name)) {
                throw new IllegalArgumentException(resource + " has the version of " + before.name());
            }
        }
    }

    private static List<String> namesIn(URL url, String folder) throws IOException {
        if (url.getProtocol().equals("file")) {
            try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
                return files.map(file -> file.getFileName().toString()).sorted().toList();
            } catch (URISyntaxException e) {
                throw new IOException(e);
            }
        }
        URLConnection connection = url.openConnection();
        if (!(connection instanceof JarURLConnection jar)) {
            throw new IOException(url + ": a class path entry of an unknown kind");
        }
        // The class loader holds the same jar open; a cached one must not be closed under it.
        connection.setUseCaches(false);
        try (JarFile file = jar.getJarFile()) {
            String prefix = folder + "/";
            return file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(prefix) && name.length() > prefix.length())
                    .map(name -> name.substring(prefix.length()))
                    .sorted()
                    .toList();
        }
    }
}
