package dev.polder.portal.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitRepositoriesTest {

    private static final GitRepository.Author JAN = new GitRepository.Author("Jan", "jan@example.org");

    @TempDir
    Path folder;

    GitRepositories repositories;

    @BeforeEach
    void open() {
        repositories = new GitRepositories(
                folder.resolve("git"), new GitLimits(1_000_000, 10_000, 20, 50_000, Duration.ofSeconds(5)));
    }

    @Test
    void createsFindsListsAndDeletes() {
        repositories.create("default", "shop", "a\nshop", "trunk");
        repositories.create("team-a", "api", "", "main");
        assertThat(repositories.list())
                .extracting(r -> r.address().toString())
                .containsExactly("default/shop", "team-a/api");
        GitRepository shop = repositories.get("default", "shop");
        assertThat(shop.defaultBranch()).isEqualTo("trunk");
        assertThat(shop.description()).isEqualTo("a shop");
        assertThat(shop.head("trunk")).isEmpty();
        assertThatThrownBy(() -> repositories.create("default", "shop", "", "main"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("taken");
        assertThat(repositories.delete("default", "shop")).isTrue();
        assertThat(repositories.delete("default", "shop")).isFalse();
        assertThat(repositories.find("default", "shop")).isEmpty();
        assertThat(new GitRepositories(folder.resolve("git"), GitLimits.DEFAULT).list())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "../x", "a/b", "a\\b", "-a", "a.", "a..b", ".git", "x.git", "x.lock", "a b", "a\0b"
            })
    void refusesNamesThatAreNotPlain(String name) {
        assertThatThrownBy(() -> repositories.create("default", name, "", "main"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected");
        assertThatThrownBy(() -> repositories.find(name.isEmpty() ? "A" : name + "/", "shop"))
                .isInstanceOf(Problem.class);
    }

    @Test
    void importsAFolderAndChecksItOut() throws Exception {
        GitRepository shop = repositories.create("default", "shop", "", "main");
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(source.resolve("a.txt"), "one");
        Files.createDirectories(source.resolve("bin"));
        Path script = Files.writeString(source.resolve("bin/run"), "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(source.resolve(".git"));
        Files.writeString(source.resolve(".git/config"), "not ours");
        Files.createSymbolicLink(source.resolve("link"), Path.of("bin/run"));
        String first = shop.importFolder(source, JAN, "first");
        assertThat(shop.head("main")).contains(first);
        Files.writeString(source.resolve("a.txt"), "two");
        String second = shop.importFolder(source, JAN, "second");
        assertThat(second).isNotEqualTo(first);

        Path target = folder.resolve("target");
        shop.checkout(first, target);
        assertThat(target.resolve("a.txt")).hasContent("one");
        assertThat(target.resolve("bin/run")).isExecutable();
        assertThat(target.resolve(".git")).doesNotExist();
        assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("bin/run"));
        assertThat(shop.readFile("HEAD", "a.txt"))
                .hasValueSatisfying(b -> assertThat(b).asString().isEqualTo("two"));
        assertThat(shop.readFile("main", "bin")).isEmpty();
        assertThat(shop.readFile("main", "../a.txt")).isEmpty();
        assertThatThrownBy(() -> shop.checkout(first, target))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("not empty");
        assertThatThrownBy(() -> shop.checkout("deadbeef", folder.resolve("other")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("40 hexadecimal digits");
    }

    @Test
    void refusesToImportALinkThatLeavesTheFolderAndTooMuch() throws Exception {
        GitRepository shop = repositories.create("default", "shop", "", "main");
        Path source = Files.createDirectories(folder.resolve("source"));
        assertThatThrownBy(() -> shop.importFolder(source, JAN, "empty")).isInstanceOf(Problem.class);
        Files.createSymbolicLink(source.resolve("link"), Path.of("../../etc"));
        assertThatThrownBy(() -> shop.importFolder(source, JAN, "x"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("inside the folder");
        Files.delete(source.resolve("link"));
        Files.write(source.resolve("big"), new byte[10_001]);
        assertThatThrownBy(() -> shop.importFolder(source, JAN, "x"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: at most 10000");
        Files.delete(source.resolve("big"));
        for (int i = 0; i < 21; i++) {
            Files.writeString(source.resolve("f" + i), "x");
        }
        assertThatThrownBy(() -> shop.importFolder(source, JAN, "x")).isInstanceOf(Problem.class);
        assertThat(shop.head("main")).isEmpty();
    }

    @Test
    void refusesToCheckOutATreeThatWantsToEscape() throws Exception {
        GitRepository shop = repositories.create("default", "shop", "", "main");
        for (String name : List.of("..", ".git", ".GIT", ".")) {
            String commit = craft(shop, name, FileMode.REGULAR_FILE, "evil");
            Path target = folder.resolve("target");
            assertThatThrownBy(() -> shop.checkout(commit, target))
                    .as(name)
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("leaves the checkout folder");
            assertThat(target).isEmptyDirectory();
        }
        String link = craft(shop, "out", FileMode.SYMLINK, "/etc/passwd");
        assertThatThrownBy(() -> shop.checkout(link, folder.resolve("t2")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("inside the repository");
        String up = craft(shop, "out", FileMode.SYMLINK, "../../x");
        assertThatThrownBy(() -> shop.checkout(up, folder.resolve("t3"))).isInstanceOf(Problem.class);
        String big = craft(shop, "big", FileMode.REGULAR_FILE, "x".repeat(10_001));
        assertThatThrownBy(() -> shop.checkout(big, folder.resolve("t4")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("at most");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    /** A commit that git's own client would refuse to make. */
    private static String craft(GitRepository repository, String name, FileMode mode, String content) throws Exception {
        try (Repository open = GitRepository.open(repository.place());
                ObjectInserter inserter = open.newObjectInserter()) {
            ObjectId blob = inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
            TreeFormatter tree = new TreeFormatter();
            tree.append(name.getBytes(StandardCharsets.UTF_8), 0, name.length(), mode, blob, true);
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(inserter.insert(tree));
            commit.setAuthor(new PersonIdent("E", "e@example.org"));
            commit.setCommitter(commit.getAuthor());
            commit.setMessage("crafted");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id.name();
        }
    }
}
