//! The account's health checks are counted before one is created.

use std::time::Duration;

use bytes::Bytes;
use evenkeel_core::crd::condition;
use evenkeel_sim::World;
use http::{Method, Request};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use crate::rig::{QUIET, Rig};
use crate::{scenarios, time};

/// Somebody else calls Route 53.
pub(crate) fn ask(world: &mut World, method: Method, path: &str, body: &str) -> String {
    let request = Request::builder()
        .method(method)
        .uri(format!("/2013-04-01/{path}"))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=stranger/20261124/us-east-1/route53/aws4_request, \
             SignedHeaders=host, Signature=0",
        )
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap();
    let now = world.now();
    let answer = world.answer(now, request);
    assert!(answer.status().is_success(), "{answer:?}");
    String::from_utf8(answer.into_body().to_vec()).unwrap()
}

/// Creates a check, and returns its id.
fn create(world: &mut World, number: usize) -> String {
    let body = format!(
        "<CreateHealthCheckRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><CallerReference>{number}\
         </CallerReference><HealthCheckConfig><Type>HTTPS</Type><FullyQualifiedDomainName>{number}.example.org\
         </FullyQualifiedDomainName></HealthCheckConfig></CreateHealthCheckRequest>"
    );
    let created = ask(world, Method::POST, "healthcheck", &body);
    let (_, rest) = created.split_once("<Id>").unwrap();
    rest.split_once("</Id>").unwrap().0.to_owned()
}

fn ready(rig: &Rig) -> Condition {
    let app = rig.kube.get("GlobalApp", "default", "api").unwrap();
    let conditions: Vec<Condition> =
        serde_json::from_value(app["status"]["conditions"].clone()).unwrap();
    condition(&conditions, "Ready").unwrap().clone()
}

fn creations(world: &World) -> usize {
    let calls = world.calls().iter();
    calls
        .filter(|call| call.operation == "CreateHealthCheck" && call.principal != "stranger")
        .count()
}

#[test]
fn checks_are_created_once_the_account_has_room_for_all_that_an_app_needs() {
    time::runtime().block_on(async {
        let mut seed = scenarios::account();
        seed.quotas.health_checks = 5;
        let mut rig = Rig::new(seed);
        let others: Vec<String> = (0..3)
            .map(|number| create(&mut rig.aws.world(), number))
            .collect();
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        let refused = ready(&rig);
        assert_eq!(refused.reason, "QuotaExceeded");
        let text = "3 of 5 are in use, and 3 more are needed";
        assert!(refused.message.contains(text), "{}", refused.message);
        assert_eq!(creations(&rig.aws.world()), 0);

        let path = format!("healthcheck/{}", others[0]);
        ask(&mut rig.aws.world(), Method::DELETE, &path, "");
        rig.act(Duration::from_mins(10)).await;
        assert_eq!(ready(&rig).status, "True");
        assert_eq!(creations(&rig.aws.world()), 3);
    });
}
