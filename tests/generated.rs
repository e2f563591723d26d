//! The files that are generated are what the code gives now.

use std::path::Path;

/// Where the CustomResourceDefinitions are, in the same form.
const FOLDERS: [&str; 2] = ["crds", "charts/evenkeel-crds/templates"];

#[test]
fn the_custom_resource_definitions_are_fresh() {
    let files = evenkeel::crd_command::yaml().unwrap();
    for folder in FOLDERS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut there: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        assert_eq!(there, names, "{}", folder.display());
        for (name, text) in &files {
            let file = folder.join(name);
            let is_fresh = std::fs::read_to_string(&file).unwrap() == *text;
            assert!(is_fresh, "{} is stale; run: make generate", file.display());
        }
    }
}
