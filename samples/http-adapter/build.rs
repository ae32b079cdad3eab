/// The functions of the program are put into the adapter's table when both are there.
fn main() {
    println!("cargo:rustc-cdylib-link-arg=--export-table");
    println!("cargo:rustc-cdylib-link-arg=--growable-table");
}
