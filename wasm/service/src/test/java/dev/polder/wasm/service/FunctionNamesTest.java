package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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

    @Test
    void othersStayAsTheyAre() {
        for (String name :
                new String[] {"main.main", "#12", "", "_ZN", "_ZNE", "_ZN99abcE", "_ZN99999999999abcE", "_ZN3abc"}) {
            assertThat(FunctionNames.readable(name)).isEqualTo(name);
        }
    }
}
