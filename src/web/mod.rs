//! What all surfaces share about HTTP, without knowledge of the product.

pub mod shell;
pub mod when;
