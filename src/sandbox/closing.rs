//! The sandbox's closing screen: what serves, what it cost, and what to try in a second terminal.

use std::path::{Path, PathBuf};

use evenkeel_core::cost::{Needed, needed};
use evenkeel_core::waves::Declared;

use super::command::{POD, SandboxArguments, SandboxError};
use super::folder::FolderError;
use super::session::Session;

/// What serves, and what it cost.
pub(super) fn result(session: &Session, declared: &Declared) {
    let calls = session
        .world()
        .calls()
        .iter()
        .filter(|call| !call.pending)
        .count();
    let needed = needed(declared);
    let Needed { writes, reads } = needed;
    println!(
        "\n     Serving {}",
        serving(session, declared).join("\n             ")
    );
    println!(
        "     AWS calls {calls}, needed {} ({writes} writes, {reads} reads)",
        needed.total()
    );
}

/// Which Regions serve each name, as the world itself sees it.
fn serving(session: &Session, declared: &Declared) -> Vec<String> {
    let world = session.world();
    let hostnames = declared.apps.iter().flat_map(|app| &app.spec.hostnames);
    hostnames
        .map(|hostname| {
            let regions: Vec<String> = world.serving_regions(hostname).into_iter().collect();
            format!(
                "{hostname} in {} Regions: {}",
                regions.len(),
                regions.join(", ")
            )
        })
        .collect()
}

/// What to try. Writes the file that a second terminal reads.
pub(super) async fn invitation(
    session: &Session,
    arguments: &SandboxArguments,
) -> Result<(), SandboxError> {
    let environment = write_environment(session, arguments).await?;
    let (environment, examples) = (environment.display(), arguments.examples.display());
    let folder = arguments.folder.display();
    println!(
        "
  In a second terminal:   . {environment}      (sets KUBECONFIG, EVENKEEL_FLEET, AWS_ENDPOINT_URL, PATH)

    look at it     kubectl get evenkeel
    ask            kubectl describe ekapp shop
    change it      edit {examples}/shop.yaml       evenkeel plan -f {examples}
                   kubectl apply -f {examples}
    be AWS         aws route53 list-health-checks        (if the AWS CLI is installed)
    its log        tail -f {folder}/{POD}.log

  Ctrl-C stops everything; nothing is left behind."
    );
    Ok(())
}

/// A file for `.`, so that a second terminal sees the same world.
async fn write_environment(
    session: &Session,
    arguments: &SandboxArguments,
) -> Result<PathBuf, SandboxError> {
    let file = arguments.folder.join("env");
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).map_err(FolderError::at(path))?;
        Ok::<String, FolderError>(path.display().to_string())
    };
    let own = std::env::current_exe().map_err(FolderError::at(&file))?;
    let own = own.parent().map(Path::to_owned).unwrap_or_default();
    let mut variables = vec![
        ("KUBECONFIG", absolute(session.cluster.kubeconfig())?),
        ("EVENKEEL_FLEET", session.uid().await?),
    ];
    for (name, value) in session.aws_environment() {
        let value = if name.ends_with("_FILE") {
            absolute(Path::new(&value))?
        } else {
            value
        };
        variables.push((name, value));
    }
    let programs = [absolute(&own)?, absolute(&arguments.tools.join("bin"))?];
    let mut lines: Vec<String> = variables
        .iter()
        .map(|(name, value)| format!("export {name}={}", quoted(value)))
        .collect();
    lines.push(format!(
        "export PATH={}:\"$PATH\"",
        quoted(&programs.join(":"))
    ));
    let text = lines.join("\n") + "\n";
    std::fs::write(&file, text).map_err(FolderError::at(&file))?;
    Ok(file)
}

/// As a shell takes it literally.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
