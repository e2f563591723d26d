//! Scenarios that make no sense, and what is said about each.

use evenkeel_sim::Scenario;

use crate::aws::Aws;

#[test]
fn f01_a_mistake_is_told_with_its_place() {
    for (event, expected) in [
        (
            "{effect: throttle}",
            "this effect happens to calls: say which under `call`",
        ),
        ("{call: {}, effect: thrttle}", "thrttle"),
        ("{call: {}, efect: throttle}", "efect"),
        ("{call: {nth: 0}, effect: throttle}", "`nth` counts from 1"),
        (
            "{call: {times: 0}, effect: throttle}",
            "`times` is at least 1",
        ),
        (
            "{for: 0s, call: {}, effect: throttle}",
            "`for` is longer than 0s",
        ),
        (
            "{at: soon, call: {}, effect: throttle}",
            "\"soon\" is no length of time such as 90s, 1h30m or 250ms",
        ),
        (
            "{at: -5s, call: {}, effect: throttle}",
            "\"-5s\" is no length of time",
        ),
        ("{call: {service: s3}, effect: throttle}", "s3"),
        (
            "{call: {operation: CreateTable}, effect: throttle}",
            "the operation \"CreateTable\" is of no service: name the service too",
        ),
        (
            "{call: {service: route53, operation: CreateTable}, effect: throttle}",
            "route53 has no operation \"CreateTable\" here",
        ),
        (
            "{call: {service: dynamodb, operation: CreateTable}, effect: {lag: {by: 5s}}}",
            "CreateTable writes: only reads lag",
        ),
        (
            "{call: {}, effect: {error: {status: 200, code: Fine}}}",
            "the status 200 is no error: 400 to 599 are",
        ),
        (
            "{call: {times: 2}, effect: {partition: {principal: X}}}",
            "`times` is for effects on calls: this effect happens once",
        ),
        (
            "{effect: {regionDark: {region: mars-north-1}}}",
            "\"mars-north-1\" is not an AWS Region",
        ),
        ("{effect: {loadBalancerUnhealthy: {arn: shop}}}", "shop"),
        (
            "{effect: {controlPlaneDown: {service: route53, region: eu-west-1}}}",
            "the control plane of route53 is in us-east-1 only",
        ),
        (
            "{for: 5s, effect: {console: {service: route53, operation: DeleteHostedZone, parameters: {Id: x}}}}",
            "a call from the console has no `for`",
        ),
        (
            "{effect: {console: {service: route53, operation: DeleteHostedZone}}}",
            "DeleteHostedZone needs Id",
        ),
        (
            "{effect: {console: {service: route53, operation: ListHostedZones}}}",
            "ListHostedZones changes nothing: the console is for writes",
        ),
        (
            "{effect: {console: {service: dynamodb, operation: DeleteTable}}}",
            "dynamodb is in every Region: say which under `region`",
        ),
    ] {
        let text = format!("events:\n- {{call: {{}}, effect: throttle}}\n- {event}\n");
        let error = serde_saphyr::from_str::<Scenario>(&text).unwrap_err();
        let said = error.to_string();
        assert!(said.contains(expected), "{event}: {said}");
        let line = error.location().map(|location| location.line());
        assert_eq!(line, Some(3), "{event}: {said}");
    }
}

#[test]
fn f02_a_load_balancer_that_is_not_there_can_not_fail() {
    let aws = Aws::example();
    let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/none/50dc6c495c0c9188";
    let events = format!(
        "events: [{{call: {{}}, effect: throttle}}, {{effect: {{loadBalancerUnhealthy: {{arn: '{arn}'}}}}}}]"
    );
    let scenario: Scenario = serde_saphyr::from_str(&events).unwrap();
    let error = aws.world(|world| world.play(scenario)).unwrap_err();
    assert_eq!(error.index, 1);
    assert_eq!(
        error.to_string(),
        format!("there is no load balancer {arn:?}")
    );
}
