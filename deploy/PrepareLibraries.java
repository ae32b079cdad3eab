import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes the libraries fit for the JVM's start-up cache, which leaves out classes from signed jars and classes of a
 * format older than Java 6: signatures are taken off (Maven has checked the files by then), and old classes get the
 * stack maps of the newer format. A jar that needs neither stays as it is, so a second run changes nothing.
 *
 * <p>Usage: {@code java PrepareLibraries.java FOLDER}.
 */
final class PrepareLibraries {

    /** The first class file version with stack maps (JVMS 4.10.1), and the one that old classes are lifted to. */
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private static final int LIFTED_TO = ClassFile.JAVA_8_VERSION;

    private PrepareLibraries() {}

    static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: java PrepareLibraries.java FOLDER");
            System.exit(2);
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
            listed.forEach(jars::add);
        }
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        // Stack maps need to know who extends whom, over all the jars and the JDK.
        try (URLClassLoader all = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            ClassFile format = ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassHierarchyResolverOption.of(
                            ClassHierarchyResolver.ofResourceParsing(all).cached()));
            for (Path jar : jars) {
                if (needsWork(jar)) {
                    rewrite(jar, format);
                    System.out.println("prepared " + jar.getFileName());
                }
            }
        }
    }

    private static boolean needsWork(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(each -> (ZipEntry) each)::iterator) {
                if (isSignature(entry.getName())) {
                    return true;
                }
                if (isClass(entry.getName())) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        if (isOld(in.readNBytes(8))) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private static void rewrite(Path jar, ClassFile format) throws IOException {
        Path part = jar.resolveSibling(jar.getFileName() + ".part");
        try (ZipFile zip = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(part);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(each -> (ZipEntry) each)::iterator) {
                if (isSignature(entry.getName())) {
                    continue;
                }
                byte[] bytes;
                try (InputStream in = zip.getInputStream(entry)) {
                    bytes = in.readAllBytes();
                }
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    bytes = withoutDigests(bytes);
                } else if (isClass(entry.getName()) && isOld(bytes)) {
                    bytes = lift(format, bytes);
                }
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(bytes);
                out.closeEntry();
            }
        }
        Files.setLastModifiedTime(part, Files.getLastModifiedTime(jar));
        Files.move(part, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] lift(ClassFile format, byte[] bytes) {
        ClassTransform newer = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(LIFTED_TO, 0);
            } else {
                builder.with(element);
            }
        };
        // Bodies pass through a builder, because a body that is copied as it is keeps its lack of stack maps.
        return format.transformClass(
                format.parse(bytes), newer.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }

    private static byte[] withoutDigests(byte[] bytes) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
        manifest.getEntries().clear();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        manifest.write(out);
        return out.toByteArray();
    }

    private static boolean isSignature(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("META-INF/")
                && upper.indexOf('/', "META-INF/".length()) < 0
                && (upper.endsWith(".SF") || upper.endsWith(".RSA") || upper.endsWith(".DSA") || upper.endsWith(".EC"));
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class");
    }

    private static boolean isOld(byte[] header) {
        int major = (header[6] & 0xff) << 8 | header[7] & 0xff;
        return major < FIRST_WITH_STACK_MAPS;
    }
}
