//! What was found, as a page of Markdown with plots.

mod machine;
mod markdown;
mod plot;

pub use machine::Machine;
pub use markdown::{ran, results};
pub use plot::svg;
