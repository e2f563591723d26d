//! Keys and certificates of one cluster: made when it starts, worthless when its folder is gone.
//!
//! They are made here and not by the API server, so that its kubeconfig is known before it runs
//! and holds after a restart.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// A certificate and its key, in PEM.
pub(super) struct Identity {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// What the API server and its administrator trust and show.
pub(super) struct Credentials {
    /// The certificate authority of both, in PEM.
    pub(super) authority: String,
    /// What the API server shows.
    pub(super) server: Identity,
    /// The administrator: a member of `system:masters`, whom RBAC lets do everything.
    pub(super) admin: Identity,
    /// What signs the tokens of service accounts, in PEM.
    pub(super) token_key: String,
    /// What checks them, in PEM.
    pub(super) token_public_key: String,
}

impl Credentials {
    pub(super) fn generate() -> Result<Self, rcgen::Error> {
        let mut authority = named("evenkeel test bed");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority_key = KeyPair::generate()?;
        let authority_certificate = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);

        let mut server = named("kube-apiserver");
        server.subject_alt_names =
            CertificateParams::new(["127.0.0.1".into(), "localhost".into()])?.subject_alt_names;
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];

        let mut admin = named("admin");
        admin
            .distinguished_name
            .push(DnType::OrganizationName, "system:masters");
        admin.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];

        let token_key = KeyPair::generate()?;
        Ok(Self {
            authority: authority_certificate.pem(),
            server: issue(&server, &issuer)?,
            admin: issue(&admin, &issuer)?,
            token_public_key: token_key.public_key_pem(),
            token_key: token_key.serialize_pem(),
        })
    }
}

fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params
}

fn issue(
    params: &CertificateParams,
    issuer: &Issuer<'_, KeyPair>,
) -> Result<Identity, rcgen::Error> {
    let key = KeyPair::generate()?;
    Ok(Identity {
        certificate: params.signed_by(&key, issuer)?.pem(),
        key: key.serialize_pem(),
    })
}
