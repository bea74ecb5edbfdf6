//! The pages on which people look after their own account.

pub mod applications;
pub mod overview;
pub mod password;
pub mod sessions;
