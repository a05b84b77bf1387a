//! How likely some bytes are as text in each of the encodings of East Asia.
//!
//! In: bytes that several of these encodings read without a fault. Out: what the text costs in each, in
//! tenths of a bit: the less, the likelier. A character costs by its place in its language: the few hundred
//! that make up most of any text, the others of the basic set, and those beyond. Two encodings whose costs lie
//! less than [`CLEAR`] apart are both possible.

use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};
use rustc_hash::FxHashSet;

use super::Coding;

/// How much more another reading must cost not to be possible: 20 bits, a million to one.
pub(super) const CLEAR: u64 = 200;

/// What a character of a text costs at least whose characters are rare: more than one of the basic set.
const RARE: u64 = 150;

/// What the text of a list of rare words, or of names, costs more than others. Its characters are those of
/// the basic set, common or not.
const EVEN: u64 = 50;

/// What half-width katakana cost once: few texts have them.
const HALF_WIDTH: u64 = 110;

/// What an ASCII character costs that another reading takes for half of a character.
const ASCII: Cost = Cost::same(60);

/// Han characters that make up some three quarters of Chinese text, in their simplified form.
const HANZI: &str = "\
    的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年\
    过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心\
    她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间\
    由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给\
    世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变\
    四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社\
    便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北\
    边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔收转食六石干病米号药血火油花\
    城县镇村省街店车站厂校史语字词句首页编版图画片音歌影器具料材质酒茶饭菜肉鱼单价费元钱买卖姓\
    称址邮箱码证备注状态型项标签吗网怎台爱组选府议联视持始快改划亚际需布历每广党游球级专约集技\
    团参服调包请乐造吧线示流根近济京英士推支续况准男官\
";

/// The traditional forms of such characters, where they differ.
const TRADITIONAL: &str = "\
    這個們來為國說時會對於著過發後裡種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰\
    頭體見產話內給門兒東聲員論處義幾認條氣題爾別變總電數報結務場計資許統區隊決馬書則聽卻達強難\
    權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運筆轉臺灣號藥縣鎮車廠語詞頁編圖畫質飯魚單價費\
    錢買賣稱郵碼證備註狀態標嗎網愛組選議聯視亞際歷廣黨遊級專約團參調請樂線濟續況準\
";

/// Han characters that make up some seven tenths of those in Japanese text.
const KANJI: &str = "\
    日一国人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女\
    北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨会同事自社発者地業方\
    新場員立開手力問代明動京目通言理体田主題意不作用度強公持野以思家世多正安院心界教文元重近考\
    画海売知道集別物使品計死特私始朝運終台広住真有口少町料工建空急止送切転研足究楽起着店病質待\
    試族銀早映親験英医仕去味写字答夜音注帰古歌買悪図週室歩風紙黒花春赤青館屋色走秋夏習駅洋旅服\
    夕借曜飲肉貸堂鳥飯勉冬昼茶弟牛魚兄犬妹姉漢政議民連対部合市内相定回選米実関決全表戦経最現調\
    化当約首法性要制治務成期取都和機平加受続進数記初指権支産点報済活原共得解交資予向際勝面告反\
    判認参利組信在件側任引求所次昨論官増係感情投示変打直両式確果容必演歳争談能位置流格疑過局放\
    常状球職与供役構割身費付由説難優夫収断石違消神番規術護展種無良結好様他可美愛達彼保第限設込\
    県応誰島系残配想欲像落然単伝線声頭葉登個張形録\
";

/// Syllables that make up some nine tenths of Korean text.
const HANGUL: &str = "\
    이다의는에을가고한를은지하로아사기어리도인있나자대시그라서일들수해전만스으정부었보과장주면\
    여것제오구소게우적상원니했연성동거비공조선관생경안트방와위신유문진마말미모분습실국더물체치\
    개세계년두중요내발무또학되통행작할저당회바산역타합람금단명러반려양였까심히된운드데야때새용\
    없재르터던호결간표초불파강각식감입출교화후같차카설프날루복본집건영현예외음속북남든군질최포\
    너직약술레크석천래못받민특함권편활네노론류추토력종급근길배쪽며큰태피평준점별완업열버색달임\
    목손등울병박김월번째살밖악련육접령족료책능향증글절환격잘따난밀쌀디베림벌메티필법꾸허극빛뿐\
    층벽처꽃맛밥떡빵커콩밭논돈값품름짜량록코않알겠랑님런았매많른형키걸테싶청언애워께올참렇친늘\
    온린판맞변머항왜누확느먹줄브란돌송뭐죽좀찾존곳될순페투\
";

/// Punctuation that is full-width where it is used.
const SIGNS: &str = "，。、：；？！（）“”《》「」【】—…·・ー\u{3000}";

/// What a character costs: in running text, and in one that knows no common characters.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    usual: u32,
    even: u32,
}

impl Cost {
    const fn new(usual: u32, even: u32) -> Self {
        Self { usual, even }
    }

    const fn same(cost: u32) -> Self {
        Self::new(cost, cost)
    }
}

/// What a text costs.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    usual: u64,
    even: u64,
    half_width: bool,
}

impl Sum {
    fn bits(self) -> u64 {
        self.usual.min(self.even + EVEN) + if self.half_width { HALF_WIDTH } else { 0 }
    }
}

/// How an encoding is read, and what its characters cost.
struct Model {
    encoding: &'static Encoding,
    common: FxHashSet<[u8; 2]>,
    common_cost: Cost,
    signs: FxHashSet<[u8; 2]>,
    sign_cost: Cost,
    /// What two bytes cost that are neither.
    other: fn(u8, u8) -> Cost,
}

impl Model {
    fn new(
        encoding: &'static Encoding,
        (common, common_cost): (&[&str], Cost),
        sign_cost: Cost,
        other: fn(u8, u8) -> Cost,
    ) -> Self {
        let pairs = |texts: &[&str]| {
            let mut char = [0; 4];
            let mut pairs = FxHashSet::default();
            for c in texts.iter().flat_map(|text| text.chars()) {
                let (bytes, _, unmapped) = encoding.encode(c.encode_utf8(&mut char));
                if let (&[lead, trail], false) = (&*bytes, unmapped) {
                    pairs.insert([lead, trail]);
                }
            }
            pairs
        };
        let (common, signs) = (pairs(common), pairs(&[SIGNS]));
        Self { encoding, common, common_cost, signs, sign_cost, other }
    }

    fn add(&self, run: &[u8], sum: &mut Sum) {
        let mut rest = run;
        while let [lead, behind @ ..] = rest {
            let lead = *lead;
            let width = match lead {
                0..=0x7f => 1,
                0xa1..=0xdf if self.encoding == SHIFT_JIS => 1,
                0x8f if self.encoding == EUC_JP => 3,
                _ => 2,
            };
            let pair = [lead, behind.first().copied().unwrap_or(0)];
            let half_width = match (lead, width) {
                (0x80.., 1) => Some(lead),
                (0x8e, _) if self.encoding == EUC_JP => Some(pair[1]),
                _ => None,
            };
            sum.half_width |= half_width.is_some();
            let cost = match half_width {
                Some(byte) => half_width_cost(byte),
                None if lead.is_ascii() => ASCII,
                None if self.common.contains(&pair) => self.common_cost,
                None if self.signs.contains(&pair) => self.sign_cost,
                None => (self.other)(pair[0], pair[1]),
            };
            sum.usual += u64::from(cost.usual);
            sum.even += u64::from(cost.even);
            rest = rest.get(width..).unwrap_or_default();
        }
    }
}

static MODELS: LazyLock<[Model; 5]> = LazyLock::new(|| {
    let sign = Cost::same(70);
    [
        Model::new(GB18030, (&[HANZI], Cost::new(90, 119)), sign, |lead, trail| {
            match (lead, trail) {
                (0xb0..=0xd7, 0xa1..) => Cost::new(137, 119),
                (0xd8..=0xf7, 0xa1..) => Cost::same(177),
                (0xa3, 0xa1..) => Cost::same(110),
                (0xa1..=0xa9, 0xa1..) => Cost::same(150),
                // Half of a character of four bytes.
                (_, 0x30..=0x39) => Cost::same(180),
                _ => Cost::same(220),
            }
        }),
        Model::new(BIG5, (&[HANZI, TRADITIONAL], Cost::new(92, 124)), sign, |lead, _| match lead {
            0xa4..=0xc6 => Cost::new(140, 124),
            0xc9..=0xf9 => Cost::same(200),
            0xa1..=0xa3 => Cost::same(140),
            _ => Cost::same(240),
        }),
        Model::new(SHIFT_JIS, (&[KANJI], Cost::new(105, 115)), sign, |lead, trail| {
            let first = if lead < 0xa0 { 0x81 } else { 0xc1 };
            jis(2 * lead.saturating_sub(first) + 1 + u8::from(trail >= 0x9f))
        }),
        Model::new(EUC_JP, (&[KANJI], Cost::new(105, 115)), sign, |lead, _| {
            jis(lead.saturating_sub(0xa0))
        }),
        Model::new(EUC_KR, (&[HANGUL], Cost::new(84, 112)), Cost::same(110), |lead, trail| {
            match (lead, trail) {
                (0xb0..=0xc8, 0xa1..) => Cost::new(138, 112),
                // Han characters.
                (0xca..=0xfd, 0xa1..) => Cost::same(190),
                (0xa3, 0xa1..) => Cost::same(130),
                (0xa1..=0xac, 0xa1..) => Cost::same(160),
                _ => Cost::same(220),
            }
        }),
    ]
});

/// What a character of a row of JIS X 0208 costs.
fn jis(row: u8) -> Cost {
    match row {
        4 => Cost::same(75),
        5 => Cost::same(95),
        16..=47 => Cost::new(145, 115),
        48..=84 => Cost::same(190),
        1..=3 => Cost::same(130),
        6..=8 => Cost::same(160),
        _ => Cost::same(220),
    }
}

/// What a half-width katakana costs. The marks for voice and length are every few characters.
fn half_width_cost(byte: u8) -> Cost {
    Cost::same(match byte {
        0xa1..=0xa5 => 80,
        0xb0 | 0xde | 0xdf => 40,
        _ => 58,
    })
}

/// Whether an encoding is one of those that are told apart here.
pub(super) fn knows(coding: Coding) -> bool {
    model_of(coding).is_some()
}

fn model_of(coding: Coding) -> Option<&'static Model> {
    let Coding::Web(encoding) = coding else { return None };
    // They are read alike.
    let encoding = if encoding == GBK { GB18030 } else { encoding };
    MODELS.iter().find(|model| model.encoding == encoding)
}

/// Whether the characters of a text in an encoding are hardly those of a language: no common ones, most of them.
pub(super) fn is_rare(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let Some(model) = model_of(Coding::Web(encoding)) else { return false };
    let mut sum = Sum::default();
    let mut chars = 0;
    for run in runs(bytes) {
        model.add(run, &mut sum);
        chars += run.len().div_ceil(2) as u64;
    }
    chars > 0 && sum.usual >= RARE * chars
}

/// What bytes cost in those of some encodings that are told apart here, the least first. Of two that read
/// alike it is the first.
pub(super) fn rank(bytes: &[u8], among: &[Coding]) -> Vec<(Coding, u64)> {
    let mut read: Vec<(Coding, &Model, Sum)> = Vec::new();
    for coding in among {
        let Some(model) = model_of(*coding) else { continue };
        if read.iter().all(|(_, known, _)| known.encoding != model.encoding) {
            read.push((*coding, model, Sum::default()));
        }
    }
    // What comes again says nothing new: a key in every record is one word.
    let mut seen = FxHashSet::default();
    for run in runs(bytes).filter(|run| seen.insert(*run)) {
        for (_, model, sum) in &mut read {
            model.add(run, sum);
        }
    }
    let mut ranked: Vec<_> =
        read.into_iter().map(|(coding, _, sum)| (coding, sum.bits())).collect();
    ranked.sort_by_key(|(_, bits)| *bits);
    ranked
}

/// The stretches of characters of two bytes, the second of which may be ASCII.
fn runs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let start = rest.iter().position(|byte| !byte.is_ascii())?;
        let mut end = start;
        while rest.get(end).is_some_and(|byte| !byte.is_ascii()) {
            end += 2;
        }
        let (run, behind) = rest.split_at(end.min(rest.len()));
        rest = behind;
        Some(&run[start..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(encoding: &'static Encoding, bytes: &[u8]) -> u64 {
        rank(bytes, &[Coding::Web(encoding)])[0].1
    }

    #[test]
    fn a_text_costs_least_in_its_own_encoding() {
        let all = [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR].map(Coding::Web);
        for (encoding, text) in [
            (GB18030, "河边的水车，以及石磨"),
            (BIG5, "河邊的水車"),
            (SHIFT_JIS, "川の水車"),
            (EUC_JP, "川のほとりの水車小屋"),
            (EUC_KR, "강가의 물레방아"),
        ] {
            let ranked = rank(&encoding.encode(text).0, &all);
            assert_eq!(ranked[0].0, Coding::Web(encoding), "{text}");
            assert!(ranked[1].1 >= ranked[0].1 + CLEAR, "{text}: {ranked:?}");
        }
    }

    #[test]
    fn what_comes_again_costs_nothing() {
        let once = EUC_KR.encode("커피 a\n").0;
        assert_eq!(cost(EUC_KR, &once.repeat(9)), cost(EUC_KR, &once));
        assert!(cost(EUC_KR, &once) > 0);
    }

    #[test]
    fn any_bytes_cost_something() {
        for bytes in [&b"\xff"[..], b"\x8f", b"\x8f\xa1", b"\x8e", b"\xb0", b"\x81a\x81"] {
            for model in MODELS.iter() {
                assert!(cost(model.encoding, bytes) > 0, "{bytes:?}");
            }
        }
    }
}
