//! The widget's files are inside the binary: dist/ must be there, be it empty, and a new one must
//! be taken in.

fn main() {
    let dist = "../dist";
    println!("cargo::rerun-if-changed={dist}");
    println!("cargo::rerun-if-changed=../locales");
    println!("cargo::rerun-if-changed=migrations");
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::error=cannot make {dist}: {error}");
    }
}
