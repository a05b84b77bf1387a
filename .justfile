# What a contributor does again and again. `just --list` shows it; CONTRIBUTING.md says when to use what.

set shell := ["bash", "-euo", "pipefail", "-c"]

# Dependencies as `cargo run --release` built them; our own package is compiled fast instead of well, and checked.
own := "profile.release.package.recordmill"
quick := "--release --config " + own + ".opt-level=0 --config " + own + ".debug-assertions=true"

[private]
default:
    @just --list --unsorted

# The quickest answer: does the library compile, without tables and command?
check:
    cargo check --lib --no-default-features

# Unit tests without polars: `just unit normalize`
unit *FILTER:
    cargo test --lib --no-default-features {{ FILTER }}

# Integration tests, with polars: `just it reports`
it *FILTER:
    CARGO_INCREMENTAL=1 cargo test {{ quick }} --test it {{ FILTER }}

# All tests, as the README has it
test:
    cargo test --release --locked

# Format, lints and documentation, as the gate has them
lint:
    cargo fmt --all
    cargo clippy --locked --release --all-targets -- -D warnings
    cargo clippy --locked --release --lib --no-default-features -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --release --no-deps --document-private-items

# Write the snapshots that differ, then read them in `git diff`
snap *FILTER:
    CARGO_INCREMENTAL=1 INSTA_UPDATE=always cargo test {{ quick }} {{ FILTER }}
    git diff --stat -- '*.snap'

# Write the files that are made from the code; a test tells when one is out of step
gen:
    for file in docs/{rules,schema,cli}.md schemas/{schema,finding,report,project}.json; do \
        CARGO_INCREMENTAL=1 cargo run {{ quick }} --quiet -- generate "$(basename "$file" | tr . -)" > "$file.new"; \
        mv "$file.new" "$file"; \
    done

# Bytes per second of each stage: `just bench stages`; against zstd: `just bench side_by_side`
bench BENCH="stages" *ARGS:
    cargo bench --bench {{ BENCH }} -- {{ ARGS }}

# Mutate inputs on any toolchain: `just fuzz numbers 60`
fuzz TARGET="framing" SECONDS="60" *ARGS:
    cargo run --package recordmill-fuzz {{ if TARGET == "whole_run" { "--features run " + quick } else { "" } }} \
        --bin {{ TARGET }} -- --seconds {{ SECONDS }} {{ ARGS }}

# Everything that must hold before a change lands
ci:
    .ci/run
