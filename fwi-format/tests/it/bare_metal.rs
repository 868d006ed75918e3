//! Without default features the crate is for bare metal.

use std::process::Command;

/// A crate that needs `std` or an allocator must not creep in below the core. The build
/// itself: `cargo check -p fwi-format --no-default-features --target thumbv7em-none-eabi`.
#[test]
fn the_core_rests_on_three_small_crates_without_std() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--no-default-features",
            "--edges",
            "normal,features",
        ])
        .args(["--prefix", "none", "--no-dedupe", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    let lines = || tree.lines().filter(|line| !line.is_empty());
    let mut crates: Vec<&str> = lines().filter_map(|line| line.split(' ').next()).collect();
    crates.sort_unstable();
    crates.dedup();
    assert_eq!(
        crates,
        ["arrayvec", "cfg-if", "crc32fast", "fwi-format"],
        "{tree}"
    );
    assert!(
        lines().all(|line| !line.contains("feature \"std\"")),
        "{tree}"
    );
}
