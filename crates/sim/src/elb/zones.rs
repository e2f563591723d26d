//! The hosted zones that load balancers' DNS names lie in, by Region and type.
//!
//! Source: "Elastic Load Balancing endpoints and quotas", AWS General Reference.

use super::Kind;
use crate::region::Region;

/// Region, zone of Application Load Balancers, zone of Network Load Balancers.
const ZONES: [(&str, &str, &str); 24] = [
    ("af-south-1", "Z268VQBMOI5EKX", "Z203XCE67M25HM"),
    ("ap-east-1", "Z3DQVH9N71FHZ0", "Z12Y7K3UBGUAD1"),
    ("ap-northeast-1", "Z14GRHDCWA56QT", "Z31USIVHYNEOWT"),
    ("ap-northeast-2", "ZWKZPGTI48KDX", "ZIBE1TIR4HY56"),
    ("ap-northeast-3", "Z5LXEXXYW11ES", "Z1GWIQ4HH19I5X"),
    ("ap-south-1", "ZP97RAFLXTNZK", "ZVDDRBQ08TROA"),
    (
        "ap-south-2",
        "Z0173938T07WNTVAEPZN",
        "Z0711778386UTO08407HT",
    ),
    ("ap-southeast-1", "Z1LMS91P8CMLE5", "ZKVM4W9LS7TM"),
    ("ap-southeast-2", "Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD"),
    (
        "ap-southeast-3",
        "Z08888821HLRG5A9ZRTER",
        "Z01971771FYVNCOVWJU1G",
    ),
    (
        "ap-southeast-4",
        "Z09517862IB2WZLPXG76F",
        "Z01156963G8MIIL7X90IV",
    ),
    ("ca-central-1", "ZQSVJUPU6J1EY", "Z2EPGBW3API2WT"),
    ("eu-central-1", "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"),
    (
        "eu-central-2",
        "Z06391101F2ZOEP8P5EB3",
        "Z02239872DOALSIDCX66S",
    ),
    ("eu-north-1", "Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM"),
    ("eu-south-1", "Z3ULH7SSC9OV64", "Z23146JA1KNAFP"),
    ("eu-west-1", "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"),
    ("eu-west-2", "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"),
    ("eu-west-3", "Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"),
    ("sa-east-1", "Z2P70J7HTTTPLU", "ZTK26PT1VY4CU"),
    ("us-east-1", "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"),
    ("us-east-2", "Z3AADJGX6KTTL2", "ZLMOA37VPKANP"),
    ("us-west-1", "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"),
    ("us-west-2", "Z1H1FL5HABSF5", "Z18D5FSROUN65G"),
];

/// The zone of load balancers of this type in this Region. A Region missing above gets a zone of
/// its own, so that an alias into the wrong Region is still refused.
pub(crate) fn hosted_zone(region: Region, kind: Kind) -> String {
    let known = ZONES.iter().find(|(name, _, _)| *name == region.name());
    match (known, kind) {
        (Some((_, application, _)), Kind::Application) => (*application).to_owned(),
        (Some((_, _, network)), Kind::Network) => (*network).to_owned(),
        (None, Kind::Application) => format!("ZALB{}", squeezed(region)),
        (None, Kind::Network) => format!("ZNLB{}", squeezed(region)),
    }
}

fn squeezed(region: Region) -> String {
    region.name().replace('-', "").to_uppercase()
}

/// The suffix of the DNS names in that zone.
pub(crate) fn suffix(region: Region, kind: Kind) -> String {
    match kind {
        Kind::Application => format!(".{region}.elb.amazonaws.com."),
        Kind::Network => format!(".elb.{region}.amazonaws.com."),
    }
}

/// What lies in a hosted zone of load balancers.
pub(crate) fn of_zone(id: &str) -> Option<(Region, Kind)> {
    let kinds = [Kind::Application, Kind::Network];
    let mut all = Region::all().flat_map(|region| kinds.map(|kind| (region, kind)));
    all.find(|(region, kind)| hosted_zone(*region, *kind) == id)
}
