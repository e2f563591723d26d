//! The same seed, scenario and calls tell the same, byte for byte, in every process and from a
//! journal.

use std::fmt::Write;
use std::process::Command as Process;

use evenkeel_sim::{City, Clients, Command, Entry, Reply, Seed, World};
use http::Method;

use crate::aws::{Aws, START};
use crate::raw::signed;
use crate::record_properties::{body, zone};

const EU: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/f2f7dc8efc522ab2";

/// A world that keeps a journal, on a bad day.
fn beginning() -> Entry {
    let scenario = include_str!("../../../../examples/world/bad-day.yaml");
    let mut seed = Seed {
        number: 7,
        ..Seed::example()
    };
    seed.clients.push(Clients {
        city: City::Frankfurt,
        name: "a.example.com".to_owned(),
        port: 443,
        per_second: 7,
    });
    Entry::Began {
        at: START.parse().unwrap(),
        seed: Box::new(seed),
        scenario: serde_saphyr::from_str(scenario).unwrap(),
    }
}

/// Draws numbers (the constants of Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        let (factor, increment) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(factor).wrapping_add(increment);
        (self.0 >> 33) % end
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// A quarter of an hour with a request or a command every few seconds, and all that was told.
fn play(number: u64) -> (String, Vec<Entry>) {
    let beginning = beginning();
    let mut world = World::begin(beginning.clone()).unwrap();
    world.keep_journal();
    let aws = Aws::of(world);
    let zone = zone(&aws);
    let (mut dice, mut told) = (Dice(number), String::new());
    for _ in 0..300 {
        aws.pass_millis(i64::try_from(dice.below(6_000)).unwrap());
        if dice.below(10) == 0 {
            let done = aws.tell(command(&mut dice));
            writeln!(told, "{done:?}").unwrap();
        } else {
            let (request, body) = request(&mut dice, &zone);
            let reply = aws.ask(request.body(body.into()).unwrap());
            let (at, response) = match reply {
                Reply::Answer(response) => (None, Some(response)),
                Reply::At(at, response) => (Some(at), Some(response)),
                Reply::Never => (None, None),
            };
            writeln!(told, "{at:?} {response:?}").unwrap();
        }
    }
    told.push_str(&aws.world(|world| state(world)));
    let mut entries = vec![beginning];
    entries.extend(aws.world(World::take_journal));
    (told, entries)
}

fn state(world: &World) -> String {
    let mut state = format!("{:#}\n{:?}\n", world.picture(), world.traffic());
    for call in world.calls() {
        writeln!(state, "{call}").unwrap();
    }
    state
}

fn command(dice: &mut Dice) -> Command {
    match dice.below(4) {
        0 => Command::LoadBalancer {
            arn: EU.to_owned(),
            healthy: dice.below(2) == 0,
        },
        1 => Command::Host {
            host: "192.0.2.1".to_owned(),
            answers: dice.below(2) == 0,
        },
        2 => Command::Happen(
            serde_json::from_str(
                r#"{"at": "5s", "for": "1m30s", "effect": {"regionSlow": {"region": "us-east-1", "by": "3s"}}}"#,
            )
            .unwrap(),
        ),
        _ => Command::Pass,
    }
}

fn request(dice: &mut Dice, zone: &str) -> (http::request::Builder, String) {
    let xml = |path: &str, method| signed(method, path, "route53", "us-east-1");
    let json = |service: &str, region: &str, target: &str| {
        signed(Method::POST, "/", service, region).header("X-Amz-Target", target)
    };
    let number = dice.below(3);
    match dice.below(8) {
        0 => (xml("/2013-04-01/hostedzone", Method::GET), String::new()),
        1 => {
            let path = format!("/2013-04-01/hostedzone/{zone}/rrset");
            (xml(&path, Method::GET), String::new())
        }
        2 | 3 => {
            let action = dice.one_of(&["CREATE", "DELETE", "UPSERT"]);
            let name = dice.one_of(&["a.example.com.", "b.example.com."]);
            let path = format!("/2013-04-01/hostedzone/{zone}/rrset/");
            let value = u8::try_from(number).unwrap();
            (
                xml(&path, Method::POST),
                body(&[(action, name, None, value)]),
            )
        }
        4 => {
            let target = "GlobalAccelerator_V20180706.CreateAccelerator";
            let body = format!(r#"{{"Name":"shop","IdempotencyToken":"{number}"}}"#);
            (json("globalaccelerator", "us-west-2", target), body)
        }
        5 => {
            let body = format!(
                r#"{{"TableName":"table-{number}","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{{"AttributeName":"id","AttributeType":"S"}}],"KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}}]}}"#
            );
            (
                json("dynamodb", "us-east-1", "DynamoDB_20120810.CreateTable"),
                body,
            )
        }
        6 => {
            let region = dice.one_of(&["eu-west-1", "us-east-1"]);
            let action = dice.one_of(&["Create", "Delete"]);
            let body = format!(
                r#"{{"TableName":"table-{number}","ReplicaUpdates":[{{"{action}":{{"RegionName":"eu-west-1"}}}}]}}"#
            );
            (
                json("dynamodb", region, "DynamoDB_20120810.UpdateTable"),
                body,
            )
        }
        _ => (
            json("dynamodb", "us-east-1", "DynamoDB_20120810.ListTables"),
            "{".to_owned(),
        ),
    }
}

/// Set for the processes that this test starts: the file in which they tell.
const FILE: &str = "EVENKEEL_TRACE";

#[test]
fn three_processes_tell_the_same_bytes() {
    let (told, _) = play(1);
    if let Some(file) = std::env::var_os(FILE) {
        std::fs::write(file, told).unwrap();
        return;
    }
    assert_ne!(told, play(2).0, "another day tells something else");
    for number in 0..3 {
        let file = std::env::temp_dir().join(format!("trace-{}-{number}", std::process::id()));
        let test = std::env::current_exe().unwrap();
        let ended = Process::new(test)
            .args(["--exact", "trace::three_processes_tell_the_same_bytes"])
            .env(FILE, &file)
            .output()
            .unwrap();
        assert!(ended.status.success(), "{ended:?}");
        let other = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(other, told);
    }
}

#[test]
fn a_journal_repeats_a_world() {
    let (told, entries) = play(3);
    assert!(entries.len() > 300);
    let lines = entries
        .iter()
        .map(|entry| serde_json::to_string(entry).unwrap());
    let mut read = lines.map(|line| serde_json::from_str::<Entry>(&line).unwrap());
    let mut world = World::begin(read.next().unwrap()).unwrap();
    for entry in read {
        world.repeat(entry).unwrap();
    }
    assert!(told.ends_with(&state(&world)));
}
