//! Which province a text names.

/// The provinces, autonomous regions and municipalities, as they begin.
const PROVINCES: [&str; 34] = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
];

/// Which province a text names, as far as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Province {
    /// At home.
    Home,
    /// In another province.
    Elsewhere,
    /// It doesn't say.
    Unknown,
}

/// Which province a text names. `home` are the province's own name and places in it. The name that stands
/// first decides: 云南省驻北京办事处 is at home, 北京市海淀区云南大厦 is not.
pub(crate) fn province_of(text: &str, home: &[String]) -> Province {
    let first = |places: &mut dyn Iterator<Item = &str>| places.filter_map(|place| text.find(place)).min();
    let at_home = first(&mut home.iter().map(String::as_str));
    let elsewhere = first(&mut PROVINCES.into_iter().filter(|place| !home.iter().any(|own| own == place)));
    match (at_home, elsewhere) {
        (Some(here), Some(there)) if there < here => Province::Elsewhere,
        (Some(_), _) => Province::Home,
        (None, Some(_)) => Province::Elsewhere,
        (None, None) => Province::Unknown,
    }
}
