//! A deterministic dump of any size, in the form of the embedded schema.
//!
//! The same size and seed give the same bytes on any machine. Long texts are
//! drawn from a made-up vocabulary whose words recur as words of a language do,
//! so that `zstd -3` makes 0.25 to 0.35 of them; short values are those that
//! occur in practice.

use std::io::{self, Write};

/// A generator of pseudo-random numbers: `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    /// A number below `end`, small ones far more often: as ranks of words are.
    fn rank(&mut self, end: usize) -> usize {
        let (a, b) = (self.below(end), self.below(end));
        a * b / end * self.below(end) / end
    }

    fn pick<'v>(&mut self, values: &[&'v str]) -> &'v str {
        values[self.below(values.len())]
    }
}

/// The words that texts are made of.
struct Vocabulary {
    words: Vec<String>,
}

impl Vocabulary {
    fn new(random: &mut Random) -> Self {
        // Characters of GB 2312, row by row, the common ones first.
        let mut character = || {
            let rank = random.rank(6000);
            let place = |start: u8, offset: usize| start + u8::try_from(offset).unwrap_or(0);
            let bytes = [place(0xb0, rank / 94), place(0xa1, rank % 94)];
            let text = encoding_rs::GBK.decode_without_bom_handling(&bytes).0;
            text.chars().next().filter(|c| *c >= '一').unwrap_or('一')
        };
        let words = (0..9000).map(|n| (0..2 + n % 3).map(|_| character()).collect()).collect();
        Self { words }
    }

    fn word(&self, random: &mut Random) -> &str {
        &self.words[random.rank(self.words.len())]
    }

    fn text(&self, random: &mut Random, characters: usize, out: &mut String) {
        let mut left = characters;
        while left > 0 {
            let word = self.word(random);
            out.push_str(word);
            left = left.saturating_sub(word.chars().count());
            match random.below(12) {
                0 => out.push('，'),
                1 if random.below(3) == 0 => out.push('。'),
                _ => {}
            }
        }
        out.push('。');
    }

    fn items(&self, random: &mut Random, most: usize, out: &mut String) {
        for _ in 0..=random.below(most) {
            out.push_str(self.word(random));
            if random.below(60) == 0 {
                out.push_str("...");
            }
            out.push(' ');
        }
    }
}

const PERIODS: &[&str] = &[
    "1--3周",
    "3-6个月",
    "7天",
    "2一4周",
    "3个月-终身",
    "终身断续用药",
    "1-2年",
    "15天左右",
    "暂无相关资料",
];
const RATES: &[&str] =
    &["80%", "95%以上", "60-70%", "治愈率99.2%", "尚不能治愈", "40%(以缓解症状为主)", "705"];
const SHARES: &[&str] = &["0.0035%", "0.003%--0.005%", "31/10万", "约1%～3%", "3‰"];
const COSTS: &[&str] = &[
    "各地医院收费高低不等，三级医院约（1000-5000元）",
    "三级医院约（3000 —— 8000元）;",
    "500-1000元",
    "服药3000元左右，开刀10000元左右",
];
const FORMS: &[&str] = &["片", "胶囊", "颗粒", "注射液", "口服溶液"];

/// Writes about `bytes` bytes of records.
pub(crate) fn write_dump(out: &mut impl Write, bytes: u64, seed: u64) -> io::Result<()> {
    let mut random = Random(seed);
    let vocabulary = Vocabulary::new(&mut random);
    let mut written = 0;
    let mut record = String::new();
    while written < bytes {
        record.clear();
        one(&mut random, &vocabulary, &mut record);
        out.write_all(record.as_bytes())?;
        written += record.len() as u64;
    }
    Ok(())
}

fn one(random: &mut Random, vocabulary: &Vocabulary, out: &mut String) {
    let name = format!("{}{}病", vocabulary.word(random), vocabulary.word(random));
    let long = |random: &mut Random, key: &str, head: &str, most: usize, out: &mut String| {
        out.push_str(key);
        out.push(' ');
        out.push_str(head);
        let length = 60 + random.below(most);
        vocabulary.text(random, length, out);
        out.push_str(" \n");
    };
    let list = |random: &mut Random, key: &str, most: usize, out: &mut String| {
        out.push_str(key);
        out.push(' ');
        vocabulary.items(random, most, out);
        out.push('\n');
    };
    let short = |key: &str, value: &str, out: &mut String| {
        out.push_str(key);
        out.push(' ');
        out.push_str(value);
        out.push_str(" \n");
    };
    long(random, "简介", &name, 120, out);
    short("医保疾病", random.pick(&["是", "否"]), out);
    short("患病比例", random.pick(SHARES), out);
    short("易感人群", random.pick(&["无特殊人群", "老年人", "儿童"]), out);
    short("传染方式", random.pick(&["无传染性", "呼吸道传播"]), out);
    list(random, "并发症", 4, out);
    list(random, "就诊科室", 2, out);
    list(random, "治疗方式", 3, out);
    short("治疗周期", random.pick(PERIODS), out);
    short("治愈率", random.pick(RATES), out);
    list(random, "常用药品", 3, out);
    short("治疗费用", random.pick(COSTS), out);
    long(random, "病因", &format!("{name}病因"), 1100, out);
    long(random, "预防", &format!("{name}预防"), 300, out);
    list(random, "症状", 12, out);
    list(random, "检查", 8, out);
    list(random, "宜吃", 5, out);
    list(random, "忌吃", 5, out);
    out.push_str("药品 ");
    for _ in 0..random.below(22) {
        let generic =
            format!("{}{}{}", vocabulary.word(random), vocabulary.word(random), random.pick(FORMS));
        match random.below(7) {
            0 => out.push_str(&format!("['{}', '({generic})'] ", vocabulary.word(random))),
            1 => {
                let cut: String = generic.chars().take(4).collect();
                out.push_str(&format!(
                    "['{}药业', '{cut}', '({generic})'] ",
                    vocabulary.word(random)
                ));
            }
            _ => out.push_str(&format!(
                "['{}药业', '{generic}', '({generic})'] ",
                vocabulary.word(random)
            )),
        }
    }
    out.push_str("\n \n");
}
