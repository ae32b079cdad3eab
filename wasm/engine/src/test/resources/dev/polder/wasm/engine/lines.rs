#![no_std]
//! Traps in the condition of line 12, called from line 19. The fixture of SourceLinesIT, built by
//! rustc --target wasm32-wasip1 -C opt-level=1 -g -C panic=abort --crate-type cdylib --remap-path-prefix=$PWD=src

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

#[inline(never)]
fn inner(x: i32) -> i32 {
    if x > 2 {
        core::arch::wasm32::unreachable()
    }
    x * 3
}

fn middle(x: i32) -> i32 {
    inner(x) + 1
}

#[no_mangle]
pub extern "C" fn outer(x: i32) -> i32 {
    middle(x) + 1
}
