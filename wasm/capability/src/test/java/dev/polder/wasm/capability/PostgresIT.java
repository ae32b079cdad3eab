package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static dev.polder.wasm.capability.Results.outbound;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.capability.SpinPostgres3.DbDataType;
import dev.polder.wasm.capability.SpinPostgres3.DbValue;
import dev.polder.wasm.capability.SpinPostgres3.ParameterValue;
import dev.polder.wasm.capability.SpinRdbms.Failure;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Against a real PostgreSQL whose time zone is far from UTC. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class PostgresIT {

    private TestServer server;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.postgres();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private String url() {
        return "postgres://ada@127.0.0.1:" + server.port() + "/postgres";
    }

    @Test
    void tlsChecksWhoAnswers() {
        try (SpinPostgres3 postgres = new SpinPostgres3(outbound("postgres://localhost:*", "postgres://127.0.0.1:*"))) {
            String at = ":" + server.tlsPort() + "/postgres?sslmode=verify-full";
            SpinPostgres3.Connection db = ok(postgres.open("postgres://ada@localhost" + at));
            assertThat(ok(db.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", List.of()))
                            .rows())
                    .containsExactly(List.of(new DbValue.Bool(true)));
            assertThat(err(postgres.open("postgres://ada@127.0.0.1" + at)))
                    .as("a certificate of another name")
                    .asString()
                    .contains("hostname 127.0.0.1");
            setCertificate(db, "unknown");
            try {
                Awaitility.await()
                        .untilAsserted(() -> assertThat(postgres.open("postgres://ada@localhost" + at))
                                .as("an unknown authority")
                                .asString()
                                .contains("certification path"));
                try (SpinPostgres3 named = new SpinPostgres3(outbound(
                        OutboundLimits.DEFAULT,
                        TestTls.UNKNOWN.authorities(),
                        "postgres://localhost:*",
                        "postgres://127.0.0.1:*"))) {
                    assertThat(ok(named.open("postgres://ada@localhost" + at)))
                            .as("an authority that the operator named")
                            .isNotNull();
                    assertThat(err(named.open("postgres://ada@127.0.0.1" + at)))
                            .as("a certificate of another name")
                            .asString()
                            .contains("127.0.0.1");
                }
            } finally {
                setCertificate(db, "trusted");
            }
        }
    }

    private static void setCertificate(SpinPostgres3.Connection db, String name) {
        ok(db.execute("ALTER SYSTEM SET ssl_cert_file = '" + name + ".pem'", List.of()));
        ok(db.execute("ALTER SYSTEM SET ssl_key_file = '" + name + ".key'", List.of()));
        ok(db.query("SELECT pg_reload_conf()", List.of()));
    }

    private SpinPostgres3 postgres() {
        return new SpinPostgres3(outbound("postgres://127.0.0.1:" + server.port()));
    }

    /** The driver holds all rows of a result: many small ones are many times what came over the wire. */
    @Test
    void countsResultsForTheGuestThatWaitsForThem() {
        try (SpinPostgres3 postgres = postgres()) {
            SpinPostgres3.Connection db = ok(postgres.open(url()));
            HostMemory memory = HostMemory.of(8 << 20);
            assertThat(InGuest.call(
                            memory,
                            () -> assertThat(ok(db.query("SELECT n, n FROM generate_series(1, 10000) n", List.of()))
                                            .rows())
                                    .hasSize(10_000)))
                    .isEmpty();
            assertThat(memory.taken()).isZero();
            String large = "SELECT n, n, n, n, n, n, n FROM generate_series(1, 90000) n";
            // The driver gives the connection up; who asks why finds the limit in the app's log.
            assertThat(InGuest.call(
                            memory,
                            () -> assertThat(err(db.query(large, List.of())))
                                    .isInstanceOf(Failure.ConnectionFailed.class)))
                    .containsExactly(GuestLimit.HOST_MEMORY);
            assertThat(memory.taken()).isZero();
        }
    }

    @Test
    void valuesOfAllTypesGoThereAndBack() {
        try (SpinPostgres3 postgres = postgres()) {
            SpinPostgres3.Connection db = ok(postgres.open(url()));
            ok(db.execute("DROP TABLE IF EXISTS t", List.of()));
            ok(db.execute(
                    "CREATE TABLE t (id serial, b bool, s int2, i int4, l int8, f float4, d float8, t text,"
                            + " x bytea, da date, ti time, dt timestamp, ts timestamptz, n numeric, v varchar(99))",
                    List.of()));
            byte[] blob = {0, 1, -1};
            long when = 1_700_000_000L;
            List<ParameterValue> values = List.of(
                    new ParameterValue.Bool(true),
                    new ParameterValue.Int16((short) -7),
                    new ParameterValue.Int32(Integer.MIN_VALUE),
                    new ParameterValue.Int64(Long.MAX_VALUE),
                    new ParameterValue.Floating32(1.5f),
                    new ParameterValue.Floating64(-2.25),
                    new ParameterValue.Str("käse'; DROP TABLE t; --"),
                    new ParameterValue.Binary(blob),
                    new ParameterValue.Date(new SpinPostgres3.Day(1999, 12, 31)),
                    new ParameterValue.Time(new SpinPostgres3.TimeOfDay(23, 59, 58, 123_456_000)),
                    new ParameterValue.Datetime(new SpinPostgres3.DayAndTime(2024, 2, 29, 1, 2, 3, 4_000)),
                    new ParameterValue.Timestamp(when));

            assertThat(ok(db.execute(
                            "INSERT INTO t (b, s, i, l, f, d, t, x, da, ti, dt, ts, n, v) VALUES"
                                    + " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1.5, $7)",
                            values)))
                    .isEqualTo(1);
            SpinPostgres3.RowSet rows = ok(db.query("SELECT * FROM t WHERE t = $1 OR v = $1", List.of(values.get(6))));

            assertThat(rows.columns())
                    .extracting(SpinPostgres3.Column::dataType)
                    .containsExactly(
                            DbDataType.INT32,
                            DbDataType.BOOLEAN,
                            DbDataType.INT16,
                            DbDataType.INT32,
                            DbDataType.INT64,
                            DbDataType.FLOATING32,
                            DbDataType.FLOATING64,
                            DbDataType.STR,
                            DbDataType.BINARY,
                            DbDataType.DATE,
                            DbDataType.TIME,
                            DbDataType.DATETIME,
                            DbDataType.TIMESTAMP,
                            DbDataType.OTHER,
                            DbDataType.STR);
            List<DbValue> row = rows.rows().getFirst();
            assertThat(row.subList(0, 8))
                    .containsExactly(
                            new DbValue.Int32(1),
                            new DbValue.Bool(true),
                            new DbValue.Int16((short) -7),
                            new DbValue.Int32(Integer.MIN_VALUE),
                            new DbValue.Int64(Long.MAX_VALUE),
                            new DbValue.Floating32(1.5f),
                            new DbValue.Floating64(-2.25),
                            new DbValue.Str("käse'; DROP TABLE t; --"));
            assertThat(((DbValue.Binary) row.get(8)).value()).isEqualTo(blob);
            assertThat(row.subList(9, 14))
                    .containsExactly(
                            new DbValue.Date(new SpinPostgres3.Day(1999, 12, 31)),
                            new DbValue.Time(new SpinPostgres3.TimeOfDay(23, 59, 58, 123_456_000)),
                            new DbValue.Datetime(new SpinPostgres3.DayAndTime(2024, 2, 29, 1, 2, 3, 4_000)),
                            new DbValue.Timestamp(when),
                            new DbValue.Unsupported());
        }
    }

    /** What version 4 has besides: each value as a parameter, and back. */
    @Test
    void valuesOfTheNewerTypesGoThereAndBack() {
        try (SpinPostgres4 postgres = new SpinPostgres4(outbound("postgres://127.0.0.1:" + server.port()))) {
            SpinPostgres4.Connection db = ok(postgres.open(url()));
            SpinPostgres4.BoundInt32 one = new SpinPostgres4.BoundInt32(1, SpinPostgres4.RangeBoundKind.INCLUSIVE);
            SpinPostgres4.BoundInt64 end =
                    new SpinPostgres4.BoundInt64(Long.MAX_VALUE, SpinPostgres4.RangeBoundKind.EXCLUSIVE);
            SpinPostgres4.BoundDecimal half =
                    new SpinPostgres4.BoundDecimal("-0.50", SpinPostgres4.RangeBoundKind.EXCLUSIVE);
            List<SpinPostgres4.ParameterValue> values = List.of(
                    new SpinPostgres4.Str("käse"),
                    new SpinPostgres4.Int64(-5),
                    new SpinPostgres4.Datetime(new SpinPostgres3.DayAndTime(2024, 2, 29, 1, 2, 3, 4_000)),
                    new SpinPostgres4.Uuid("0123abcd-89ab-4def-8123-456789abcdef"),
                    new SpinPostgres4.Decimal("-12345678901234567890.0012300"),
                    new SpinPostgres4.RangeInt32(new SpinPostgres4.RangeOfInt32(Optional.of(one), Optional.empty())),
                    new SpinPostgres4.RangeInt64(new SpinPostgres4.RangeOfInt64(Optional.empty(), Optional.of(end))),
                    new SpinPostgres4.RangeDecimal(
                            new SpinPostgres4.RangeOfDecimal(Optional.of(half), Optional.empty())),
                    new SpinPostgres4.ArrayInt32(List.of(Optional.of(7), Optional.empty(), Optional.of(-7))),
                    new SpinPostgres4.ArrayInt64(List.of()),
                    new SpinPostgres4.ArrayDecimal(List.of(Optional.of("1.50"), Optional.empty())),
                    new SpinPostgres4.ArrayStr(List.of(Optional.of("a,\"b\\{}"), Optional.empty(), Optional.of(""))),
                    new SpinPostgres4.Interval(new SpinPostgres4.Span(-1_000_003L, 400, -13)),
                    new SpinPostgres4.DbNull());
            SpinPostgres4.RowSet rows = ok(db.query(
                    "SELECT $1::text, $2::int8, $3::timestamp, $4::uuid, $5::numeric, $6::int4range, $7::int8range,"
                            + " $8::numrange, $9::int4[], $10::int8[], $11::numeric[], $12::text[], $13::interval,"
                            + " $14::uuid",
                    values));
            assertThat(rows.rows()).singleElement().isEqualTo(values);
            assertThat(rows.columns().get(13).dataType()).isEqualTo(new SpinPostgres4.DbDataType.Uuid());

            SpinPostgres4.RowSet others = ok(db.query(
                    "SELECT $1::jsonb, 'empty'::int4range, '{{1,2},{3,4}}'::int4[], '10.0.0.1'::inet",
                    List.of(new SpinPostgres4.Jsonb("{\"a\":[1, 2]}".getBytes(UTF_8)))));
            assertThat(others.rows().getFirst())
                    .extracting(value -> value instanceof SpinPostgres4.Jsonb(byte[] json)
                            ? "json " + new String(json, UTF_8)
                            : value instanceof SpinPostgres4.Unsupported(byte[] text) ? new String(text, UTF_8) : value)
                    .containsExactly("json {\"a\": [1, 2]}", "empty", "{{1,2},{3,4}}", "10.0.0.1");
            assertThat(others.columns().get(3).dataType()).isEqualTo(new SpinPostgres4.DbDataType.Other("inet"));
        }
    }

    @Test
    void whatTheServerSaysOfAnErrorHasItsParts() {
        try (SpinPostgres4 postgres = new SpinPostgres4(outbound("postgres://127.0.0.1:" + server.port()))) {
            SpinPostgres4.Connection db = ok(postgres.open(url()));
            ok(db.execute("CREATE TEMPORARY TABLE once (id int PRIMARY KEY)", List.of()));
            assertThat(ok(db.execute("INSERT INTO once VALUES ($1)", List.of(new SpinPostgres4.Int32(1)))))
                    .isEqualTo(1);
            assertThat(err(db.execute("INSERT INTO once VALUES ($1)", List.of(new SpinPostgres4.Int32(1)))))
                    .isInstanceOfSatisfying(
                            SpinPostgres4.Failure.QueryFailed.class,
                            failed -> assertThat(failed.error())
                                    .isInstanceOfSatisfying(SpinPostgres4.QueryError.FromServer.class, said -> {
                                        assertThat(said.error().severity()).isEqualTo("ERROR");
                                        assertThat(said.error().code()).isEqualTo("23505");
                                        assertThat(said.error().message()).contains("once_pkey");
                                        assertThat(said.error().detail()).contains("Key (id)=(1) already exists.");
                                        assertThat(said.error().extras())
                                                .contains(
                                                        new SpinPostgres4.Extra("table", "once"),
                                                        new SpinPostgres4.Extra("constraint", "once_pkey"));
                                    }));
            assertThat(err(db.query("SELECT $1::uuid", List.of(new SpinPostgres4.Uuid("no uuid")))))
                    .isInstanceOf(SpinPostgres4.Failure.ValueConversionFailed.class);
            assertThat(err(db.query("SELECT 1", List.of(new SpinPostgres4.DbNull()))))
                    .isInstanceOf(SpinPostgres4.Failure.BadParameter.class);
            assertThat(err(postgres.open("postgres://elsewhere:5432/x")))
                    .isInstanceOf(SpinPostgres4.Failure.ConnectionFailed.class);
        }
    }

    @Test
    void nullsPlaceholdersAndOperators() {
        try (SpinPostgres3 postgres = postgres()) {
            SpinPostgres3.Connection db = ok(postgres.open(
                    "host=127.0.0.1 port=" + server.port() + " user='ada' dbname=postgres sslmode=disable"));
            SpinPostgres3.RowSet rows = ok(db.query(
                    "SELECT $2::int4 - $1::int4 AS \"a $1 ?\", '$1 ''?' AS b, $$it's $1$$ AS c, E'\\'$1' AS d,"
                            + " '{\"k\": 1}'::jsonb ? 'k' AS e, NULL::int8 AS f, $3::text AS g /* $9 /* ? */ */ -- $8",
                    List.of(new ParameterValue.Int32(1), new ParameterValue.Int32(5), new ParameterValue.DbNull())));

            assertThat(rows.columns().getFirst().name()).isEqualTo("a $1 ?");
            assertThat(rows.rows().getFirst())
                    .containsExactly(
                            new DbValue.Int32(4),
                            new DbValue.Str("$1 '?"),
                            new DbValue.Str("it's $1"),
                            new DbValue.Str("'$1"),
                            new DbValue.Bool(true),
                            new DbValue.DbNull(),
                            new DbValue.DbNull());
            assertThat(err(db.query("SELECT $2::text", List.of(new ParameterValue.DbNull()))))
                    .isEqualTo(new Failure.BadParameter("1 parameters (expected: 2)"));
            assertThat(err(db.query("SELECT $1", List.of(new ParameterValue.Date(new SpinPostgres3.Day(2024, 13, 1))))))
                    .isInstanceOf(Failure.ValueConversionFailed.class);
            assertThat(err(db.query("SELEC 1", List.of()))).isInstanceOf(Failure.QueryFailed.class);
            assertThat(err(db.execute("SELECT 1/0", List.of()))).isInstanceOf(Failure.QueryFailed.class);
            assertThat(ok(db.query("CREATE TEMP TABLE x (a int)", List.of())).rows())
                    .isEmpty();
        }
    }

    @Test
    void theOlderInterfaceHasNoTimesAndNoUnsignedNumbers() {
        try (SpinPostgres postgres = new SpinPostgres(outbound("postgres://127.0.0.1:" + server.port()))) {
            SpinPostgres.Connection db = ok(postgres.open(url()));
            SpinRdbms.RowSet rows = ok(db.query(
                    "SELECT $1 AS a, now() AS b, $2::bytea AS c",
                    List.of(new SpinRdbms.ParameterValue.Int64(5), new SpinRdbms.ParameterValue.Binary(new byte[] {1
                    }))));

            assertThat(rows.columns())
                    .containsExactly(
                            new SpinRdbms.Column("a", SpinRdbms.DbDataType.INT64),
                            new SpinRdbms.Column("b", SpinRdbms.DbDataType.OTHER),
                            new SpinRdbms.Column("c", SpinRdbms.DbDataType.BINARY));
            assertThat(rows.rows().getFirst().subList(0, 2))
                    .containsExactly(new SpinRdbms.DbValue.Int64(5), new SpinRdbms.DbValue.Unsupported());
            assertThat(err(db.execute("SELECT $1", List.of(new SpinRdbms.ParameterValue.Uint8(1)))))
                    .isInstanceOf(Failure.BadParameter.class);
            assertThat(ok(db.execute("CREATE TEMP TABLE y (a int)", List.of()))).isZero();
            assertThat(ok(db.execute("INSERT INTO y VALUES (1), (2)", List.of())))
                    .isEqualTo(2);
        }
    }

    @Test
    void addressesAndGrants() {
        try (SpinPostgres3 postgres = postgres()) {
            for (String address : List.of(
                    "",
                    "postgres://127.0.0.1:" + server.port(),
                    "postgres://ada@127.0.0.1:" + server.port() + "/postgres?socketFactory=x",
                    "postgres://ada@127.0.0.1:" + server.port() + "/postgres?sslmode=maybe",
                    "host=/var/run/postgresql user=ada",
                    "host=127.0.0.1 user=ada password='open",
                    "postgres://ada@10.255.255.1/postgres",
                    "postgres://ada@127.0.0.1:1/postgres",
                    "postgres://ada@127.0.0.1:" + server.port() + "/none")) {
                assertThat(err(postgres.open(address))).as(address).isInstanceOf(Failure.ConnectionFailed.class);
            }
            assertThat(err(postgres.open("postgres://ada:hunter2@127.0.0.1:99999/x")))
                    .asString()
                    .doesNotContain("hunter2");
            assertThat(err(postgres.open("postgres://ada@127.0.0.1:" + server.port() + "/postgres?sslmode=require")))
                    .asString()
                    .contains("hostname 127.0.0.1");
        }
    }

    @Test
    void resultsTimeAndConnectionsAreBounded() {
        OutboundLimits limits = new OutboundLimits(Duration.ofSeconds(5), Duration.ofSeconds(1), 1, 100_000, 100);
        try (SpinPostgres3 postgres = new SpinPostgres3(outbound(limits, "postgres://127.0.0.1:" + server.port()))) {
            SpinPostgres3.Connection db = ok(postgres.open(url()));
            assertThat(err(postgres.open(url()))).asString().contains("too many connections");
            assertThat(ok(db.query("SELECT * FROM generate_series(1, 100)", List.of()))
                            .rows())
                    .hasSize(100);
            assertThat(err(db.query("SELECT * FROM generate_series(1, 101)", List.of())))
                    .asString()
                    .contains("limit of 100 rows");
            assertThat(err(db.query("SELECT pg_sleep(30)", List.of()))).isInstanceOf(Failure.class);
            db.drop();
            db = ok(postgres.open(url()));
            assertThat(err(db.query("SELECT repeat('x', 10000000)", List.of()))).isInstanceOf(Failure.class);
        }
    }
}
