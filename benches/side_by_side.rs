//! recordmill against `zstd -3` on the same file, in turn.
//!
//! ```sh
//! cargo bench --bench side_by_side                                   # 100 MB, 7 rounds
//! cargo bench --bench side_by_side -- --megabytes 1000 --rounds 3
//! cargo bench --bench side_by_side -- --forms                       # JSON lines, CSV, gzip, zstd
//! cargo bench --bench side_by_side -- --rules                       # with and without what must hold
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
    let mut parsed = Args { megabytes: 100, rounds: 7, write: None, forms: false, rules: false };
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
            // What cargo passes on its own.
            "--bench" => {}
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    Ok(parsed)
}

fn run(args: &Args) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
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
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let packed = folder.path().join("dump.zst");
    let out = folder.path().join("out");
    let (mut ratios, mut walls, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=args.rounds {
        let mut mill = Command::new(env!("CARGO_BIN_EXE_recordmill"));
        mill.args(["run", "--quiet", "--fail-on", "never", "-o"]).arg(&out).arg(&dump);
        let (milled, peak) = timed(mill)?;
        let mut zstd = Command::new("zstd");
        zstd.args(["-3", "-q", "-f", &format!("-T{threads}"), "-o"]).arg(&packed).arg(&dump);
        let (zipped, _) = timed(zstd)?;
        // The first round warms the page cache.
        if round > 0 {
            ratios.push(milled.as_secs_f64() / zipped.as_secs_f64());
            walls.push(milled.as_secs_f64());
            peaks.push(peak);
        }
    }
    ratios.sort_by(f64::total_cmp);
    walls.sort_by(f64::total_cmp);
    peaks.sort_unstable();
    let middle = ratios.len() / 2;
    let ratio_of_zstd = packed.metadata().map_err(failed)?.len() as f64 / size as f64;
    println!("dump        {size} bytes; zstd -3 makes {ratio_of_zstd:.2} of it");
    println!(
        "ratio       {:.2} x the wall time of zstd -3 -T{threads} (median of {}; {:.2} to {:.2})",
        ratios[middle],
        ratios.len(),
        ratios[0],
        ratios[ratios.len() - 1]
    );
    println!("speed       {:.0} MB/s", size as f64 / 1e6 / walls[middle]);
    println!("peak memory {} MB", peaks[peaks.len() - 1] / 1024);
    Ok(())
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
            let (wall, _) = timed(mill)?;
            if round > 0 {
                times.push(wall.as_secs_f64() / *bytes as f64);
            }
        }
    }
    for idx in 0..inputs.len() {
        let mut ratios: Vec<_> =
            times[idx].iter().zip(&times[0]).map(|(time, base)| time / base).collect();
        ratios.sort_by(f64::total_cmp);
        let middle = ratios[ratios.len() / 2];
        println!(
            "{:10}  {middle:.2} x key-value per byte ({} bytes)",
            inputs[idx].0, inputs[idx].2
        );
    }
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
                *time = timed(mill)?.0.as_secs_f64();
            }
            if round > 0 {
                ratios.push(times[0] / times[1]);
            }
        }
        ratios.sort_by(f64::total_cmp);
        println!(
            "{command:5}  {:.2} x the wall time without rules (median of {}; {:.2} to {:.2})",
            ratios[ratios.len() / 2],
            ratios.len(),
            ratios[0],
            ratios[ratios.len() - 1]
        );
    }
    Ok(())
}

/// Runs a command; its wall time, and its peak memory in KiB where the system
/// tells it (`VmHWM` in Linux).
fn timed(mut command: Command) -> Result<(Duration, u64), String> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(code) = child.try_wait().map_err(|error| error.to_string())? {
            let wall = start.elapsed();
            if !code.success() {
                return Err(format!("{} failed: {code}", command.get_program().to_string_lossy()));
            }
            return Ok((wall, peak));
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let mark = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = mark.unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
}
