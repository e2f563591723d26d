//! Who may consent, and what an annotation may say.

use serde_json::json;

use crate::bench::{Bench, eventually};

const TOKEN: &str = "below-minimum.k3v2q7mfxa4dp";

/// Adds an annotation to the shop as that user, and says what kubectl says of it.
async fn annotate(bench: &Bench, user: &str, annotation: &str) -> Result<String, String> {
    let user = format!("--as={user}");
    let command = ["annotate", "ekapp/shop", annotation, &user];
    let said = bench.session.kubectl(&command).await;
    said.map_err(|error| error.to_string())
}

pub(crate) async fn a_consent_needs_its_form_and_its_verb(bench: &Bench) {
    for (user, role) in [("editor", "editor"), ("on-call", "evenkeel-on-call")] {
        if role == "editor" {
            let verbs = "--verb=get,patch";
            let resource = "--resource=globalapps.evenkeel.dev";
            bench
                .kubectl(&["create", "clusterrole", role, verbs, resource])
                .await;
        }
        let (role, user_flag) = (format!("--clusterrole={role}"), format!("--user={user}"));
        bench
            .kubectl(&["create", "rolebinding", user, &role, &user_flag])
            .await;
    }
    let consent = format!("consent.evenkeel.dev/{TOKEN}=INC-42");
    let refused = [
        (
            "editor",
            consent.as_str(),
            "adding a consent needs the verb 'consent' on this object",
        ),
        (
            "on-call",
            "consent.evenkeel.dev/below-minimum=INC-42",
            "a consent key must be consent.evenkeel.dev/<token>, the token as printed in status.plan.refused",
        ),
        (
            "on-call",
            "override.evenkeel.dev/eu-west-1=state=Drained",
            "unknown Evenkeel annotation: override.evenkeel.dev/eu-west-1; known: consent.evenkeel.dev/<token>",
        ),
    ];
    for (user, annotation, message) in refused {
        eventually("the annotation to be refused", async || {
            match annotate(bench, user, annotation).await {
                Err(said) if said.contains(message) => Ok(()),
                said => Err(said),
            }
        })
        .await;
    }
    annotate(bench, "editor", "example.com/team=shop")
        .await
        .unwrap();
    eventually("the consent to be taken", async || {
        annotate(bench, "on-call", &consent).await.map(|_| ())
    })
    .await;
    eventually("the consent to be judged", async || {
        let shop = bench.get("ekapp/shop").await;
        let judged = &shop["status"]["consents"];
        let void = json!([{"token": TOKEN, "state": "Void"}]);
        (*judged == void).then_some(()).ok_or(judged.clone())
    })
    .await;
    annotate(bench, "on-call", &format!("consent.evenkeel.dev/{TOKEN}-"))
        .await
        .unwrap();
}
