package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static dev.polder.wasm.capability.Results.outbound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.capability.SpinRdbms.DbDataType;
import dev.polder.wasm.capability.SpinRdbms.DbValue;
import dev.polder.wasm.capability.SpinRdbms.Failure;
import dev.polder.wasm.capability.SpinRdbms.ParameterValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real MariaDB. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MysqlIT {

    private TestServer server;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.mariadb();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private String url() {
        return "mysql://ada:pa%3As%2Fs@127.0.0.1:" + server.port() + "/shop";
    }

    @Test
    void tlsChecksWhoAnswers() throws Exception {
        try (SpinMysql mysql = new SpinMysql(outbound("mysql://localhost:*", "mysql://127.0.0.1:*"))) {
            String at = ":" + server.port() + "/shop?ssl-mode=REQUIRED";
            SpinMysql.Connection db = ok(mysql.open("mysql://ada:pa%3As%2Fs@localhost" + at));
            assertThat(ok(db.query("SHOW STATUS LIKE 'Ssl_version'", List.of())).rows())
                    .singleElement()
                    .asString()
                    .contains("TLSv1.");
            assertThat(err(mysql.open("mysql://ada:pa%3As%2Fs@127.0.0.1" + at)))
                    .as("a certificate of another name")
                    .asString()
                    .contains("127.0.0.1");
            setCertificate(db, TestTls.UNKNOWN);
            try {
                assertThat(err(mysql.open("mysql://ada:pa%3As%2Fs@localhost" + at)))
                        .as("an unknown authority")
                        .asString()
                        .contains("certificate");
                try (SpinMysql named = new SpinMysql(
                        outbound(OutboundLimits.DEFAULT, TestTls.UNKNOWN.authorities(), "mysql://localhost:*"))) {
                    assertThat(ok(named.open("mysql://ada:pa%3As%2Fs@localhost" + at)))
                            .as("an authority that the operator named")
                            .isNotNull();
                }
            } finally {
                setCertificate(db, TestTls.TRUSTED);
            }
        }
    }

    private void setCertificate(SpinMysql.Connection db, TestTls tls) throws Exception {
        Path folder = server.folder();
        Files.copy(tls.certificate, folder.resolve("server.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(tls.key, folder.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
        ok(db.execute("FLUSH SSL", List.of()));
    }

    private SpinMysql mysql() {
        return new SpinMysql(outbound("mysql://127.0.0.1:" + server.port()));
    }

    @Test
    void valuesOfAllTypesGoThereAndBack() {
        try (SpinMysql mysql = mysql()) {
            SpinMysql.Connection db = ok(mysql.open(url()));
            ok(db.execute("DROP TABLE IF EXISTS t", List.of()));
            ok(db.execute(
                    "CREATE TABLE t (b BIT(1), i1 TINYINT, i2 SMALLINT, i4 INT, i8 BIGINT, u1 TINYINT UNSIGNED,"
                            + " u2 SMALLINT UNSIGNED, u4 INT UNSIGNED, u8 BIGINT UNSIGNED, f FLOAT, d DOUBLE, s TEXT,"
                            + " v VARCHAR(50), x BLOB, n INT, da DATE, j JSON) CHARACTER SET utf8mb4",
                    List.of()));
            byte[] blob = {0, 1, -1};
            ok(db.execute(
                    "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '2024-02-29', '{}')",
                    List.of(
                            new ParameterValue.Bool(true),
                            new ParameterValue.Int8((byte) -128),
                            new ParameterValue.Int16((short) -7),
                            new ParameterValue.Int32(Integer.MIN_VALUE),
                            new ParameterValue.Int64(Long.MIN_VALUE),
                            new ParameterValue.Uint8(255),
                            new ParameterValue.Uint16(65_535),
                            new ParameterValue.Uint32(4_294_967_295L),
                            new ParameterValue.Uint64(-1L),
                            new ParameterValue.Floating32(1.5f),
                            new ParameterValue.Floating64(-2.25),
                            new ParameterValue.Str("käse🧀'; DROP TABLE t; --"),
                            new ParameterValue.Str(""),
                            new ParameterValue.Binary(blob),
                            new ParameterValue.DbNull())));

            SpinRdbms.RowSet rows = ok(db.query("SELECT * FROM t WHERE i1 < ?", List.of(new ParameterValue.Int32(0))));

            assertThat(rows.columns())
                    .extracting(SpinRdbms.Column::dataType)
                    .containsExactly(
                            DbDataType.BOOLEAN,
                            DbDataType.INT8,
                            DbDataType.INT16,
                            DbDataType.INT32,
                            DbDataType.INT64,
                            DbDataType.UINT8,
                            DbDataType.UINT16,
                            DbDataType.UINT32,
                            DbDataType.UINT64,
                            DbDataType.FLOATING32,
                            DbDataType.FLOATING64,
                            DbDataType.STR,
                            DbDataType.STR,
                            DbDataType.BINARY,
                            DbDataType.INT32,
                            DbDataType.OTHER,
                            DbDataType.STR);
            List<DbValue> row = rows.rows().getFirst();
            assertThat(row.subList(0, 13))
                    .containsExactly(
                            new DbValue.Bool(true),
                            new DbValue.Int8((byte) -128),
                            new DbValue.Int16((short) -7),
                            new DbValue.Int32(Integer.MIN_VALUE),
                            new DbValue.Int64(Long.MIN_VALUE),
                            new DbValue.Uint8(255),
                            new DbValue.Uint16(65_535),
                            new DbValue.Uint32(4_294_967_295L),
                            new DbValue.Uint64(-1L),
                            new DbValue.Floating32(1.5f),
                            new DbValue.Floating64(-2.25),
                            new DbValue.Str("käse🧀'; DROP TABLE t; --"),
                            new DbValue.Str(""));
            assertThat(((DbValue.Binary) row.get(13)).value()).isEqualTo(blob);
            assertThat(row.subList(14, 16)).containsExactly(new DbValue.DbNull(), new DbValue.Unsupported());
        }
    }

    @Test
    void filesOfThisMachineAreNotSent(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret\n");
        try (SpinMysql mysql = mysql()) {
            SpinMysql.Connection db = ok(mysql.open(url()));
            ok(db.execute("CREATE OR REPLACE TABLE leak (x TEXT)", List.of()));
            assertThat(err(db.execute("LOAD DATA LOCAL INFILE '" + secret + "' INTO TABLE leak", List.of())))
                    .isInstanceOf(Failure.class);
            SpinMysql.Connection again = ok(mysql.open(url()));
            assertThat(ok(again.query("SELECT * FROM leak", List.of())).rows()).isEmpty();
        }
    }

    @Test
    void mistakesAreErrors() {
        try (SpinMysql mysql = mysql()) {
            SpinMysql.Connection db = ok(mysql.open(url()));
            assertThat(err(db.query("SELECT ?", List.of()))).isInstanceOf(Failure.BadParameter.class);
            assertThat(err(db.query("SELEC", List.of()))).isInstanceOf(Failure.QueryFailed.class);
            assertThat(err(db.execute("SELECT 1; DROP TABLE t", List.of()))).isInstanceOf(Failure.QueryFailed.class);
            assertThat(ok(db.query("SET @x = 1", List.of())).rows()).isEmpty();
            for (String address : List.of(
                    "",
                    "postgres://ada@127.0.0.1",
                    url() + "?allowLocalInfile=true",
                    url() + "?ssl-mode=maybe",
                    "mysql://ada@127.0.0.1:" + server.port() + "/a%2Fb",
                    "mysql://ada:wrong@127.0.0.1:" + server.port() + "/shop",
                    "mysql://ada@10.255.255.1/shop",
                    url() + "?ssl-mode=REQUIRED")) {
                assertThat(err(mysql.open(address))).as(address).isInstanceOf(Failure.ConnectionFailed.class);
            }
        }
    }

    @Test
    void resultsTimeAndConnectionsAreBounded() {
        OutboundLimits limits = new OutboundLimits(Duration.ofSeconds(5), Duration.ofSeconds(1), 1, 100_000, 100);
        try (SpinMysql mysql = new SpinMysql(outbound(limits, "mysql://127.0.0.1:" + server.port()))) {
            SpinMysql.Connection db = ok(mysql.open(url()));
            assertThat(err(mysql.open(url()))).asString().contains("too many connections");
            assertThat(ok(db.query("SELECT seq FROM seq_1_to_100", List.of())).rows())
                    .hasSize(100);
            assertThat(err(db.query("SELECT seq FROM seq_1_to_101", List.of())))
                    .asString()
                    .contains("limit of 100 rows");
            assertThat(err(db.query("SELECT repeat('x', 90000)", List.of())))
                    .asString()
                    .contains("100000 bytes");
            long began = System.nanoTime();
            var slow = db.query("SELECT max(sha2(seq, 512)) FROM seq_1_to_1000000000", List.of());
            assertThat(err(slow)).isInstanceOf(Failure.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        }
    }
}
