use std::sync::Mutex;

static SEEN: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// Gives the sum of all that it was ever called with.
#[no_mangle]
pub extern "C" fn add(number: i32) -> i32 {
    let mut seen = SEEN.lock().unwrap();
    seen.push(number);
    seen.iter().sum()
}

#[no_mangle]
pub extern "C" fn entries() -> i32 {
    std::fs::read_dir("/data").map_or(-1, |all| all.count() as i32)
}

#[no_mangle]
pub extern "C" fn end() {
    std::process::exit(7)
}
