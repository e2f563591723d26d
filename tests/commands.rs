//! What the commands print, as transcripts in `tests/commands/`.
//!
//! `TRYCMD=overwrite cargo test --test commands` writes them anew: read the diff.

#[test]
fn the_commands_print_what_their_transcripts_say() {
    trycmd::TestCases::new().case("tests/commands/*.trycmd");
}
