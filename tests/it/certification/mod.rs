//! Demands of the certification plans that no other test has made, plan by plan.

mod dynamic;
mod third_party_login;
