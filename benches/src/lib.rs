//! Parsing and validation measured against floors and peers.
