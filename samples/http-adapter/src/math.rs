//! The functions of the module `teavmMath`, which TeaVM leaves to the host: those of JavaScript's `Math`.

use wasip1::wasi_snapshot_preview1 as host;

macro_rules! of_numbers {
    ($($name:ident($($p:ident),*);)*) => {$(
        #[export_name = stringify!($name)]
        extern "C" fn $name($($p: f64),*) -> f64 {
            libm::$name($($p),*)
        }
    )*};
}

of_numbers! {
    acos(x);
    asin(x);
    atan(x);
    atan2(y, x);
    ceil(x);
    cos(x);
    exp(x);
    floor(x);
    log(x);
    pow(x, y);
    sin(x);
    sqrt(x);
    tan(x);
}

/// From 0 up to 1, without it.
#[export_name = "random"]
unsafe extern "C" fn random() -> f64 {
    let mut bytes = [0u8; 8];
    let errno = host::random_get(bytes.as_mut_ptr() as i32, bytes.len() as i32);
    assert!(errno == 0, "random_get: errno {errno}");
    (u64::from_le_bytes(bytes) >> 11) as f64 / (1u64 << 53) as f64
}
