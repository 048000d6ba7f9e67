//! Campus networks: public ones, as wide as a university's, so that neither everybody nor nobody is on campus.

use std::net::IpAddr;
use std::ops::Range;

use ipnet::{IpNet, Ipv4Net};
use toml::Spanned;

use super::raw::RawNetwork;
use crate::batch::Network;
use crate::fault::Weight;
use crate::toml_file::characters::odd_one;
use crate::toml_file::check::Check;

/// Nobody comes from these: they are for documentation (RFC 5737, 6676, 3849, 9637).
const DOCUMENTATION: [&str; 6] =
    ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "233.252.0.0/24", "2001:db8::/32", "3fff::/20"];

/// What a server on the Internet never sees as a sender (RFC 6890 and the registries it began).
const NEVER_SEEN: [(&str, &str, &str); 18] = [
    ("10.0.0.0/8", "内网地址（RFC 1918）", "private (RFC 1918)"),
    ("172.16.0.0/12", "内网地址（RFC 1918）", "private (RFC 1918)"),
    ("192.168.0.0/16", "内网地址（RFC 1918）", "private (RFC 1918)"),
    ("100.64.0.0/10", "运营商共享地址（RFC 6598）", "shared behind a carrier's NAT (RFC 6598)"),
    ("127.0.0.0/8", "本机地址", "loopback, each machine itself"),
    ("169.254.0.0/16", "链路本地地址", "link-local"),
    ("0.0.0.0/8", "“本网络”地址", "\"this network\""),
    ("192.0.0.0/24", "协议专用地址", "reserved for protocols"),
    ("198.18.0.0/15", "测试设备专用地址", "for benchmarks of devices"),
    ("224.0.0.0/4", "组播地址", "multicast"),
    ("240.0.0.0/4", "保留地址", "reserved"),
    ("fc00::/7", "内网地址（RFC 4193）", "private (RFC 4193)"),
    ("fe80::/10", "链路本地地址", "link-local"),
    ("fec0::/10", "站点本地地址", "site-local"),
    ("ff00::/8", "组播地址", "multicast"),
    ("::1/128", "本机地址", "loopback, each machine itself"),
    ("64:ff9b::/96", "NAT64 转换地址", "made by NAT64"),
    ("2002::/16", "6to4 转换地址", "made by 6to4"),
];

/// All of China's education network has about as many addresses as an IPv4 network of 8 bits, and one IPv6
/// network of 28: a campus that is wider than a quarter of the first, or than the second, is a slip of the pen.
const FEWEST_BITS: (u8, u8) = (10, 28);

impl Check {
    pub(super) fn network(&mut self, raw: RawNetwork) -> Network {
        let mut campus: Vec<IpNet> = Vec::new();
        if raw.campus.get_ref().is_empty() {
            self.note(
                Weight::Odd,
                &raw.campus.span(),
                "没有写校园网段（campus）：任何地方都能访问；若通知要求只在校园网内使用，请填上",
                "no campus network: the batch can be reached from everywhere; if the notice says campus only, write its networks",
            );
        }
        for text in raw.campus.into_inner() {
            match text.get_ref().parse::<IpNet>() {
                Ok(IpNet::V6(network)) if network.addr().to_ipv4_mapped().is_some() => {
                    self.mapped(network, &text.span());
                }
                Ok(network) => {
                    let cut = self.without_host_bits(network, &text.span());
                    self.public(cut, &text.span());
                    self.once(cut, &campus, &text.span());
                    campus.push(cut);
                }
                Err(_) => self.no_network(&text),
            }
        }
        if let Some(help) = raw.help.as_ref() {
            let text = self.text("help", help);
            self.made_up("help", &help.span(), &text.zh);
        }
        Network { campus, help: self.text_or_none("help", raw.help.as_ref()) }
    }

    fn mapped(&mut self, network: ipnet::Ipv6Net, span: &Range<usize>) {
        let four = network.addr().to_ipv4_mapped().zip(network.prefix_len().checked_sub(96));
        let four = four.and_then(|(address, bits)| Ipv4Net::new(address, bits).ok());
        let written = four.map_or_else(|| "0.0.0.0/0".to_owned(), |four| four.to_string());
        self.fault(
            span,
            format!("请把 {network} 写成 IPv4 网段 {written}"),
            format!("write {network} as the IPv4 network it is, {written}"),
        );
    }

    /// `202.203.1.7/16` is an address and how many bits of it are the network's; the network is meant.
    fn without_host_bits(&mut self, network: IpNet, span: &Range<usize>) -> IpNet {
        let cut = network.trunc();
        if cut != network {
            self.note(
                Weight::Odd,
                span,
                format!("{network} 按它所在的网段 {cut} 处理：请写成 {cut}"),
                format!("{network} is taken as the network it is in, {cut}: write {cut}"),
            );
        }
        cut
    }

    fn public(&mut self, network: IpNet, span: &Range<usize>) {
        let within = |known: &str| known.parse::<IpNet>().is_ok_and(|known| known.contains(&network));
        if DOCUMENTATION.into_iter().any(within) {
            return self.note(
                Weight::MadeUp,
                span,
                format!("{network} 是示例网段，没有人来自那里：部署前请换成真实的校园网段"),
                format!("{network} is a documentation range nobody comes from: put your campus networks here before you deploy"),
            );
        }
        let never = NEVER_SEEN.into_iter().find(|(known, ..)| within(known)).map(|(_, zh, en)| (zh, en));
        let unassigned = !within("2000::/3") && matches!(network, IpNet::V6(_)) && network.prefix_len() >= 3;
        let (fewest, all) = if network.addr().is_ipv4() { (FEWEST_BITS.0, 32) } else { (FEWEST_BITS.1, 128) };
        if let Some((zh, en)) = never.or(unassigned.then_some(("未分配的地址", "not assigned to anybody")))
        {
            self.note(
                Weight::Undeployable,
                span,
                format!("{network} 是{zh}，互联网上的服务器看不到它，人人都会被拒之门外：请填校园网出口的公网网段，可问网络中心"),
                format!(
                    "{network} is {en}: a server on the Internet never sees it, and everybody would be locked out; write the public networks from which the campus reaches the Internet, the network centre knows them"
                ),
            );
        } else if network.prefix_len() < fewest {
            let bits = all - network.prefix_len();
            self.note(
                Weight::Undeployable,
                span,
                format!("{network} 太宽，校外的人也算在校园网内（2^{bits} 个地址）：前缀至少 {fewest} 位，请填本校的网段"),
                format!(
                    "{network} is too wide: everybody would be on campus (2^{bits} addresses); a prefix has {fewest} bits at least, write your own networks"
                ),
            );
        }
    }

    fn once(&mut self, network: IpNet, before: &[IpNet], span: &Range<usize>) {
        let Some(other) = before.iter().find(|other| other.contains(&network) || network.contains(*other))
        else {
            return;
        };
        let (zh, en) = if *other == network {
            (format!("{network} 写了两次：删去一个"), format!("{network} stands here twice: remove one"))
        } else {
            let (inner, outer) = if other.contains(&network) { (&network, other) } else { (other, &network) };
            (
                format!("{inner} 已在 {outer} 之内：两个里留一个"),
                format!("{inner} is inside {outer} already: keep one of the two"),
            )
        };
        self.note(Weight::Odd, span, zh, en);
    }

    fn no_network(&mut self, text: &Spanned<String>) {
        let given = text.get_ref();
        let parts: Vec<Option<IpAddr>> = given.split('/').map(|part| part.trim().parse().ok()).collect();
        let better = match parts.as_slice() {
            [Some(address)] => Some(IpNet::from(*address).to_string()),
            [Some(address), Some(mask)] => {
                IpNet::with_netmask(*address, *mask).ok().map(|n| n.trunc().to_string())
            }
            _ => None,
        };
        let spaceless = given.split_whitespace().collect::<String>().parse::<IpNet>().ok();
        let better = spaceless.map(|network| network.to_string()).or(better);
        let odd = odd_one(given, |c| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/'));
        let (zh, en) = match (better, odd) {
            (Some(better), _) => (format!("写成 {better}"), format!("write {better}")),
            (None, Some(odd)) => (
                format!("里面有{}；写成 192.0.2.0/24 的样子", odd.zh),
                format!("it has {}; write it like 192.0.2.0/24", odd.en),
            ),
            (None, None) => (
                "写成“地址/位数”，如 192.0.2.0/24".to_owned(),
                "write address and bits, like 192.0.2.0/24".to_owned(),
            ),
        };
        self.fault(
            &text.span(),
            format!("“{given}”不是网段：{zh}"),
            format!("\"{given}\" is no network: {en}"),
        );
    }
}
