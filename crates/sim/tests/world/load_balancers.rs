//! `DescribeLoadBalancers`.
//!
//! Source: `DescribeLoadBalancers`, Elastic Load Balancing API Reference; the texts as AWS sends
//! them.

use aws_sdk_elasticloadbalancingv2::types::{
    LoadBalancerSchemeEnum, LoadBalancerStateEnum, LoadBalancerTypeEnum,
};
use http::Method;

use crate::accelerator::US;
use crate::aws::{Aws, HOME, Refused};
use crate::raw::{ask, signed};
use crate::table::EU;

#[tokio::test]
async fn p11_load_balancers_are_described_by_page_name_and_arn() {
    let arn = |index: usize| {
        format!(
            "arn:aws:elasticloadbalancing:{EU}:123456789012:loadbalancer/app/n{index}/{index:016x}"
        )
    };
    let given: Vec<String> = (0..5)
        .map(|index| format!("{{arn: '{}'}}", arn(index)))
        .collect();
    let given = format!("loadBalancers: [{}]", given.join(", "));
    let client = Aws::new(serde_saphyr::from_str(&given).unwrap()).load_balancers(EU);
    let describe = || client.describe_load_balancers();
    let (mut marker, mut seen) = (None, Vec::new());
    loop {
        let page = describe()
            .page_size(2)
            .set_marker(marker)
            .send()
            .await
            .unwrap();
        seen.extend(
            page.load_balancers()
                .iter()
                .map(|it| it.load_balancer_arn().unwrap().to_owned()),
        );
        marker = page.next_marker;
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..5).map(arn).collect::<Vec<_>>());
    let named = describe().names("n3").send().await.unwrap();
    assert_eq!(
        named.load_balancers()[0].load_balancer_arn(),
        Some(arn(3).as_str())
    );
    for (refused, code, message) in [
        (
            describe().load_balancer_arns(US),
            "ValidationError",
            format!("'{US}' is not a valid load balancer ARN"),
        ),
        (
            describe().names("none"),
            "LoadBalancerNotFound",
            "One or more load balancers not found".to_owned(),
        ),
        (
            describe().names("n1").load_balancer_arns(arn(1)),
            "ValidationError",
            "Load balancer names and load balancer ARNs cannot be specified at the same time"
                .to_owned(),
        ),
    ] {
        let refused = refused.send().await.refused();
        assert_eq!(refused, (code.to_owned(), message));
    }
    assert_eq!(
        describe().page_size(401).send().await.refused().0,
        "ValidationError"
    );
}

#[tokio::test]
async fn p13_markers_numbers_and_parameters_are_checked() {
    let aws = Aws::example();
    let client = aws.load_balancers(EU);
    let marked = client
        .describe_load_balancers()
        .marker("nonsense")
        .send()
        .await;
    assert_eq!(marked.refused().1, "Invalid marker");
    let many = client.describe_load_balancers();
    let many = many
        .set_names(Some(vec!["shop".to_owned(); 21]))
        .send()
        .await;
    assert_eq!(many.refused().0, "ValidationError");
    let request = signed(Method::POST, "/", "elasticloadbalancing", EU);
    let form = "Action=DescribeLoadBalancers&Version=2015-12-01&Colour=red";
    let answer = ask(&aws, request, form);
    assert!(
        answer
            .body
            .contains("The parameter Colour is not recognized"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn p14_a_load_balancer_shows_its_type_scheme_and_hosted_zone() {
    let inner = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/inner/\
                 0123456789abcdef";
    let seed = format!("loadBalancers: [{{arn: '{US}'}}, {{arn: '{inner}', scheme: internal}}]");
    let client = Aws::new(serde_saphyr::from_str(&seed).unwrap()).load_balancers(HOME);
    let found = client.describe_load_balancers();
    let found = found.load_balancer_arns(US).load_balancer_arns(inner);
    let found = found.send().await.unwrap();
    let [outer, inner] = found.load_balancers() else {
        panic!("two, in the order in which they were named")
    };
    for (found, kind, scheme, zone) in [
        (
            outer,
            LoadBalancerTypeEnum::Application,
            LoadBalancerSchemeEnum::InternetFacing,
            "Z35SXDOTRQ7X7K",
        ),
        (
            inner,
            LoadBalancerTypeEnum::Network,
            LoadBalancerSchemeEnum::Internal,
            "Z26RNL4JYFTOTI",
        ),
    ] {
        assert_eq!(found.r#type(), Some(&kind));
        assert_eq!(found.scheme(), Some(&scheme));
        assert_eq!(found.canonical_hosted_zone_id(), Some(zone));
        let state = found.state().unwrap();
        assert_eq!(state.code(), Some(&LoadBalancerStateEnum::Active));
    }
    let name = inner.dns_name().unwrap();
    let expected = "internal-inner-0123456789abcdef.elb.us-east-1.amazonaws.com";
    assert_eq!(name, expected);
    let one = client.describe_load_balancers().names("shop").names("none");
    let (code, _) = one.send().await.refused();
    assert_eq!(
        code, "LoadBalancerNotFound",
        "one refuses the whole request"
    );
}
