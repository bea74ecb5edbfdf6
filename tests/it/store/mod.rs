//! What storage promises on either database, races included.

mod codes;
mod links;
mod pending_grants;
mod refresh_tokens;
mod schema;
mod signing_keys;
mod throttle;

use std::future::Future;

use tokio::task::JoinSet;

/// Runs the same thing many times at once, on every thread there is.
async fn at_once<F>(times: usize, make: impl Fn() -> F) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut running = JoinSet::new();
    for _ in 0..times {
        running.spawn(make());
    }
    running.join_all().await
}
