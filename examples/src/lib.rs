//! Command line tools built on the changeover crates: see `src/bin`.
