//! Ports of 127.0.0.1 that stay reserved while the server behind them stops and starts again.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// The ports of a cluster.
#[derive(Debug)]
pub(super) struct Ports {
    pub(super) etcd_clients: Port,
    pub(super) etcd_peers: Port,
    pub(super) apiserver: Port,
}

impl Ports {
    pub(super) fn reserve() -> io::Result<Self> {
        Ok(Self {
            etcd_clients: Port::reserve()?,
            etcd_peers: Port::reserve()?,
            apiserver: Port::reserve()?,
        })
    }

    /// The address of the API server.
    pub(super) fn url(&self) -> String {
        format!("https://{}", self.apiserver.address())
    }
}

/// A reserved port.
///
/// The socket is bound with `SO_REUSEADDR` and does not listen. Linux then lets a server that sets
/// the same option (every Go server does) listen beside it, but gives the port to nobody who asks
/// for any free one: no other test, and no outgoing connection while the server is down.
#[derive(Debug)]
pub(super) struct Port {
    _socket: TcpSocket,
    address: SocketAddr,
}

impl Port {
    pub(super) fn reserve() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?;
        Ok(Self {
            _socket: socket,
            address,
        })
    }

    pub(super) fn number(&self) -> u16 {
        self.address.port()
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_reserved_port_refuses_connections_until_a_server_listens() {
        let port = Port::reserve().unwrap();
        let refused = TcpStream::connect(port.address()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        // The standard library sets SO_REUSEADDR, as Go does.
        let _listener = TcpListener::bind(port.address()).unwrap();
        TcpStream::connect(port.address()).unwrap();
    }
}
