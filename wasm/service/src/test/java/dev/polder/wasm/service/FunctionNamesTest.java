package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionNamesTest {

    @Test
    void mangledNamesAreReadable() {
        assertThat(FunctionNames.readable("_ZN5lines7checked17hf8ab365604f26443E"))
                .isEqualTo("lines::checked");
        assertThat(FunctionNames.readable("_ZN4core9panicking5panic17h0123456789abcdefE"))
                .isEqualTo("core::panicking::panic");
        assertThat(FunctionNames.readable(
                        "_ZN50_$LT$T$u20$as$u20$core..convert..Into$LT$U$GT$$GT$4into17h0123456789abcdefE"))
                .isEqualTo("<T as core::convert::Into<U>>::into");
        assertThat(FunctionNames.readable("_ZN4shop4cart3addEi")).isEqualTo("shop::cart::add");
    }

    /** Names that rustc 1.9x wrote into components, and one of each part of the grammar. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            _RNvNtCs9pv848UzQwQ_4core9panicking9panic_fmt | core::panicking::panic_fmt
            _RNvCsfLfy6EI15iL_7___rustc12___rust_abort | __rustc::__rust_abort
            _RNCNvNtCshXfaRvt2tfW_3std9panicking13panic_handler0B5_ | std::panicking::panic_handler::{closure#0}
            _RINvNtNtCshXfaRvt2tfW_3std3sys9backtrace26___rust_end_short_backtraceNCNvNtB6_9panicking13panic_handler0zEB6_ | std::sys::backtrace::__rust_end_short_backtrace::<std::panicking::panic_handler::{closure#0}, !>
            _RNvMNtC4shop4cartNtB2_4Cart3add | <shop::cart::Cart>::add
            _RNvXs_C4shopNtB4_4CartNtNtC4core3fmt7Display3fmt | <shop::Cart as core::fmt::Display>::fmt
            _RINvC4shop3allRShAjj8_TbeEPmE | shop::all::<&[u8], [usize; 0x8], (bool, str), *const u32>
            _RINvC4shop3runFUKClEuDNtC4core4SendEL_E | shop::run::<unsafe fn(i32), dyn core::Send>
            _RNCNCNvC4shop3run0s_0 | shop::run::{closure#0}::{closure#1}
            """)
    void rustsOwnManglingIsReadable(String mangled, String name) {
        assertThat(FunctionNames.readable(mangled)).isEqualTo(name);
    }

    @Test
    void brokenNamesOfRustStayAsTheyAre() {
        String whole = "_RINvNtC4shop4cart3allNCNvB4_3run0TRShAjj8_EE";
        assertThat(FunctionNames.readable(whole)).startsWith("shop::cart::all::<");
        for (int end = 2; end < whole.length(); end++) {
            String cut = whole.substring(0, end);
            assertThat(FunctionNames.readable(cut)).isEqualTo(cut);
        }
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder changed = new StringBuilder(whole);
            for (int k = 0; k < 3; k++) {
                changed.setCharAt(2 + random.nextInt(whole.length() - 2), (char) ('0' + random.nextInt(75)));
            }
            assertThat(FunctionNames.readable(changed.toString())).isNotEmpty();
        }
        String bomb = "C4shop" + "T".repeat(500);
        assertThat(FunctionNames.readable("_RI" + bomb)).isEqualTo("_RI" + bomb);
        assertThat(FunctionNames.readable("_RNvB_3own")).isEqualTo("_RNvB_3own");
    }

    @Test
    void othersStayAsTheyAre() {
        for (String name :
                new String[] {"main.main", "#12", "", "_ZN", "_ZNE", "_ZN99abcE", "_ZN99999999999abcE", "_ZN3abc"}) {
            assertThat(FunctionNames.readable(name)).isEqualTo(name);
        }
    }
}
