//! The program, whose functions `link.wat` puts into the adapter's table.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Where in the table they begin. 0 before they are there.
static BASE: AtomicUsize = AtomicUsize::new(0);
static INITIALIZED: AtomicBool = AtomicBool::new(false);

const LOAD: usize = 0;
const STORE: usize = 1;
const INITIALIZE: usize = 2;
const SERVE: usize = 3;

type Copy = extern "C" fn(to: usize, from: usize, length: usize);
type Run = extern "C" fn();

/// Called once, when adapter and program are there.
#[export_name = "begin"]
extern "C" fn begin(base: usize) {
    BASE.store(base, Ordering::Relaxed);
}

fn function(index: usize) -> usize {
    let base = BASE.load(Ordering::Relaxed);
    assert!(
        base != 0,
        "the program called the host before it was linked (expected: no start function that does)"
    );
    base + index
}

fn copy(index: usize) -> Copy {
    // The table holds a function of this type there.
    unsafe { std::mem::transmute::<usize, Copy>(function(index)) }
}

fn call(index: usize) {
    // The table holds a function of this type there.
    let run = unsafe { std::mem::transmute::<usize, Run>(function(index)) };
    run();
}

/// Lets the program serve the request that is under way; the first one initializes it.
pub fn serve() {
    if !INITIALIZED.swap(true, Ordering::Relaxed) {
        call(INITIALIZE);
    }
    call(SERVE);
}

/// Reads from the program's memory; the instance ends when that is not there.
pub fn load(from: u32, into: &mut [u8]) {
    copy(LOAD)(into.as_mut_ptr() as usize, from as usize, into.len());
}

pub fn bytes(from: u32, length: u32) -> Vec<u8> {
    let mut bytes = vec![0; length as usize];
    load(from, &mut bytes);
    bytes
}

/// Writes into the program's memory; the instance ends when that is not there.
pub fn store(to: u32, bytes: &[u8]) {
    copy(STORE)(to as usize, bytes.as_ptr() as usize, bytes.len());
}

pub fn store_u32(to: u32, value: u32) {
    store(to, &value.to_le_bytes());
}

/// Address and length of each of `count` parts.
pub fn parts(at: u32, count: u32) -> Vec<(u32, u32)> {
    bytes(at, count.saturating_mul(8))
        .chunks_exact(8)
        .map(|part| (number(&part[..4]), number(&part[4..])))
        .collect()
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes"))
}
