package dev.polder.app;

import java.nio.file.Path;

/** What this build is and where it stands. */
public final class About {

    private About() {}

    /** The version from the jar's manifest; {@code development} when run from classes. */
    public static String version() {
        String version = About.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The folder Polder was installed or cloned to; it holds {@code samples/} and {@code portal/web/dist/}. */
    public static Path home() {
        return Path.of(System.getProperty("polder.home", ".")).toAbsolutePath().normalize();
    }
}
