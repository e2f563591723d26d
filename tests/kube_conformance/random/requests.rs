//! Requests that the CRDs' rules have nothing against: what they are refused for is what the API itself does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cases::manifests::{app, condition, endpoint, endpoint_status};

/// One request, to whichever server.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) way: Way,
    pub(super) path: String,
    pub(super) body: Value,
    /// Whether the body names the version that was seen last.
    pub(super) at_version: bool,
}

#[derive(Debug)]
pub(super) enum Way {
    Get,
    Post,
    Put,
    Merge(&'static str),
    JsonPatch,
    Apply(&'static str),
    Force(&'static str),
    Delete,
}

impl Request {
    pub(super) fn draw(random: &mut Random) -> Self {
        let name = *random.of(&["a", "b"]);
        let main = format!("regionendpoints/{name}");
        let status = format!("{main}/status");
        let (way, path, body) = match random.below(16) {
            0 => (Way::Get, main, json!({})),
            1 => (
                Way::Post,
                "regionendpoints".to_owned(),
                random.endpoint(name),
            ),
            2 => (Way::Put, main, random.endpoint(name)),
            3 => (Way::Put, status, random.status(name)),
            4 => (Way::Merge("editor/1"), main, random.patch()),
            5 => (Way::Merge("other/1"), status, random.status(name)),
            6 | 7 => (Way::JsonPatch, main, random.finalizers()),
            8 => (Way::Apply("kubectl"), main, random.endpoint(name)),
            9 => (Way::Force("helm"), main, random.endpoint(name)),
            10 | 11 => (Way::Force("evenkeel"), status, random.status(name)),
            12 => (Way::Apply("other"), status, random.status(name)),
            13 => (Way::Delete, main, json!({})),
            14 => (
                Way::Apply("kubectl"),
                format!("globalapps/{name}"),
                random.app(name),
            ),
            _ => (
                Way::Force("helm"),
                format!("globalapps/{name}"),
                random.app(name),
            ),
        };
        let at_version = match way {
            Way::Put => random.below(8) > 0,
            Way::Merge(_) => random.below(8) == 0,
            Way::Get | Way::Post | Way::JsonPatch | Way::Apply(_) | Way::Force(_) | Way::Delete => {
                false
            }
        };
        Self {
            way,
            path,
            body,
            at_version,
        }
    }
}

/// `SplitMix64`: the same requests every time.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.below(choices.len() as u64);
        &choices[usize::try_from(index).unwrap()]
    }

    /// Some of the choices, in some order.
    fn some<'a>(&mut self, choices: &[&'a str]) -> Vec<&'a str> {
        let mut chosen: Vec<&str> = choices.to_vec();
        chosen.sort_by_cached_key(|_| self.below(1_000));
        chosen.truncate(usize::try_from(self.below(choices.len() as u64 + 1)).unwrap());
        chosen
    }

    fn dictionary(&mut self) -> Value {
        let keys = self.some(&["team", "tier", "zone"]);
        let entries = keys.iter().map(|key| (*key, *self.of(&["one", "two"])));
        json!(entries.collect::<BTreeMap<_, _>>())
    }

    fn endpoint(&mut self, name: &str) -> Value {
        let mut endpoint = endpoint(name);
        if self.below(2) == 0 {
            endpoint["metadata"]["labels"] = self.dictionary();
        }
        if self.below(4) == 0 {
            let finalizers = self.some(&["example.com/a", "example.com/b"]);
            endpoint["metadata"]["finalizers"] = json!(finalizers);
        }
        if self.below(2) == 0 {
            endpoint["spec"]["weight"] = self
                .of(&[json!(1), json!(128), json!(2), Value::Null])
                .clone();
        }
        endpoint
    }

    fn patch(&mut self) -> Value {
        self.of(&[
            json!({"metadata": {"labels": {"tier": null, "team": "one"}}}),
            json!({"metadata": {"labels": {"tier": "one", "zone": "two"}}}),
            json!({"metadata": {"labels": null, "annotations": {}}}),
            json!({"metadata": {"annotations": {"note": "one"}}, "status": {"appCount": 1}}),
            json!({"metadata": {"finalizers": null}}),
            json!({"metadata": {"finalizers": ["example.com/b"]}}),
            json!({"spec": {"weight": 7}}),
            json!({"spec": {"weight": null, "maxDialPercent": 50}}),
            json!({"extra": 1, "spec": {"extra": null}}),
        ])
        .clone()
    }

    fn finalizers(&mut self) -> Value {
        let lists = [
            Value::Null,
            json!(["example.com/a"]),
            json!(["example.com/b"]),
            json!(["example.com/a", "example.com/b"]),
        ];
        json!([
            {"op": "test", "path": "/metadata/finalizers", "value": self.of(&lists)},
            {"op": "add", "path": "/metadata/finalizers", "value": self.of(&lists)},
        ])
    }

    fn status(&mut self, name: &str) -> Value {
        let mut status = json!({});
        if self.below(3) > 0 {
            let kinds = self.some(&["Ready", "Healthy", "Resolved", "Stalled"]);
            let conditions = kinds
                .iter()
                .map(|kind| condition(kind, self.of::<&str>(&["True", "False"])));
            status["conditions"] = conditions.collect();
        }
        if self.below(2) == 0 {
            status["observedGeneration"] = json!(self.below(3));
        }
        if self.below(3) == 0 {
            let errors = [
                json!({}),
                json!({"code": "One"}),
                json!({"code": "Two", "message": "two"}),
                json!({"message": null}),
                Value::Null,
            ];
            status["lastError"] = self.of(&errors).clone();
        }
        if self.below(3) == 0 {
            status["appCount"] = self.of(&[json!(1), json!(2), Value::Null]).clone();
        }
        endpoint_status(name, &status)
    }

    fn app(&mut self, name: &str) -> Value {
        let mut hostnames = self.some(&["a.example.com", "b.example.com", "c.example.com"]);
        hostnames.push("d.example.com");
        let mut labels = self.dictionary();
        labels["app"] = json!("shop");
        let regions = self.some(&["eu-west-1", "us-east-1", "ap-south-1"]);
        let mut app = app(name, &hostnames, &labels, &regions);
        if self.below(2) == 0 {
            app["spec"]["traffic"] = json!({});
        }
        if self.below(2) == 0 {
            app["spec"]["traffic"]["minServingRegions"] = json!(1);
        }
        app
    }
}
