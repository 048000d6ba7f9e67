//! The files, each with its type, its tag and a compressed copy. Scripts and styles are bundled and compressed by
//! `build.rs`, pages once at start, since they say whom to call of the newest batch.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::batch::Contact;
use domain::text::Lang;
use domain::university::University;
use edge::{App, only_spoken, tag};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// Who is called when a page doesn't open; more would not be read.
const MOST_CONTACTS: usize = 3;

macro_rules! bundled {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// A file as it was built: its name, its type, its bytes, and the same with gzip.
type Built = (&'static str, &'static str, &'static [u8], &'static [u8]);

macro_rules! asset {
    ($name:literal, $kind:expr) => {
        ($name, $kind, bundled!($name), include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")))
    };
}

const ICON: &[u8] = bundled!("icon.svg");
const TROUBLE: &str = include_str!("../pages/trouble.html");
const LOADER: &str = include_str!(concat!(env!("OUT_DIR"), "/loader.js"));

/// What pages name by the version of them all.
const ASSETS: [Built; 5] = [
    asset!("app.css", CSS),
    asset!("icon.svg", PICTURE),
    asset!("staff.css", CSS),
    asset!("staff.js", SCRIPT),
    asset!("student.js", SCRIPT),
];
const PAGES: [(&str, &str); 3] = [
    ("index.html", include_str!("../pages/index.html")),
    (NOWHERE, include_str!("../pages/nowhere.html")),
    ("staff.html", include_str!("../pages/staff.html")),
];
/// What is shown where there is nothing.
pub(crate) const NOWHERE: &str = "nowhere.html";

/// One file.
pub(crate) struct File {
    name: &'static str,
    /// Its media type.
    pub(crate) kind: &'static str,
    /// As it was written.
    pub(crate) plain: Cow<'static, [u8]>,
    /// With gzip.
    pub(crate) gzip: Cow<'static, [u8]>,
    /// Its `ETag`.
    pub(crate) tag: String,
}

/// Every file of a deployment.
pub(crate) struct Files {
    files: Vec<File>,
    /// The version of all files together.
    pub(crate) version: String,
    /// What pages may do: nothing from elsewhere, nothing inline but the loader, by its digest.
    pub(crate) policy: String,
}

impl Files {
    /// The files of this process, which has one set of batches.
    pub(crate) fn of(app: &App) -> &'static Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        FILES.get_or_init(|| {
            let newest = app.batches.iter().next();
            let contacts = newest.map(|batch| batch.contacts()).unwrap_or_default();
            let languages = app.batches.languages();
            let lang = languages.first().copied().unwrap_or_default();
            Files::with(&telephones(contacts, lang), app.batches.university(), languages)
        })
    }

    fn with(contacts: &str, university: Option<&University>, languages: &[Lang]) -> Self {
        let university = university.map(attribute).unwrap_or_default();
        let loader = LOADER.trim();
        let trouble = TROUBLE.trim();
        let icon = STANDARD.encode(ICON);
        let filled = PAGES.map(|(name, page)| {
            let page =
                page.replace("{loader}", loader).replace("{icon}", &icon).replace("{trouble}", trouble);
            let page = only_spoken(&page, languages).replace("{university}", &university);
            (name, page.replace("{contacts}", contacts))
        });
        let mut digest = Sha256::new();
        ASSETS.iter().for_each(|(_, _, bytes, _)| digest.update(bytes));
        filled.iter().for_each(|(_, page)| digest.update(page));
        let version = name_of(&digest.finalize());
        let assets = ASSETS.iter().map(|(name, kind, plain, gzip)| {
            File::new(name, kind, Cow::Borrowed(*plain), Cow::Borrowed(*gzip))
        });
        // A page names its files by the version of them all, so that they can be kept for good.
        let pages = filled.map(|(name, page)| {
            let page = page.replace("\"/assets/", &format!("\"/assets/{version}/"));
            let gzip = compressed(page.as_bytes());
            File::new(name, HTML, Cow::Owned(page.into_bytes()), Cow::Owned(gzip))
        });
        let files = assets.chain(pages).collect();
        let policy = format!(
            "default-src 'none'; script-src 'self' 'sha256-{}'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types lixiao",
            STANDARD.encode(Sha256::digest(loader))
        );
        Self { files, version, policy }
    }

    /// A file by its name.
    pub(crate) fn find(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }
}

/// A text of a digest, for a header or an address.
fn name_of(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// What scripts know of the university before they ask anything: an attribute of the page.
fn attribute(university: &University) -> String {
    let (currency, registrar) = (university.currency(), university.registrar());
    let name = |lang: Lang| currency.name.as_ref().map_or(currency.code.as_str(), |name| name.of(lang));
    let mut known = json!({
        "languages": university.languages().iter().map(|lang| tag(*lang)).collect::<Vec<_>>(),
        "zone": university.zone().name(),
        "digits": currency.digits,
        "money": {"zh": name(Lang::Zh), "en": name(Lang::En)},
        "registrar": {"zh": registrar.zh, "en": registrar.en},
        "college": university.college().map(|name| json!({"zh": name.zh, "en": name.en})),
    });
    if let Some(advisor) = advisor(university) {
        known["advisor"] = advisor;
    }
    format!(" data-university=\"{}\"", escaped(&known.to_string()))
}

/// What people call who decides for their own students; of several kinds, all of them.
fn advisor(university: &University) -> Option<Value> {
    let names = |lang: Lang, between: &str| {
        university.people().iter().map(|people| people.name.of(lang)).collect::<Vec<_>>().join(between)
    };
    let called = || json!({"zh": names(Lang::Zh, "、"), "en": names(Lang::En, ", ")});
    (!university.people().is_empty()).then(called)
}

/// Who can be called, in a line: their topics are the batch's own words, and no markup.
fn telephones(contacts: &[Contact], lang: Lang) -> String {
    let line = |contact: &Contact| {
        let phone = escaped(contact.phone.as_deref()?);
        let topic = escaped(contact.topic.of(lang));
        Some(format!("{topic} <a href=\"tel:{}\">{phone}</a>", phone.replace(' ', "")))
    };
    contacts.iter().filter_map(line).take(MOST_CONTACTS).collect::<Vec<_>>().join("；")
}

impl File {
    fn new(
        name: &'static str,
        kind: &'static str,
        plain: Cow<'static, [u8]>,
        gzip: Cow<'static, [u8]>,
    ) -> Self {
        let tag = format!("\"{}\"", name_of(&Sha256::digest(&plain)));
        Self { name, kind, plain, gzip, tag }
    }
}

fn compressed(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory has no way to fail; an empty copy would show at once.
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use domain::facts::When;
    use domain::text::Text;
    use flate2::read::GzDecoder;

    use super::*;

    /// A first look at a student's page, in bytes over the line: all but the call for data, which is some 4 kB.
    const MOST_OF_A_FIRST_LOOK: usize = 36 * 1024;

    fn files() -> Files {
        Files::with("", None, &Lang::ALL)
    }

    fn page<'a>(files: &'a Files, name: &str) -> &'a str {
        std::str::from_utf8(&files.find(name).unwrap().plain).unwrap()
    }

    #[test]
    fn every_file_unpacks_to_itself() {
        for file in files().files {
            let mut unpacked = Vec::new();
            GzDecoder::new(file.gzip.as_ref()).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, file.plain.as_ref(), "{}", file.name);
        }
    }

    #[test]
    fn a_page_is_itself_one_script_and_one_style() {
        let files = files();
        for (name, script, style) in
            [("index.html", "student.js", "app.css"), ("staff.html", "staff.js", "staff.css")]
        {
            let page = page(&files, name);
            let named: Vec<&str> =
                page.split("\"/assets/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
            let version = &files.version;
            assert_eq!(named, [format!("{version}/{style}"), format!("{version}/{script}")]);
            assert!(!page.contains('{') || page.contains("<script>"), "{name}: a place that nothing filled");
            for place in ["{loader}", "{icon}", "{trouble}", "{contacts}", "{university}", "{lang}"] {
                assert!(!page.contains(place), "{name}: {place}");
            }
        }
    }

    #[test]
    fn no_page_asks_for_anything_from_elsewhere_or_brings_script_or_style_but_the_loader() {
        let files = files();
        for name in ["index.html", "staff.html", NOWHERE] {
            let text = page(&files, name).replacen(&format!("<script>{}</script>", LOADER.trim()), "", 1);
            for foreign in ["http://", "https://", "\"//", " style=", "<style", " onclick=", "<script>"] {
                assert!(!text.contains(foreign), "{name}: {foreign}");
            }
            assert_eq!(text.matches("<script").count(), usize::from(name != NOWHERE));
        }
        let digest = STANDARD.encode(Sha256::digest(LOADER.trim()));
        assert!(files.policy.contains(&format!("script-src 'self' 'sha256-{digest}'")), "{}", files.policy);
        assert!(!LOADER.contains("</script"));
    }

    #[test]
    fn a_first_look_is_small_and_the_staff_s_words_are_not_the_students() {
        let files = files();
        let bytes: usize = ["index.html", "student.js", "app.css"]
            .iter()
            .map(|name| files.find(name).unwrap().gzip.len())
            .sum();
        assert!(bytes <= MOST_OF_A_FIRST_LOOK, "{bytes} bytes");
        for word in ["批量办理", "导入名册", "使用记录"] {
            assert!(!page(&files, "student.js").contains(word), "{word}");
            assert!(page(&files, "staff.js").contains(word), "{word}");
        }
    }

    #[test]
    fn who_can_be_called_stands_in_the_page_as_text() {
        let text = |zh: &str| Text { zh: zh.to_owned(), en: zh.to_owned() };
        let contact = |topic: &str, phone: Option<&str>| Contact {
            topic: text(topic),
            name: text("某"),
            when: When::default(),
            place: None,
            phone: phone.map(str::to_owned),
            hours: None,
        };
        let line =
            telephones(&[contact("使用<b>", Some("0871 65915868")), contact("党组织关系", None)], Lang::Zh);
        assert_eq!(line, "使用&lt;b> <a href=\"tel:087165915868\">0871 65915868</a>");
        assert!(page(&Files::with(&line, None, &Lang::ALL), "index.html").contains(&line));
    }
}
