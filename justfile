# What is done with this project, one recipe a habit. `./setup RECIPE` first installs what the recipe needs.

set shell := ["sh", "-eu", "-c"]

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

just := just_executable()
aloud := justfile_directory() / "target/debug/aloud"
interviews := "target/interviews"
demo_library := "target/demo-library"

# Property tests: the same cases on every machine in `check`, many and new ones in `torture`.
check_cases := "200"
torture_cases := "2000"

[private]
default:
    @{{ just }} --list --unsorted

# Everything that must hold before a change lands, cheap steps first; what CI runs. Without a change, nothing runs again
check:
    #!/bin/sh
    set -eu
    state=$(tests/state)
    if [ "$state" = "$(cat target/checked 2>/dev/null)" ]; then
        echo 'all was well, and nothing has changed since; to run everything all the same: just check-anew'
        exit 0
    fi
    "{{ just }}" check-anew
    # Only if nothing was edited meanwhile.
    if [ "$state" = "$(tests/state)" ]; then echo "$state" >target/checked; fi

# The same, whatever was checked before
check-anew:
    #!/bin/sh
    set -eu
    total=$(date +%s)
    for step in check-format check-licences check-page lint docs test-rust test-browser; do
        printf '\n== %s\n' "$step"
        began=$(date +%s)
        "{{ just }}" "$step"
        printf '== %s: %s s\n' "$step" $(($(date +%s) - began))
    done
    printf '\nall is well, after %s s\n' $(($(date +%s) - total))

alias test := check

# Makes and indexes the demo interviews, then serves the page
demo: build model make-interviews
    {{ aloud }} index --library {{ demo_library }} {{ interviews }}
    @cat tests/fixtures/searches.txt
    {{ aloud }} serve --library {{ demo_library }}

# Builds the program and its tests together: alone, its dependencies would get other features and be compiled twice
build:
    cargo build --locked --workspace --lib --bins --examples --tests

# Fetches the speech model that demo and tests use, unless it is there
model: build
    {{ aloud }} models get base

# Makes the demo interviews that are missing or older than their texts
make-interviews:
    tests/fixtures/make-interviews {{ interviews }}

# Formats the Rust code
format:
    cargo fmt --all

# Says which Rust code is not formatted
check-format:
    cargo fmt --all --check

# Checks licences, sources and bans of all dependencies, as deny.toml says; without its warnings of two versions
check-licences:
    cargo deny --locked --log-level error check bans licenses sources

# Lints the Rust code; a warning is an error
lint:
    cargo clippy --locked --workspace --all-targets -- -D warnings

# Makes the Rust documentation in target/doc; a broken link is an error
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items

# Runs the Rust tests, or those whose name holds NAME; more at once than there are cores, since many wait
test-rust *NAME: build model make-interviews
    PROPTEST_CASES={{ check_cases }} PROPTEST_RNG_SEED=1 \
        cargo test --locked --workspace -- --test-threads $(($(getconf _NPROCESSORS_ONLN) * 2)) {{ NAME }}

# Measures recognition on DIR: audio files with texts of the same name (see benches/speech/main.rs); beside installed peers
bench-speech DIR LANGUAGES="" WAYS="": build model
    target/debug/examples/bench-speech {{ DIR }} "{{ LANGUAGES }}" "{{ WAYS }}"

# Installs the peers that bench-speech compares with: about 300 MB in target/speech-peers
bench-speech-peers: model
    benches/speech/install-peers target/speech-peers "${ALOUD_MODELS:-$HOME/.cache/aloud/models}"

# Makes DIR/mix.wav and its text of the files of DIR that have texts, with 3 s of silence after each
make-speech-mix DIR OUT:
    benches/speech/make-mix {{ DIR }} {{ OUT }}

# Makes sound of known truth in folders of OUT: words with times, languages by turns, no speech; after bench-speech-peers
make-synthetic-speech OUT:
    target/speech-peers/venv/bin/python -B benches/speech/make-synthetic {{ OUT }}

# Measures where beeps are heard in files of every kind, here and in a browser, and writes it into docs/media.md
media-table: build node-modules
    WRITE_MEDIA_TABLE=1 cargo test --locked --workspace --test media
    WRITE_MEDIA_TABLE=1 ALOUD_HEAR=target/debug/examples/hear node --test tests/browser/clock.test.mjs

# Runs the property tests with many cases that no run had before, fills disks, and kills the program 250 times
torture: build model
    ALOUD_TORTURE=10 PROPTEST_CASES={{ torture_cases }} cargo test --locked --workspace -- --show-output

# Bends files for so many minutes, to find what breaks their readers; what is found is kept in target/tmp/fuzz
fuzz MINUTES: build
    ALOUD_FUZZ_MINUTES={{ MINUTES }} cargo test --locked --workspace --test fuzz -- --nocapture --test-threads 3

# Measures how fast and in how much memory media are read, beside ffmpeg
bench-media: build make-interviews
    cargo bench --locked --workspace --profile dev --bench media

# Measures how fast COUNT files of 1 MB are taken in, and taken in again: sparse ones, or `full` ones read from the disk
bench-scan COUNT *FULL: build
    cargo bench --locked --workspace --profile dev --bench scan -- {{ COUNT }} {{ FULL }}

# Measures how fast words are found in libraries of 100 hours and more, up to HOURS; HOW: see benches/search/main.rs
bench-search HOURS *HOW: build
    # The peer at its best; for the catalogue, which is small, optimising so far would cost each build a minute.
    cargo bench --locked --workspace --profile dev --config profile.dev.package.libsqlite3-sys.opt-level=3 \
        --bench search -- {{ HOURS }} {{ HOW }}

# Fetches the core of Elasticsearch 7.0, with which bench-search then compares too: 60 MB in target/elasticsearch, Java 17
bench-search-peers:
    benches/search/install-elasticsearch target/elasticsearch

# Measures how soon a library of so many RECORDINGS can be searched, and in how much memory
bench-start RECORDINGS="10000": build
    cargo bench --locked --workspace --profile dev --bench start -- {{ RECORDINGS }}

# Prints how often the right moment comes first, beside two other ways to search, and writes tests/ranking/golden.txt
ranking: build
    WRITE_RANKING=1 cargo test --locked --workspace --test ranking -- --nocapture

# Measures how fast the page is, over a made-up library, and writes it into docs/page.md
page-figures: node-modules
    node tests/browser/figures.mjs

# Checks the page's types and pure functions
check-page: node-modules
    npm run --silent check

# Tests the page in a real browser against the real program
test-browser: build model make-interviews node-modules
    tests/browser/run {{ aloud }} {{ interviews }}

# npm notes in node_modules what it installed, and when.
[private]
node-modules:
    @[ -z "$(find package-lock.json -newer node_modules/.package-lock.json 2>&1)" ] || npm ci --no-audit --no-fund
