//! recordmill against `zstd -3` on the same file, in turn. Prints Markdown for `docs/benchmarks.md`.
//!
//! ```sh
//! cargo bench --bench side_by_side                                   # 100 MB, 7 rounds
//! cargo bench --bench side_by_side -- --megabytes 1000 --rounds 3
//! cargo bench --bench side_by_side -- --forms                       # JSON lines, CSV, gzip, zstd
//! cargo bench --bench side_by_side -- --rules                       # with and without what must hold
//! cargo bench --bench side_by_side -- --findings                     # a million findings, and none
//! cargo bench --bench side_by_side -- --write dump.txt --megabytes 10  # the dump alone
//! ```
//!
//! The machines that this runs on are shared, so a time alone says little: what
//! counts is the ratio of the two, measured one after the other. The command
//! must be on the path: `zstd`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a program of its own"
)]

mod forms;
mod generator;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

struct Args {
    megabytes: u64,
    rounds: usize,
    write: Option<String>,
    forms: bool,
    rules: bool,
    findings: bool,
}

fn main() -> ExitCode {
    match args().and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn args() -> Result<Args, String> {
    let mut parsed = Args {
        megabytes: 100,
        rounds: 7,
        write: None,
        forms: false,
        rules: false,
        findings: false,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--megabytes" => {
                parsed.megabytes =
                    value()?.parse().map_err(|error| format!("--megabytes: {error}"))?;
            }
            "--rounds" => {
                parsed.rounds = value()?.parse().map_err(|error| format!("--rounds: {error}"))?;
            }
            "--write" => parsed.write = Some(value()?),
            "--forms" => parsed.forms = true,
            "--rules" => parsed.rules = true,
            "--findings" => parsed.findings = true,
            // What cargo passes on its own.
            "--bench" => {}
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    Ok(parsed)
}

fn run(args: &Args) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    if args.findings {
        return compare_findings(folder.path(), args.rounds);
    }
    let dump = args
        .write
        .as_ref()
        .map_or_else(|| folder.path().join("dump.txt"), |path| Path::new(path).to_owned());
    let failed = |error: std::io::Error| format!("{}: {error}", dump.display());
    let mut file = BufWriter::new(File::create(&dump).map_err(failed)?);
    generator::write_dump(&mut file, args.megabytes * 1_000_000, 1).map_err(failed)?;
    file.flush().map_err(failed)?;
    let size = dump.metadata().map_err(failed)?.len();
    if args.write.is_some() {
        println!("{}: {size} bytes", dump.display());
        return Ok(());
    }
    if args.forms {
        return compare_forms(&dump, folder.path(), args.rounds);
    }
    if args.rules {
        return compare_rules(&dump, folder.path(), args.rounds);
    }
    compare_with_zstd(&dump, folder.path(), args.rounds)
}

/// The wall time on all cores against that of `zstd -3`, and the processor time on one.
fn compare_with_zstd(dump: &Path, folder: &Path, rounds: usize) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", dump.display());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let size = dump.metadata().map_err(failed)?.len();
    let (packed, out) = (folder.join("dump.zst"), folder.join("out"));
    let (mut walls, mut ratios, mut works, mut peaks) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let mut took = Vec::new();
        for workers in [threads, 1] {
            let mut mill = Command::new(env!("CARGO_BIN_EXE_recordmill"));
            mill.args(["run", "--quiet", "--fail-on", "never", "-j", &workers.to_string(), "-o"]);
            took.push(timed(mill.arg(&out).arg(dump))?);
            let mut zstd = Command::new("zstd");
            zstd.args(["-3", "-q", "-f", &format!("-T{workers}"), "-o"]);
            took.push(timed(zstd.arg(&packed).arg(dump))?);
        }
        // The first round warms the page cache.
        if round > 0 {
            walls.push(took[0].wall);
            ratios.push(took[0].wall / took[1].wall);
            works.push(took[2].work / took[3].work);
            peaks.push(took[0].peak);
        }
    }
    let ratio_of_zstd = packed.metadata().map_err(failed)?.len() as f64 / size as f64;
    walls.sort_by(f64::total_cmp);
    println!(
        "| dump | wall time / `zstd -3 -T{threads}` | processor time, `-j 1` / `zstd -3 -T1` | speed | peak memory |"
    );
    println!("|---|---|---|---|---|");
    println!(
        "| {:.0} MB, of which `zstd -3` makes {ratio_of_zstd:.2} | {} | {} | {:.0} MB/s | {} MB |",
        size as f64 / 1e6,
        spread(ratios),
        spread(works),
        size as f64 / 1e6 / walls[walls.len() / 2],
        peaks.iter().max().unwrap_or(&0) / 1024
    );
    println!("\nMedian of {rounds} rounds in turn, and range.");
    Ok(())
}

/// The median, and the range.
fn spread(mut figures: Vec<f64>) -> String {
    figures.sort_by(f64::total_cmp);
    let last = figures.len() - 1;
    format!("{:.2} ({:.2} to {:.2})", figures[figures.len() / 2], figures[0], figures[last])
}

/// The same records in other forms, against key-value text: time per byte of
/// what is read, compression off.
fn compare_forms(dump: &Path, folder: &Path, rounds: usize) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    let text = std::fs::read_to_string(dump).map_err(failed)?;
    let disease = include_str!("../schemas/disease.toml");
    let any = disease
        .replace("format = \"key-value\"", "formats = [\"key-value\", \"json-lines\", \"csv\"]");
    let schema = folder.join("any.toml");
    std::fs::write(&schema, any).map_err(failed)?;
    let mut inputs = vec![("key-value", dump.to_owned(), text.len())];
    let (lines, rows) = (forms::json_lines(&text), forms::rows(&text));
    for (name, file, text) in [("json-lines", "dump.jsonl", lines), ("csv", "dump.csv", rows)] {
        let path = folder.join(file);
        std::fs::write(&path, &text).map_err(failed)?;
        inputs.push((name, path, text.len()));
    }
    for (name, packer, extension) in [("gzip", "gzip", "gz"), ("zstd", "zstd", "zst")] {
        let path = folder.join(format!("dump.txt.{extension}"));
        let mut pack = Command::new(packer);
        pack.args(["-3", "-q", "-c"]).arg(dump);
        pack.stdout(File::create(&path).map_err(failed)?);
        if !pack.status().map_err(failed)?.success() {
            return Err(format!("{packer} failed"));
        }
        inputs.push((name, path, text.len()));
    }
    let out = folder.join("out");
    let mut times = vec![Vec::new(); inputs.len()];
    for round in 0..=rounds {
        for ((_, input, bytes), times) in inputs.iter().zip(&mut times) {
            let mut mill = Command::new(env!("CARGO_BIN_EXE_recordmill"));
            mill.args(["run", "--quiet", "--fail-on", "never", "-o"]).arg(&out);
            mill.arg("--schema").arg(&schema).arg(input);
            let wall = timed(&mut mill)?.wall;
            if round > 0 {
                times.push(wall / *bytes as f64);
            }
        }
    }
    println!("| form | time per byte of what is read, against key-value | bytes |\n|---|---|---:|");
    for ((name, _, bytes), times_of) in inputs.iter().zip(&times) {
        let ratios = times_of.iter().zip(&times[0]).map(|(time, base)| time / base).collect();
        println!("| {name} | {} | {bytes} |", spread(ratios));
    }
    println!("\nMedian of {rounds} rounds in turn, and range.");
    Ok(())
}

/// The default schema with all that must hold, against the same without: hygiene,
/// checks, coverage and the rules of fields.
fn compare_rules(dump: &Path, folder: &Path, rounds: usize) -> Result<(), String> {
    let mut bare: toml::Table = include_str!("../schemas/disease.toml")
        .parse()
        .map_err(|error: toml::de::Error| error.to_string())?;
    for part in ["hygiene", "checks", "coverage"] {
        bare.remove(part);
    }
    for (_, field) in bare["fields"].as_table_mut().into_iter().flatten() {
        field.as_table_mut().map(|field| field.remove("rules"));
    }
    let schema = folder.join("bare.toml");
    std::fs::write(&schema, bare.to_string()).map_err(|error| error.to_string())?;
    let schemas = [Path::new("disease"), schema.as_path()];
    println!("| command | wall time with rules / without |\n|---|---|");
    for (command, output) in [("run", true), ("check", false)] {
        let (mut ratios, mut times) = (Vec::new(), [0.0; 2]);
        for round in 0..=rounds {
            for (time, schema) in times.iter_mut().zip(schemas) {
                let mut mill = Command::new(env!("CARGO_BIN_EXE_recordmill"));
                mill.args([command, "--quiet", "--allow", "no-rules", "--schema"]);
                mill.arg(schema).arg(dump);
                if output {
                    mill.arg("-o").arg(folder.join("out"));
                }
                *time = timed(&mut mill)?.wall;
            }
            if round > 0 {
                ratios.push(times[0] / times[1]);
            }
        }
        println!("| `{command}` | {} |", spread(ratios));
    }
    println!("\nMedian of {rounds} rounds in turn, and range.");
    Ok(())
}

/// A dump with a million findings, six in each record, against the same records without.
fn compare_findings(folder: &Path, rounds: usize) -> Result<(), String> {
    let records = 1_000_000 / 6 + 1;
    let dumps = [("dirty.txt", true), ("clean.txt", false)].map(|(name, damaged)| {
        let (path, text) = (folder.join(name), forms::short_records(records, damaged));
        std::fs::write(&path, &text).map(|()| (path, text.len()))
    });
    let [dirty, clean] = dumps;
    let ((dirty, bytes), (clean, _)) =
        dirty.and_then(|dirty| Ok((dirty, clean?))).map_err(|error| error.to_string())?;
    println!(
        "| command | wall time with findings / without | processor time | peak memory, with and without |"
    );
    println!("|---|---|---|---|");
    for (command, output) in [("run", true), ("check", false)] {
        let (mut walls, mut works, mut peaks) = (Vec::new(), Vec::new(), [0; 2]);
        for round in 0..=rounds {
            let mut took = Vec::new();
            for (dump, peak) in [&dirty, &clean].into_iter().zip(&mut peaks) {
                let mut mill = Command::new(env!("CARGO_BIN_EXE_recordmill"));
                mill.args([command, "--quiet", "--fail-on", "never", "--schema", "disease"]);
                mill.arg(dump);
                if output {
                    mill.arg("-o").arg(folder.join("out"));
                }
                let one = timed(&mut mill)?;
                *peak = one.peak.max(*peak);
                took.push(one);
            }
            if round > 0 {
                walls.push(took[0].wall / took[1].wall);
                works.push(took[0].work / took[1].work);
            }
        }
        println!(
            "| `{command}` | {} | {} | {} MB, {} MB |",
            spread(walls),
            spread(works),
            peaks[0] / 1024,
            peaks[1] / 1024
        );
    }
    println!(
        "\n{records} records with six findings each, {:.0} MB. Median of {rounds} rounds in turn, and range.",
        bytes as f64 / 1e6
    );
    Ok(())
}

/// What a command took.
struct Took {
    /// Seconds of the clock.
    wall: f64,
    /// Seconds of the processors, where the system tells.
    work: f64,
    /// Its peak memory in KiB, where the system tells (`VmHWM` in Linux).
    peak: u64,
}

/// The processor time of all commands that have ended, in seconds.
fn worked() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    // `cutime` and `cstime`, in hundredths.
    fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Runs a command.
fn timed(command: &mut Command) -> Result<Took, String> {
    let (start, before) = (Instant::now(), worked());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(code) = child.try_wait().map_err(|error| error.to_string())? {
            let wall = start.elapsed().as_secs_f64();
            if !code.success() {
                return Err(format!("{} failed: {code}", command.get_program().to_string_lossy()));
            }
            return Ok(Took { wall, work: worked() - before, peak });
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = mark.unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
}
