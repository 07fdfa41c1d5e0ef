//! The push service of the tests, behind TLS and HTTP/2 as the real ones are, on threads of its own.

#[path = "../../../tests/it/push_service.rs"]
mod tested;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::domain::moment::Clock;
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
    server::TlsStream,
};

pub(super) use tested::{Service, Taken};

use crate::program::SCRATCH;

/// A push service under way. It ends with its owner.
pub(super) struct Running {
    pub(super) service: Service,
    /// The certificate to trust it by, as PEM.
    pub(super) certificate: PathBuf,
    _runtime: Runtime,
}

impl Running {
    pub(super) fn start() -> Result<Self, String> {
        let (config, pem) = certificate().map_err(words)?;
        let certificate = Path::new(SCRATCH).join("push-service.pem");
        fs::write(&certificate, pem).map_err(words)?;
        let runtime = super::child::runtime()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).map_err(words)?;
        let origin = format!("https://{}", listener.local_addr().map_err(words)?);
        let _inside = runtime.enter();
        let tls = Tls { listener, acceptor: TlsAcceptor::from(Arc::new(config)) };
        Ok(Self { service: Service::start(tls, origin, Clock::System.now()), certificate, _runtime: runtime })
    }
}

/// A certificate for this machine, and the one that vouches for it.
fn certificate() -> Result<(ServerConfig, String), Box<dyn std::error::Error>> {
    let mut issuer = CertificateParams::default();
    issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    issuer.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let issuer = CertifiedIssuer::self_signed(issuer, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let mut own = CertificateParams::new(["127.0.0.1".to_owned()])?;
    own.distinguished_name.push(DnType::CommonName, "push service");
    own.use_authority_key_identifier_extension = true;
    let own = own.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.der().clone()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, issuer.pem()))
}

struct Tls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

fn words(error: impl std::fmt::Display) -> String {
    format!("there is no push service: {error}")
}
