//! The codes of GB/T 3304, which registrars' systems have for an ethnic group.

/// In the order of their numbers, from 1: the two letters and the name of each.
const GROUPS: [(&str, &str); 56] = [
    ("HA", "汉族"),
    ("MG", "蒙古族"),
    ("HU", "回族"),
    ("ZA", "藏族"),
    ("UG", "维吾尔族"),
    ("MH", "苗族"),
    ("YI", "彝族"),
    ("ZH", "壮族"),
    ("BY", "布依族"),
    ("CS", "朝鲜族"),
    ("MA", "满族"),
    ("DO", "侗族"),
    ("YA", "瑶族"),
    ("BA", "白族"),
    ("TJ", "土家族"),
    ("HN", "哈尼族"),
    ("KZ", "哈萨克族"),
    ("DA", "傣族"),
    ("LI", "黎族"),
    ("LS", "傈僳族"),
    ("VA", "佤族"),
    ("SH", "畲族"),
    ("GS", "高山族"),
    ("LH", "拉祜族"),
    ("SU", "水族"),
    ("DX", "东乡族"),
    ("NX", "纳西族"),
    ("JP", "景颇族"),
    ("KG", "柯尔克孜族"),
    ("TU", "土族"),
    ("DU", "达斡尔族"),
    ("ML", "仫佬族"),
    ("QI", "羌族"),
    ("BL", "布朗族"),
    ("SL", "撒拉族"),
    ("MN", "毛南族"),
    ("GL", "仡佬族"),
    ("XB", "锡伯族"),
    ("AC", "阿昌族"),
    ("PM", "普米族"),
    ("TA", "塔吉克族"),
    ("NU", "怒族"),
    ("UZ", "乌孜别克族"),
    ("RS", "俄罗斯族"),
    ("EW", "鄂温克族"),
    ("DE", "德昂族"),
    ("BO", "保安族"),
    ("YG", "裕固族"),
    ("GI", "京族"),
    ("TT", "塔塔尔族"),
    ("DR", "独龙族"),
    ("OR", "鄂伦春族"),
    ("HZ", "赫哲族"),
    ("MB", "门巴族"),
    ("LB", "珞巴族"),
    ("JN", "基诺族"),
];

/// The name of an ethnic group where a roster has its code, by itself or before the name; or what it has.
pub(super) fn by_code(text: &str) -> String {
    let code = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text.get(..text.len() - code.len()).filter(|digits| (1..=2).contains(&digits.len()));
    let by_number = number.and_then(|digits| GROUPS.get(digits.parse::<usize>().ok()?.checked_sub(1)?));
    let named = by_number
        .filter(|(_, name)| code.is_empty() || code.trim_start_matches(['-', ' ', '.', '、']) == *name);
    let by_letters = || GROUPS.iter().find(|(letters, _)| *letters == text);
    named.or_else(by_letters).map_or(text.to_owned(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::by_code;

    #[test]
    fn a_code_is_the_group_it_stands_for() {
        let read = by_code;
        for (code, name) in [
            ("01", "汉族"),
            ("1", "汉族"),
            ("HA", "汉族"),
            ("56", "基诺族"),
            ("05维吾尔族", "维吾尔族"),
            ("03-回族", "回族"),
        ] {
            assert_eq!(read(code), name, "{code}");
        }
        for as_it_is in ["汉族", "汉", "57", "97", "Han", "01回族"] {
            assert_eq!(read(as_it_is), as_it_is);
        }
    }
}
