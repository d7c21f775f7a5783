//! Certificates for servers of this machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use alinea_server::serving::access::{Access, AccessOptions};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// An authority, and the files of a certificate that it renews.
pub(crate) struct Certificates {
    authority: CertifiedIssuer<'static, KeyPair>,
    certificate: PathBuf,
    key: PathBuf,
}

impl Certificates {
    pub(crate) fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let certificates = Self { authority, certificate, key };
        certificates.renew();
        certificates
    }

    /// Writes a new key, and a certificate of it.
    pub(crate) fn renew(&self) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        fs::write(&self.certificate, params.signed_by(&key, &self.authority).unwrap().pem()).unwrap();
        fs::write(&self.key, key.serialize_pem()).unwrap();
    }

    /// Whom clients have to trust, as PEM.
    pub(crate) fn authority(&self) -> String {
        self.authority.pem()
    }

    /// What lets a server encrypt with it, and ask for nothing else.
    pub(crate) fn access(&self) -> Access {
        let certificate = Some((self.certificate.clone(), self.key.clone()));
        Access::open(AccessOptions { certificate, ..AccessOptions::default() }).unwrap()
    }
}
