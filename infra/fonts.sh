#!/usr/bin/env bash
# Fetches the fonts of slips and letters into a folder: Noto Serif SC from npm, HanaMin (the rest of
# GB 18030) from Debian. Pinned by version and by checksum; nothing is installed but poppler-utils,
# with which the tests read what was printed.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo "Fetching the fonts of slips and letters (70 MB, once)"
command -v npm >/dev/null || { echo "Lixiao needs npm for its fonts: install Node.js"; exit 1; }
npm pack --silent @expo-google-fonts/noto-serif-sc@0.4.3 >/dev/null
tar xzf expo-google-fonts-noto-serif-sc-0.4.3.tgz package/400Regular/NotoSerifSC_400Regular.ttf
mv package/400Regular/NotoSerifSC_400Regular.ttf .

if ! command -v apt-get >/dev/null; then
  echo "Lixiao needs HanaMinA.ttf and HanaMinB.ttf (fonts-hanazono 20170904) in $folder: put them there"
  exit 1
fi
apt-get download fonts-hanazono >/dev/null 2>&1 || { apt-get update -qq && apt-get download fonts-hanazono >/dev/null; }
dpkg -x fonts-hanazono_*.deb hana
mv hana/usr/share/fonts/truetype/hanazono/HanaMin[AB].ttf .
if ! command -v pdftotext >/dev/null; then
  apt-get install -y -qq poppler-utils >/dev/null || { echo "the tests of PDFs need poppler-utils"; exit 1; }
fi

sha256sum --quiet --check <<'SUMS'
c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742  NotoSerifSC_400Regular.ttf
7ca87559414474848fc513a8d8eb42d5b0f8194c30c2abdfbfedff5398ec88d7  HanaMinA.ttf
829543436cdf7b4c6730e2af5806fa406f8ddf0d4b656e0cd49c58d4db1c8d3c  HanaMinB.ttf
SUMS
mv ./*.ttf "$folder/"
touch "$folder/ready"
