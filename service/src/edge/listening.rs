//! Listening, until told to stop.

use std::{io, net::SocketAddr, time::Duration};

use poem::{
    Endpoint, Server,
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// How long requests under way may take once the service is told to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(10);
/// How long a connection may stay open without a byte in either direction.
const IDLE: Duration = Duration::from_secs(75);

/// Tells every part of the service to stop.
pub(crate) type Stop = watch::Receiver<bool>;

/// A listener that is bound, and where.
pub(crate) struct Bound {
    listener: TcpListener,
    /// The address, with its real port.
    pub(crate) address: SocketAddr,
}

impl Bound {
    /// Binds an address; port 0 takes a free one.
    pub(crate) async fn to(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Answers with an endpoint until told to stop.
    pub(crate) fn serve(
        self,
        endpoint: impl Endpoint + 'static,
        mut stop: Stop,
    ) -> JoinHandle<io::Result<()>> {
        let server = Server::new_with_acceptor(Prompt(self)).idle_timeout(IDLE);
        let told = async move {
            // An error means that whoever could tell is gone, which tells as much.
            let _ = stop.wait_for(|stop| *stop).await;
        };
        tokio::spawn(server.run_with_graceful_shutdown(endpoint, told, Some(GRACE)))
    }
}

/// Accepts connections that send small answers at once.
struct Prompt(Bound);

impl Acceptor for Prompt {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![LocalAddr(self.0.address.into())]
    }

    async fn accept(&mut self) -> io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, remote) = match self.0.listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most likely: at once again would only spin.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                return Err(error);
            }
        };
        stream.set_nodelay(true)?;
        let local = LocalAddr(self.0.address.into());
        Ok((stream, local, RemoteAddr(remote.into()), Scheme::HTTP))
    }
}
