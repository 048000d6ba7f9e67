//! The files, each with its type, its tag and a compressed copy that is made when first asked for.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// One file.
pub(crate) struct Page {
    name: &'static str,
    /// Its media type.
    pub(crate) kind: &'static str,
    /// As it was written.
    pub(crate) plain: Cow<'static, [u8]>,
    /// With gzip.
    pub(crate) squeezed: LazyLock<Vec<u8>, Squeeze>,
    /// Its `ETag`.
    pub(crate) tag: String,
    /// The version of all files together.
    pub(crate) version: String,
}

type Squeeze = Box<dyn FnOnce() -> Vec<u8> + Send + Sync>;

macro_rules! pages {
    ($($name:literal $kind:ident),+ $(,)?) => {
        [$(($name, $kind, include_bytes!(concat!("../pages/", $name)))),+]
    };
}

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let files = FILES;
    let mut digest = Sha256::new();
    files.iter().for_each(|(_, _, bytes)| digest.update(bytes));
    let version = name_of(&digest.finalize());
    files.into_iter().map(|(name, kind, plain)| Page::new(name, kind, plain, &version)).collect()
});

/// Every file as it was written.
const FILES: [(&str, &str, &[u8]); 32] = pages![
    "api.js" SCRIPT,
    "app.css" CSS,
    "chunks.js" SCRIPT,
    "decide.js" SCRIPT,
    "desk.js" SCRIPT,
    "dom.js" SCRIPT,
    "icon.svg" PICTURE,
    "index.html" HTML,
    "letter.js" SCRIPT,
    "outcomes.js" SCRIPT,
    "party-form.js" SCRIPT,
    "shell.js" SCRIPT,
    "staff.css" CSS,
    "staff.html" HTML,
    "staff.js" SCRIPT,
    "steps.js" SCRIPT,
    "student.js" SCRIPT,
    "table.js" SCRIPT,
    "time.js" SCRIPT,
    "undo.js" SCRIPT,
    "view-bulk.js" SCRIPT,
    "view-door.js" SCRIPT,
    "view-letters.js" SCRIPT,
    "view-list.js" SCRIPT,
    "view-members.js" SCRIPT,
    "view-operators.js" SCRIPT,
    "view-progress.js" SCRIPT,
    "view-record.js" SCRIPT,
    "view-roster.js" SCRIPT,
    "words-en.js" SCRIPT,
    "words-zh.js" SCRIPT,
    "words.js" SCRIPT,
];

/// A text of a digest, for a header or an address.
fn name_of(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default())
}

/// A file by its name.
pub(crate) fn find(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

impl Page {
    fn new(name: &'static str, kind: &'static str, written: &'static [u8], version: &str) -> Self {
        // A page names its files by the version of them all, and modules name each other from there.
        let plain: Cow<'static, [u8]> = match std::str::from_utf8(written) {
            Ok(text) if kind == HTML => {
                text.replace("\"/assets/", &format!("\"/assets/{version}/")).into_bytes().into()
            }
            _ => written.into(),
        };
        let tag = format!("\"{}\"", name_of(&Sha256::digest(&plain)));
        let copy = plain.clone();
        let squeezed = LazyLock::new(Box::new(move || squeeze(&copy)) as Squeeze);
        Self { name, kind, plain, squeezed, tag, version: version.to_owned() }
    }
}

fn squeeze(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory has no way to fail; an empty copy would show at once.
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::Read as _;
    use std::path::Path;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served_and_unpacks_to_itself() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect();
        let served: BTreeSet<String> = PAGES.iter().map(|page| page.name.to_owned()).collect();
        assert_eq!(files, served);
        for page in PAGES.iter() {
            let mut unpacked = Vec::new();
            GzDecoder::new(page.squeezed.as_slice()).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, page.plain.as_ref(), "{}", page.name);
        }
    }

    #[test]
    fn no_page_asks_for_anything_from_elsewhere_or_brings_script_or_style_of_its_own() {
        for page in PAGES.iter().filter(|page| page.kind == HTML) {
            let text = std::str::from_utf8(&page.plain).unwrap();
            for foreign in ["http://", "https://", "\"//", " style=", "<style", " onclick="] {
                assert!(!text.contains(foreign), "{}: {foreign}", page.name);
            }
            let scripts = text.matches("<script").count();
            assert_eq!(scripts, text.matches("<script type=\"module\" src=\"/assets/").count());
        }
    }
}
