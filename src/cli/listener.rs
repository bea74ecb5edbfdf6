//! The address is taken early, so that mistakes are told early; connections are accepted only once all is ready.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpSocket;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::app::tls;
use crate::app::tls::TlsListener;
use crate::cli::error::CliError;
use crate::cli::signals;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// An address that is taken; connections are refused until [`Bound::serve`].
#[derive(Debug)]
pub(super) struct Bound {
    socket: TcpSocket,
    /// The address, with the port that the system chose for 0.
    pub(super) address: SocketAddr,
}

/// Takes an address.
pub(super) fn bind(address: SocketAddr) -> Result<Bound, CliError> {
    let bound = || {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let address = socket.local_addr()?;
        Ok(Bound { socket, address })
    };
    bound().map_err(|error: std::io::Error| cannot_listen(address, &error))
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> CliError {
    let remedies = [
        (
            ErrorKind::AddrInUse,
            "Another process has it; stop that one, or choose another address",
        ),
        (
            ErrorKind::PermissionDenied,
            "Ports below 1024 need a privilege; choose another one",
        ),
    ];
    let remedy = remedies.into_iter().find(|(kind, _)| *kind == error.kind());
    let remedy = remedy.map_or("Check the address", |(_, remedy)| remedy);
    CliError::new(format!("Gatepost cannot listen on {address}: {error}. {remedy}."))
}

impl Bound {
    /// Accepts connections from now on, until `stop` says so; then finishes what is being answered, for `grace` at the
    /// most.
    pub(super) fn serve(
        self,
        router: Router,
        stop: watch::Receiver<bool>,
        grace: Duration,
    ) -> Result<impl Future<Output = Result<(), CliError>>, CliError> {
        let listener = self.listen()?.tap_io(|stream| {
            // answers are small and written whole: nothing is gained by waiting for more
            let _ = stream.set_nodelay(true);
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(listener, service).with_graceful_shutdown(signals::stopped(stop.clone()));
        Ok(until_stopped(server.into_future(), stop, grace))
    }

    /// The same over TLS, where clients may present certificates.
    pub(super) fn serve_tls(
        self,
        acceptor: TlsAcceptor,
        router: Router,
        stop: watch::Receiver<bool>,
        grace: Duration,
    ) -> Result<impl Future<Output = Result<(), CliError>>, CliError> {
        let listener = TlsListener::new(self.listen()?, acceptor);
        let server = axum::serve(listener, tls::service(router))
            .with_graceful_shutdown(signals::stopped(stop.clone()));
        Ok(until_stopped(server.into_future(), stop, grace))
    }

    fn listen(self) -> Result<TcpListener, CliError> {
        let listening = self.socket.listen(BACKLOG);
        listening.map_err(|error| cannot_listen(self.address, &error))
    }
}

/// The server's end: when it has answered everything after `stop`, or when `grace` is over.
async fn until_stopped(
    server: impl Future<Output = std::io::Result<()>>,
    stop: watch::Receiver<bool>,
    grace: Duration,
) -> Result<(), CliError> {
    let overdue = async move {
        signals::stopped(stop).await;
        let never = std::future::pending::<()>();
        let _ = tokio::time::timeout(grace, never).await;
    };
    tokio::select! {
        result = server => result.map_err(|e| CliError::new(format!("The server stopped: {e}."))),
        () = overdue => {
            tracing::warn!("requests that took longer than http.shutdown_grace were dropped");
            Ok(())
        }
    }
}
