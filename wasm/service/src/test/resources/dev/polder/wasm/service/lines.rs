#![no_std]
//! A command that traps in the condition of line 12, called from line 20. The fixture of TrapsIT, built by
//! rustc --target wasm32-wasip1 -C opt-level=1 -g -C panic=abort -C link-self-contained=no \
//!   --crate-type cdylib --remap-path-prefix=$PWD=src lines.rs
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

#[inline(never)]
fn checked(x: i32) -> i32 {
    if x > 2 {
        core::arch::wasm32::unreachable()
    }
    x * 3
}

#[export_name = "_start"]
pub extern "C" fn start() {
    core::hint::black_box(checked(core::hint::black_box(5)));
}
